import fc from 'fast-check';
import type { Key } from '../../../drivers/keypad/keypad.ts';
import type { Failure } from '../../tools/memory-journal.ts';
import type { CardPlan } from '../fakes/devices.ts';

/** What can happen at a counter, in any order. */
export type Happening =
  | { readonly kind: 'keys'; readonly keys: readonly Key[] }
  | { readonly kind: 'scan'; readonly code: string }
  | { readonly kind: 'card-plan'; readonly plan: CardPlan; readonly deaf: boolean }
  | { readonly kind: 'release'; readonly approved: boolean }
  | { readonly kind: 'journal'; readonly failure: Failure | null }
  | { readonly kind: 'printer'; readonly outcome: 'printed' | 'sent' | 'not-printed' | 'unknown' }
  | { readonly kind: 'network'; readonly online: boolean }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'power-cut' }
  /** The power goes while keys are still being dealt with. */
  | { readonly kind: 'cut-in-the-middle'; readonly keys: readonly Key[] }
  | { readonly kind: 'close-shift' }
  /** Something outside asks for leave. */
  | { readonly kind: 'ask-leave' };

/** How many keys and scans it is. */
export function stepsOf(happening: Happening): number {
  return happening.kind === 'keys' || happening.kind === 'cut-in-the-middle' ? happening.keys.length : 1;
}

const allKeys: readonly Key[] = [
  ...(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.'] as const),
  ...(['times', 'clear', 'enter', 'total', 'menu'] as const),
];
const key = fc.constantFrom(...allKeys);

const typed = (keys: string): readonly Key[] =>
  keys.split(/\s+/).flatMap((word) => (/^[\d.]+$/.test(word) ? [...word] : [word])) as readonly Key[];

/** What people really do, among the random keys. */
const habit = fc.constantFrom(
  ...[
    '1 enter',
    '3 times 1 enter',
    '2 enter total',
    'total enter',
    'total times',
    'total 5 times',
    'total 5 enter',
    'enter',
    'enter',
    'clear',
    'times',
    'menu 1',
    'menu 2',
    'menu 9 7',
    // Departments, serial numbers, discounts, prices
    '4 . 5 enter',
    '5 enter 2 . 5 enter',
    '7 enter 77 enter',
    'menu 0 10 enter 1',
    'menu 0 50 enter 1',
    'menu 0 times 1 enter 1',
    'enter 1 times 20 enter 1',
    'enter 1 total 1 . 5 enter 1',
    // Tenders
    'total 3 menu 1 88 enter',
    'total menu 2',
    'total 5 menu 2',
    'total 20 menu 3',
    // Returns and exchanges
    'menu times enter 1 enter 0 1 enter',
    'menu times enter 1 enter 1 1 enter clear 1 enter',
    'menu times enter 2 enter 1 enter clear 2 times',
    'menu times enter enter 1 enter',
    'total enter',
    'total times',
    // Customers, staff, service, shift
    'menu 4 7 enter',
    'menu 4 999 enter 1 2 . 1 1 1 . 2 . 1 1 . 3 . 3 3 enter 2 enter 3 enter enter',
    '4711 enter',
    '1234 enter',
    'menu 9 9',
    'menu 9 0 times times enter',
    'menu 9 3 20 enter 1',
    'menu 9 4 5 enter 1',
    'menu 9 2 total 1 enter 2 enter 3 enter enter',
  ].map(typed),
);
const keys = fc.oneof(
  { weight: 3, arbitrary: habit },
  { weight: 1, arbitrary: fc.array(key, { minLength: 1, maxLength: 6 }) },
);

const codes = [
  '4000000000013',
  '4006381333931',
  '4012345678901',
  '123',
  'SAVE10',
  'erika@example.com',
  // A price label, receipts of this till, badges, a voucher or serial number
  '2800002004510',
  'K1-00000001',
  'K1-00000002',
  'K1-00000003',
  'BOSS',
  'HELPER',
  'V-1',
];

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 14, arbitrary: fc.record({ kind: fc.constant('keys' as const), keys }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('scan' as const), code: fc.constantFrom(...codes) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('card-plan' as const),
      plan: fc.constantFrom<CardPlan>(
        'approve',
        'approve',
        'decline',
        'cancel',
        'lost',
        'silent',
        'slow',
        'throw',
        'referral',
      ),
      deaf: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), approved: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('journal' as const),
      failure: fc.constantFrom<Failure | null>('before', 'after', null, null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('printer' as const),
      outcome: fc.constantFrom('printed' as const, 'sent' as const, 'not-printed' as const, 'unknown' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('network' as const), online: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('power-cut' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut-in-the-middle' as const), keys }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close-shift' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ask-leave' as const) }) },
);
