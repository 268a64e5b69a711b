import { hundredths } from '../money/money.ts';
import type { ReasonTopic, RegisterSettings } from '../register/facts.ts';
import type { TillParts } from './ports.ts';

/** More than any till counts. */
const unlimited = hundredths(Number.MAX_SAFE_INTEGER);

/** What the register is told, with the usual where the shop says nothing. */
export function registerSettings(
  parts: Pick<TillParts, 'settings' | 'paymentTerminal' | 'scale' | 'staff'>,
): RegisterSettings {
  const { settings, paymentTerminal, scale, staff } = parts;
  const { counter = {} } = settings;
  const reasonsFor = (topic: ReasonTopic): readonly string[] =>
    counter.reasons?.[topic] ?? settings.texts.reasons[topic].split('|');
  return {
    notes: settings.notes,
    largestChange: settings.largestChange,
    cards: paymentTerminal !== null,
    scale: Boolean(scale),
    cashStep: counter.cashStep ?? null,
    tenders: counter.tenders ?? [],
    foreignCash: counter.foreignCash ?? [],
    discounts: counter.discounts ?? { largestPercent: 100 },
    reasons: {
      discount: reasonsFor('discount'),
      price: reasonsFor('price'),
      'cash-in': reasonsFor('cash-in'),
      'cash-out': reasonsFor('cash-out'),
      return: reasonsFor('return'),
    },
    denominations: counter.denominations ?? [],
    mailReceipts: settings.mailReceipts ?? true,
    cardRefunds: paymentTerminal?.refund !== undefined,
    returns: counter.returns ?? { largest: unlimited, days: null },
    staff: staff?.settings ?? { known: false, signIn: false, guarded: [] },
  };
}
