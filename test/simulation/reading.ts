import { type Money, money } from '../../src/money/money.ts';
import { textsEn } from '../../src/screens/texts-en.ts';

/** What someone at the till makes of its display (20 columns, four rows, English). */
export type Screen =
  | {
      readonly kind:
        | 'dark'
        | 'closed'
        | 'idle'
        | 'selling'
        | 'list'
        | 'question'
        | 'void-question'
        | 'service'
        | 'wait';
    }
  | { readonly kind: 'card' | 'card-unknown' | 'unsaved' }
  /** Null while something else is shown in the place of the amounts. */
  | { readonly kind: 'paying'; readonly total: Money | null; readonly due: Money | null }
  | { readonly kind: 'completed'; readonly total: Money; readonly change: Money };

const { labels } = textsEn;

/** The last row tells where one is; the rows above may hold a notice. */
export function read(rows: readonly string[]): Screen {
  const last = rows.at(-1)?.trim() ?? '';
  const lastWords = rows.findLast((row) => row.trim() !== '')?.trim() ?? '';
  if (lastWords === '' || lastWords === labels.stopped) return { kind: 'dark' };
  if (rows.some((row) => /^>\d/.test(row))) return { kind: 'list' };
  if (rows.length > 2 && rows[2]?.startsWith(labels.waiting) === true) return { kind: 'service' };
  if (lastWords === labels.saving) return { kind: 'wait' };
  if (lastWords === labels.cardUnknownHint || lastWords === labels.asking) return { kind: 'card-unknown' };
  if (lastWords === labels.unsavedHint || lastWords === labels.unsavedCardHint) return { kind: 'unsaved' };
  if (lastWords === labels.yesNo) return { kind: 'void-question' };
  if (lastWords === labels.countHint || lastWords === labels.amountQuestion) return { kind: 'question' };
  const paid = amountAfter(rows[0], labels.paid) ?? amountAfter(rows[0], labels.notFinal);
  const change = amountAfter(rows[1], labels.change);
  if (paid !== null && change !== null) return { kind: 'completed', total: paid, change };
  if (last === labels.cancelHint) return { kind: 'card' };
  if (last === labels.tenderHint || last === labels.cashHint || last.startsWith(labels.cash)) {
    return { kind: 'paying', total: amountAfter(rows[0], labels.total), due: amountAfter(rows[2], labels.toPay) };
  }
  if (last === labels.payHint) return { kind: 'selling' };
  if ([labels.addHint, labels.sendCards, labels.cardsLate].includes(last)) return { kind: 'idle' };
  if (last === labels.openHint || last.startsWith(labels.float) || /^(online|offline)/.test(last)) {
    return { kind: 'closed' };
  }
  return { kind: 'wait' };
}

/** The receipt number that the display shows, and whether it says that the sale is done. */
export function receiptShown(rows: readonly string[]): string | null {
  const completed = read(rows).kind === 'completed';
  const found = /\b[A-Z0-9]+-\d{8}\b/.exec(completed ? (rows[3] ?? '') : '');
  return found?.[0] ?? null;
}

function amountAfter(row: string | undefined, label: string): Money | null {
  const match = row?.startsWith(label) === true ? /(-?\d+\.\d\d)(?: €)?\s*$/.exec(row.slice(label.length)) : null;
  return match?.[1] === undefined ? null : money(match[1]);
}
