import { toNumber } from '../../src/money/money.ts';
import type { CompletedSale, SaleLine } from '../../src/register/sale.ts';
import type { Ledger, Order } from '../../src/showroom/magento/ledger.ts';

/** What is wrong in the shop with the sales that a till brought there; all zero and empty: exactly once, as sold, stock right. */
export interface Findings {
  lost: number;
  doubled: number;
  stockOff: number;
  readonly problems: string[];
}

export const noFindings = (): Findings => ({ lost: 0, doubled: 0, stockOff: 0, problems: [] });

const number = (value: unknown): number => Number(value ?? 0);
const near = (a: unknown, b: number): boolean => Math.abs(number(a) - b) < 0.005;
/** An order of the cart has the receipt number beside its own; one made past it has no other. */
const receiptOf = ({ row }: Order): unknown =>
  /^\d+$/.test(String(row['increment_id'])) ? row['ext_order_id'] : row['increment_id'];
const standing = (order: Order): boolean => order.row['state'] !== 'canceled';

/** Looks at everything that Magento's tables hold of this one sale. */
export function checkSale(ledger: Ledger, sale: CompletedSale, sourceCode: string, findings: Findings): void {
  const note = (problem: string): void => {
    findings.problems.push(`${sale.receiptNumber}: ${problem}`);
  };
  const orders = ledger.orders.filter((order) => standing(order) && receiptOf(order) === sale.receiptNumber);
  if (orders.length > 1) {
    findings.doubled += orders.length - 1;
    note(`${orders.length} orders`);
  }
  const [order] = orders;
  if (order === undefined) {
    findings.lost += 1;
    note('no order');
    return;
  }
  const wrong = wrongFigures(order, sale, ledger);
  if (wrong.length > 0) {
    findings.lost += 1;
    note(wrong.join('; '));
  }
  const documents = (name: 'invoices' | 'shipments'): number =>
    ledger[name].filter((document) => document.orderId === order.id).length;
  if (documents('invoices') > 1 || documents('shipments') > 1) {
    findings.doubled += 1;
    note(`${documents('invoices')} invoices, ${documents('shipments')} shipments`);
  }
  const elsewhere = ledger.shipments.filter((each) => each.orderId === order.id && each.sourceCode !== sourceCode);
  if (elsewhere.length > 0) {
    findings.stockOff += 1;
    note(`shipped from ${elsewhere.map((each) => each.sourceCode).join(', ')}`);
  }
}

function wrongFigures(order: Order, sale: CompletedSale, ledger: Ledger): string[] {
  const { row } = order;
  const { totals } = sale;
  const wrong: string[] = [];
  const expect = (what: string, shown: unknown, sold: number): void => {
    if (!near(shown, sold)) wrong.push(`${what} is ${String(shown)}, sold ${sold}`);
  };
  if (row['state'] !== 'complete') wrong.push(`order is ${String(row['state'])}`);
  expect('grand total', row['grand_total'], toNumber(totals.grandTotal));
  expect('base grand total', row['base_grand_total'], toNumber(totals.grandTotal));
  expect('tax', row['tax_amount'], toNumber(totals.tax));
  expect('discount', row['discount_amount'], -toNumber(totals.discount));
  expect('subtotal', row['subtotal'], toNumber(totals.subtotal));
  expect('compensation', row['discount_tax_compensation_amount'], toNumber(totals.taxCompensation));
  const invoices = ledger.invoices.filter((invoice) => invoice.orderId === order.id);
  if (invoices.length === 0) wrong.push('no invoice');
  for (const invoice of invoices) expect('invoice', invoice.row['grand_total'], toNumber(totals.grandTotal));
  // An order made directly lists the goods: a bundle's parts instead of the bundle.
  const direct = row['increment_id'] === sale.receiptNumber;
  const quantity = order.items
    .filter((item) => item['parent_item_id'] == null)
    .reduce((sum, item) => sum + number(item['qty_ordered']), 0);
  expect(
    'quantity',
    quantity,
    sale.lines.reduce((sum, line) => sum + (direct ? goodsIn(line) : line.quantity), 0),
  );
  if (sale.customer?.id !== null) expect('customer', row['customer_id'], sale.customer?.id ?? 0);
  else if (number(row['customer_id']) === 0 || row['customer_email'] !== sale.customer.email) {
    // Made at the till: the shop has given a number since.
    wrong.push(`customer is ${row['customer_id']} ${row['customer_email']}, sold to ${sale.customer.email}`);
  }
  return wrong;
}

const goodsIn = (line: SaleLine): number =>
  line.type === 'bundle' ? line.children.reduce((sum, part) => sum + part.quantity * line.quantity, 0) : line.quantity;

/** Orders that belong to no sale: second ones of a cart, never amended, never cancelled. */
export function checkStrays(ledger: Ledger, sales: readonly CompletedSale[], findings: Findings): void {
  const receipts = new Set<unknown>(sales.map((sale) => sale.receiptNumber));
  for (const order of ledger.orders) {
    if (!standing(order) || receipts.has(receiptOf(order))) continue;
    findings.doubled += 1;
    findings.problems.push(`order ${String(order.row['increment_id'])} belongs to no sale`);
  }
}

/** What a SKU's quantity at the source was, and what it must be. */
export interface StockBefore {
  readonly sku: string;
  readonly quantity: number;
}

/** Source quantities fell by exactly what was sold, and no reservation is left open. */
export function checkStock(
  ledger: Ledger,
  before: readonly StockBefore[],
  sold: ReadonlyMap<string, number>,
  sourceCode: string,
  findings: Findings,
): void {
  for (const { sku, quantity } of before) {
    const now = ledger.sourceItems.find((item) => item.sku === sku && item.source_code === sourceCode)?.quantity;
    const expected = quantity - (sold.get(sku) ?? 0);
    if (!near(now, expected)) {
      findings.stockOff += 1;
      findings.problems.push(`${sku}: ${String(now)} at ${sourceCode}, expected ${expected}`);
    }
    const reserved = ledger.reservations
      .filter((each) => each.sku === sku)
      .reduce((sum, each) => sum + each.quantity, 0);
    if (!near(reserved, 0)) {
      findings.stockOff += 1;
      findings.problems.push(`${sku}: ${reserved} still reserved`);
    }
  }
}
