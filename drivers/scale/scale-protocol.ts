import type { ScaleSetting, Weighing } from './scale.ts';

/** What one exchange with a scale came to. */
export type ScaleAnswer =
  | Exclude<Weighing, { readonly kind: 'no-answer' }>
  /** To a setting: whether the scale has carried it out. */
  | { readonly kind: 'set'; readonly done: boolean }
  /** The answer makes no sense: line noise, wrong settings of the serial port, or another protocol. */
  | { readonly kind: 'garbled'; readonly words: string };

export type ScaleStep =
  | { readonly kind: 'more' }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'answer'; readonly answer: ScaleAnswer };

/** One question and what comes back, byte by byte. */
export interface ScaleExchange {
  readonly request: Uint8Array;
  receive(byte: number): ScaleStep;
}

/** How a make of scale is talked to. */
export interface ScaleProtocol {
  readonly name: string;
  weigh(): ScaleExchange;
  /** null: the protocol has no such command. */
  set(what: ScaleSetting): ScaleExchange | null;
}

export const more: ScaleStep = { kind: 'more' };
export const answer = (value: ScaleAnswer): ScaleStep => ({ kind: 'answer', answer: value });
export const garbled = (words: string): ScaleStep => answer({ kind: 'garbled', words });

/** A stable weight as it stands on the scale's display, e.g. `01.234`; null when that is no number. */
export function weightShown(text: string): number | null {
  return /^ *\d+\.?\d*$/.test(text) ? Number(text) : null;
}
