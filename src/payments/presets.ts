import type { EntryMode } from '../../drivers/payment-terminal/payment-terminal.ts';
import { type Money, money } from '../money/money.ts';
import { type Duration, hours } from '../platform/clock.ts';
import type { BrandRule, OfflinePolicy } from './policy.ts';

/** What an acquirer publishes about payments without network. A till's own settings may narrow it, never widen it. */
export interface AcquirerPreset {
  readonly policy: OfflinePolicy;
  /** The most that may be configured for one payment, by currency; a currency that is not named has no published ceiling. */
  readonly ceilings: Readonly<Record<string, Money>>;
  /** The longest window that may be configured. */
  readonly longestWindow: Duration | null;
  /** Where the figures are from. */
  readonly sources: readonly string[];
  /** What the acquirer does not publish; here the till refuses rather than guesses. */
  readonly unconfirmed: readonly string[];
}

const chipAndContactless: readonly EntryMode[] = ['chip', 'contactless'];

const strict: OfflinePolicy = {
  allowed: false,
  maximumAmount: null,
  maximumCount: null,
  maximumTotal: null,
  window: hours(24),
  brands: { kind: 'any' },
  entryModes: chipAndContactless,
  supervisorAbove: null,
  contactRequired: false,
  onlineWhileStored: true,
};

/** By the name in the configuration. `allowed` is always the shop's own decision and false here. */
export const presets = {
  none: { policy: strict, ceilings: {}, longestWindow: null, sources: [], unconfirmed: [] },
  adyen: {
    policy: { ...strict, maximumAmount: 'to-be-agreed' },
    ceilings: {},
    longestWindow: hours(24),
    sources: [
      'https://docs.adyen.com/point-of-sale/offline-payment (chip and contactless; 24 hours with the Mobile SDK)',
      'Management API, terminal settings: storeAndForward.maxAmount and maxPayments are set per terminal',
    ],
    unconfirmed: [
      'the greatest maxAmount and maxPayments: set here what the terminal settings say',
      'the window of a terminal (24 hours is published for the Mobile SDK)',
    ],
  },
  worldpay: {
    policy: {
      ...strict,
      maximumAmount: 'to-be-agreed',
      window: null,
      brands: { kind: 'except', brands: ['Maestro', 'Electron'] },
      entryModes: ['chip'],
    },
    ceilings: {},
    longestWindow: null,
    sources: [
      'https://developer.worldpay.com/docs/ipc/offline-standin/ (chip sales up to an agreed value, once Worldpay enabled it; schemes such as International Maestro and Electron excluded)',
    ],
    unconfirmed: [
      'when the till’s IPC uploads what it stored, and the window for it',
      'the full list of excluded schemes',
    ],
  },
  square: {
    policy: { ...strict, maximumAmount: money('100'), brands: { kind: 'except', brands: ['Interac'] } },
    ceilings: { USD: money('50000'), CAD: money('50000'), GBP: money('25000') },
    longestWindow: hours(72),
    sources: [
      'https://squareup.com/help/us/en/article/7777 (within 24 hours, no later than 72 in the US)',
      'Square Community and partner pages: 100 per payment by default, at most 50,000 (US, CA) or £25,000; Interac is not taken offline',
    ],
    unconfirmed: ['the ceiling in other currencies', '72 hours outside the US'],
  },
  sumup: {
    policy: {
      ...strict,
      maximumAmount: money('50'),
      maximumCount: 75,
      brands: { kind: 'only', brands: ['Visa', 'Mastercard'] },
      onlineWhileStored: false,
    },
    ceilings: { EUR: money('50') },
    longestWindow: hours(24),
    sources: [
      'https://github.com/sumup/sumup-android-sdk, OFFLINE_PAYMENTS_V1.md (24 hours from the first, 75 payments, 50 EUR each, Visa and Mastercard; no online payment before the batch is uploaded)',
    ],
    unconfirmed: ['the ceiling in other currencies'],
  },
  /** The showroom's acquirer. */
  simulated: {
    policy: { ...strict, maximumAmount: money('100'), maximumCount: 20, maximumTotal: money('500') },
    ceilings: {},
    longestWindow: null,
    sources: [],
    unconfirmed: [],
  },
} as const satisfies Readonly<Record<string, AcquirerPreset>>;

export type AcquirerName = keyof typeof presets;

/** What a shop sets for its till; left out: as the preset has it. */
export interface OfflineSettings {
  readonly allowed: boolean;
  readonly maximumAmount?: Money | undefined;
  readonly maximumCount?: number | undefined;
  readonly maximumTotal?: Money | undefined;
  readonly window?: Duration | undefined;
  readonly brands?: readonly string[] | undefined;
  readonly entryModes?: readonly EntryMode[] | undefined;
  readonly supervisorAbove?: Money | undefined;
  readonly contactRequired?: boolean | undefined;
}

/** The policy of one till: the preset with the shop's settings, both limits holding. */
export function offlinePolicy(acquirer: AcquirerName, settings: OfflineSettings, currency: string): OfflinePolicy {
  const { policy, ceilings, longestWindow }: AcquirerPreset = presets[acquirer];
  const { maximumAmount = policy.maximumAmount, window = policy.window } = settings;
  return {
    allowed: settings.allowed && acquirer !== 'none',
    maximumAmount:
      maximumAmount === 'to-be-agreed' ? maximumAmount : smaller(maximumAmount, ceilings[currency] ?? null),
    maximumCount: smaller(settings.maximumCount ?? null, policy.maximumCount),
    maximumTotal: smaller(settings.maximumTotal ?? null, policy.maximumTotal),
    window: smaller(window, longestWindow),
    brands: brandsOf(policy.brands, settings.brands),
    entryModes: policy.entryModes.filter((mode) => settings.entryModes?.includes(mode) ?? true),
    supervisorAbove: settings.supervisorAbove ?? policy.supervisorAbove,
    contactRequired: settings.contactRequired ?? policy.contactRequired,
    onlineWhileStored: policy.onlineWhileStored,
  };
}

/** What the shop takes, of what the acquirer takes. */
function brandsOf(published: BrandRule, wanted: readonly string[] | undefined): BrandRule {
  if (wanted === undefined) return published;
  const excluded = published.kind === 'except' ? published.brands : [];
  const included = published.kind === 'only' ? published.brands : wanted;
  const plain = (name: string): string => name.toLowerCase();
  return {
    kind: 'only',
    brands: wanted.filter(
      (brand) =>
        included.some((each) => plain(each) === plain(brand)) && !excluded.some((each) => plain(each) === plain(brand)),
    ),
  };
}

function smaller<Value extends number>(one: Value | null, other: Value | null): Value | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
