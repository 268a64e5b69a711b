import type { Device } from '../device.ts';

/** The unit that a scale weighs in; what is sold by weight is priced by one of these. */
export type WeightUnit = 'kg' | 'lb';

/** What a scale says when it is asked. */
export type Weighing =
  /** It stands still, above zero. `net`: a tare was taken off. */
  | { readonly kind: 'weight'; readonly weight: number; readonly unit: WeightUnit; readonly net: boolean }
  /** It stands still at zero: nothing is on it. */
  | { readonly kind: 'nothing' }
  /** It does not stand still. */
  | { readonly kind: 'moving' }
  | { readonly kind: 'overload' }
  /** Less than zero: a tare without its dish, or a scale that must be set to zero. */
  | { readonly kind: 'under-zero' }
  | { readonly kind: 'no-answer'; readonly reason: string };

/** What can be set from outside: the empty scale shows zero; what stands on it now is tare; there is no tare any more. */
export type ScaleSetting = 'zero' | 'tare' | 'no-tare';

/** What became of a wish to set the scale. `unsupported`: this protocol has no command for it; the scale has a key. */
export type SettingOutcome = 'done' | 'refused' | 'unsupported' | 'no-answer';

export interface Scale extends Device {
  /** Asks until the weight stands still, as long as the driver is patient; then what it was last. Never throws. */
  weigh(): Promise<Weighing>;
  /** Never throws. */
  set(what: ScaleSetting): Promise<SettingOutcome>;
}
