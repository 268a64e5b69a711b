import { toNumber } from '../../src/money/money.ts';
import type { NewCustomer } from '../../src/register/new-customer.ts';
import type { PaymentOutcomeNote } from '../../src/register/payment-outcome.ts';
import type { ReceiptMail } from '../../src/register/receipt-mail.ts';
import type { CompletedReturn } from '../../src/register/return.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import type { Row } from '../../src/showroom/magento/json.ts';
import type { Ledger, Order } from '../../src/showroom/magento/ledger.ts';
import { berlin } from '../magento/delivery/sales.ts';
import type { Findings } from './ledger-check.ts';

// What Magento's tables must hold of everything that is not a sale. `mayBeToldTwice`: a request arrived twice, and Magento keeps a
// comment as often as it arrives.

const near = (a: unknown, b: number): boolean => Math.abs(Number(a ?? 0) - b) < 0.005;

const orderOf = (ledger: Ledger, sale: CompletedSale): Order | undefined =>
  ledger.orders.find(
    ({ row }) => row['state'] !== 'canceled' && [row['ext_order_id'], row['increment_id']].includes(sale.receiptNumber),
  );

const comments = (order: Order, key: string): number =>
  order.histories.filter((history) => String(history['comment']).includes(key)).length;

/** One credit memo under its number, of what was paid back; nothing of its goods left on the way. */
export function checkReturn(
  ledger: Ledger,
  given: CompletedReturn,
  sale: CompletedSale,
  mayBeToldTwice: boolean,
  findings: Findings,
): void {
  const note = (problem: string): void => {
    findings.problems.push(`${given.receiptNumber}: ${problem}`);
  };
  const order = orderOf(ledger, sale);
  const memos = ledger.creditmemos.filter(({ orderId }) => orderId === order?.id);
  const [memo] = memos;
  if (order === undefined || memo === undefined) {
    findings.lost += 1;
    note('no credit memo');
    return;
  }
  if (memos.length > 1) {
    findings.doubled += memos.length - 1;
    note(`${memos.length} credit memos`);
  }
  const total = toNumber(given.totals.grandTotal);
  const right =
    memo.row['increment_id'] === given.receiptNumber &&
    near(memo.row['grand_total'], total) &&
    near(memo.row['tax_amount'], toNumber(given.totals.tax)) &&
    near(order.row['total_refunded'], total);
  if (!right) {
    findings.lost += 1;
    note(
      `credit memo ${String(memo.row['increment_id'])} of ${String(memo.row['grand_total'])}, ${total} was paid back`,
    );
  }
  if (comments(order, given.returnId) > (mayBeToldTwice ? 2 : 1)) {
    findings.doubled += 1;
    note('told twice');
  }
  for (const { sku } of given.lines) {
    const left = ledger.sourceItems.find(
      (item) => item.sku === sku && item.source_code === berlin.returnsSourceCode,
    )?.quantity;
    if (near(left, 0)) continue;
    findings.stockOff += 1;
    note(`${left} × ${sku} left at ${berlin.returnsSourceCode}`);
  }
}

/** Told once; by the module paid and invoiced once, else on hold. */
export function checkOutcome(
  ledger: Ledger,
  outcome: PaymentOutcomeNote,
  sale: CompletedSale,
  mayBeToldTwice: boolean,
  findings: Findings,
): void {
  const order = orderOf(ledger, sale);
  const problem = (kind: 'lost' | 'doubled', words: string): void => {
    findings[kind] += 1;
    findings.problems.push(`outcome for ${sale.receiptNumber}: ${words}`);
  };
  if (order === undefined) {
    problem('lost', 'no order');
    return;
  }
  const { state } = order.row;
  if (outcome.hold ? state !== 'holded' : state !== 'complete') problem('lost', `the order is ${String(state)}`);
  const invoices = ledger.invoices.filter(({ orderId }) => orderId === order.id).length;
  if (invoices !== 1) problem(invoices === 0 ? 'lost' : 'doubled', `${invoices} invoices`);
  const told = outcome.hold ? comments(order, outcome.outcomeId) : comments(order, `Payment ${outcome.paymentId}`);
  if (told < 1 || told > (mayBeToldTwice ? 2 : 1)) problem(told === 0 ? 'lost' : 'doubled', `told ${told} times`);
}

/** Sent once; a request that arrives twice is two mails, which no shop can tell apart. */
export function checkMail(
  ledger: Ledger,
  { to, receiptNumber }: ReceiptMail,
  twice: boolean,
  findings: Findings,
): void {
  const sent = ledger.mails.filter((mail) => mail.to === to).length;
  if (sent === 1 || (twice && sent === 2)) return;
  findings[sent === 0 ? 'lost' : 'doubled'] += 1;
  findings.problems.push(`${receiptNumber}: mailed ${sent} times`);
}

/** There once, and known to the terminal. */
export function checkCustomer(
  customers: readonly Row[],
  customer: NewCustomer,
  knownAs: number | null,
  findings: Findings,
): void {
  const same = customers.filter((row) => row['email'] === customer.email);
  if (same.length === 1 && same[0]?.['id'] === knownAs) return;
  if (same.length > 1) findings.doubled += same.length - 1;
  else findings.lost += 1;
  findings.problems.push(`${customer.email}: there ${same.length} times, known as ${knownAs}`);
}
