import { builtInLanguages } from '../../../src/languages/language.ts';
import type { HelpReason } from '../../../src/register/kiosk-face.ts';
import type { KioskParts } from '../../../src/till/kiosk-desk.ts';
import { StaffDesk } from '../../../src/till/staff-desk.ts';
import type { ManualClock } from '../../tools/manual-clock.ts';

/** What was told of help at a kiosk, in order. */
export type HelpTold = HelpReason | 'ended';

/** Sells apples to everybody, shirts only to those who are old enough. */
export function kioskParts(told: HelpTold[], change: Partial<KioskParts['settings']> = {}): KioskParts {
  return {
    languages: builtInLanguages.map(({ code, name, screens }) => ({ code, name, texts: screens })),
    settings: { receipt: 'ask', idleAfter: 45, warnFor: 15, staffFor: 30, receiptFor: 20, thanksFor: 8, ...change },
    restricted: ({ sku }) => sku === 'TSHIRT' || sku === 'COFFEE',
    help: {
      helpCalled: (reason) => told.push(reason),
      helpEnded: () => told.push('ended'),
    },
  };
}

export const badge = 'BADGE-0001';

export const kioskStaff = (clock: ManualClock): StaffDesk =>
  new StaffDesk(
    [{ member: { name: 'Ben', may: 'everything' }, pinHash: null, badge }],
    { signIn: false, guarded: ['service', 'price', 'discount'] },
    clock,
  );
