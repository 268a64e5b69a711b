import { decimal, money, sum } from '../../money/money.ts';
import { referenceOf } from '../../payments/payment.ts';
import type { BookedPayment } from './books.ts';

/** Columns of Adyen's settlement details report, in its order. */
const columns = [
  'Company Account',
  'Merchant Account',
  'Psp Reference',
  'Merchant Reference',
  'Payment Method',
  'Creation Date',
  'TimeZone',
  'Type',
  'Modification Reference',
  'Gross Currency',
  'Gross Debit (GC)',
  'Gross Credit (GC)',
  'Exchange Rate',
  'Net Currency',
  'Net Debit (NC)',
  'Net Credit (NC)',
  'Commission (NC)',
  'Markup (NC)',
  'Scheme Fees (NC)',
  'Interchange (NC)',
  'Payment Method Variant',
  'Modification Merchant Reference',
  'Batch Number',
] as const;

type Row = Partial<Readonly<Record<(typeof columns)[number], string>>>;

/** What the acquirer pays out in one batch, in the shape of Adyen's `settlement_detail_report_batch_<n>.csv`. */
export function settlementReport(payments: readonly BookedPayment[], batch: number, at: Date): string {
  const created = at.toISOString().slice(0, 19).replace('T', ' ');
  const common = {
    'Company Account': 'Showroom',
    'Merchant Account': 'ShowroomPOS',
    'Creation Date': created,
    TimeZone: 'UTC',
    'Batch Number': String(batch),
  };
  const settled = payments.map(
    ({ paymentId, psp, reference, amount, currency }): Row => ({
      ...common,
      'Psp Reference': psp,
      'Merchant Reference': referenceOf(reference, paymentId),
      'Payment Method': 'visa',
      Type: 'Settled',
      'Modification Reference': `${psp}-settled`,
      'Gross Currency': currency,
      'Gross Credit (GC)': amount,
      'Exchange Rate': '1',
      'Net Currency': currency,
      'Net Credit (NC)': amount,
      'Commission (NC)': '0.00',
    }),
  );
  const total = decimal(sum(payments.map(({ amount }) => money(amount))));
  const currency = payments[0]?.currency ?? 'EUR';
  const payout: Row = { ...common, Type: 'MerchantPayout', 'Net Currency': currency, 'Net Debit (NC)': total };
  return [columns.join(','), ...[...settled, payout].map(lineOf), ''].join('\n');
}

const lineOf = (row: Row): string => columns.map((column) => quoted(row[column] ?? '')).join(',');

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
