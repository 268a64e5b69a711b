import { hundredths } from '../../money/money.ts';
import { badRow, readAmount, readDate } from './amounts-and-dates.ts';
import type { Columns } from './csv-table.ts';
import type { ReportFormat } from './report-format.ts';
import type { SettlementRow, SettlementRowKind } from './settlement-row.ts';

/**
 * Adyen's settlement details report (`settlement_detail_report_batch_<n>.csv`), columns bound by name. Whether `Settled` has its
 * gross amount under debit or credit differs between Adyen's own pages and samples, so only its size is taken.
 */
export const adyenReport: ReportFormat = {
  name: 'Adyen settlement details report',
  columns: ['Psp Reference', 'Merchant Reference', 'Type', 'Gross Currency', 'Gross Debit (GC)', 'Gross Credit (GC)'],
  read(record, columns, line) {
    const of = (name: string): string => columns.of(record, name);
    const type = of('Type');
    if (type === '') throw badRow('it has no type');
    const kind = kinds[type.toLowerCase()] ?? 'other';
    const psp = textOrNull(of('Psp Reference'));
    const refund = kind === 'refund';
    const own = refund ? of('Modification Merchant Reference') || of('Merchant Reference') : of('Merchant Reference');
    const debit = readAmount(of('Gross Debit (GC)'), '.');
    const credit = readAmount(of('Gross Credit (GC)'), '.');
    const at = readDate(of('Booking Date') || of('Creation Date'), 'iso');
    return {
      line,
      reference: referenceOf(type, columns, record, line),
      kind,
      names: {
        // A refund's row names the payment it refunds by this.
        psp: refund ? textOrNull(of('Modification Reference')) : psp,
        merchant: textOrNull(own),
        tender: null,
        authorizationCode: null,
      },
      amount: hundredths(Math.abs(credit - debit)),
      currency: textOrNull(of('Gross Currency')),
      at,
      type,
    } satisfies SettlementRow;
  },
};

const kinds: Readonly<Record<string, SettlementRowKind>> = {
  settled: 'payment',
  refunded: 'refund',
  chargeback: 'chargeback',
  secondchargeback: 'chargeback',
  chargebackreversed: 'chargeback-reversed',
};

/** Batch, payment and modification name a row; a payout or fee has neither, so that its line in the batch must do. */
function referenceOf(type: string, columns: Columns, record: readonly string[], line: number): string {
  const of = (name: string): string => columns.of(record, name);
  const batch = of('Batch Number') || '-';
  const psp = of('Psp Reference');
  return psp === ''
    ? `adyen:${batch}:${type}:line ${line}`
    : `adyen:${batch}:${type}:${psp}:${of('Modification Reference')}`;
}

const textOrNull = (text: string): string | null => (text === '' ? null : text);
