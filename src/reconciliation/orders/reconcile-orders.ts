import type { QueuedReturn, QueuedSale } from '../../journal/document.ts';
import type { Journal, QueuedDocument, Reinstatement } from '../../journal/journal.ts';
import type { Instant } from '../../platform/clock.ts';
import {
  type DocumentId,
  type ReceiptNumber,
  receiptCounter,
  receiptNumber,
  type TerminalId,
} from '../../platform/ids.ts';
import { caseId, type Finding } from '../case.ts';
import type { CaseDesk } from '../case-desk.ts';
import { compareOrder, orderKinds, referencesOf } from './compare-order.ts';
import type { ShopBooks, ShopOrder, StockDifference } from './shop-books.ts';

export interface OrderReconciliation {
  readonly terminal: TerminalId;
  readonly journal: Pick<
    Journal,
    'documentByReceipt' | 'document' | 'returnsOf' | 'outcomesOf' | 'nextReceiptCounter' | 'unconfirmed'
  >;
  readonly books: ShopBooks;
  readonly cases: Pick<CaseDesk, 'report' | 'settle' | 'open' | 'act'>;
  /** Puts what Magento lost into the queue again. */
  readonly reinstate: (id: DocumentId, reinstatement: Reinstatement) => Promise<void>;
  /** Called often; lets a key press through. */
  readonly pace: () => Promise<void> | undefined;
}

export interface OrderQuestion {
  /** Sales since then. */
  readonly since: Instant;
  /** Who wants what is missing delivered again; null: nobody. */
  readonly redeliver: { readonly by: string } | null;
}

export interface OrderResult {
  /** Confirmed sales that were compared. */
  readonly sales: number;
  readonly returns: number;
  /** Not in Magento yet; the queue knows why. */
  readonly unconfirmed: number;
  readonly findings: readonly Finding[];
  /** Why nothing is said about the stock; null: it is. */
  readonly stockNotJudged: string | null;
  /** Documents that were put into the queue again. */
  readonly redelivered: number;
}

/** Sales asked about at once. */
const atOnce = 50;

/**
 * Compares a till's confirmed sales and returns with what its shop has of them. Each difference is a case; the case of a
 * difference that is gone is closed. Asks the shop only, but for {@link OrderQuestion.redeliver}.
 */
export async function reconcileOrders(
  parts: OrderReconciliation,
  { since, redeliver }: OrderQuestion,
  signal: AbortSignal,
): Promise<OrderResult> {
  const { journal, books, terminal } = parts;
  const findings: Finding[] = [];
  const skus = new Set<string>();
  let [sales, returns, redelivered, oldest] = [0, 0, 0, journal.nextReceiptCounter];
  for await (const batch of batchesOf(parts, since)) {
    const given = new Map(batch.map((each) => [each.sale.saleId, confirmedReturns(parts, each)]));
    const orders = await books.ordersOf(batch.flatMap(referencesOf), signal);
    const returned = orders.filter(({ refunded }) => refunded > 0).map(({ orderId }) => orderId);
    const memos = await books.memosOf(returned, signal);
    for (const queued of batch) {
      const ofSale = given.get(queued.sale.saleId) ?? [];
      const found = compareOrder(queued, ofSale, orders, memos);
      await keepCases(parts, queued, ofSale, found);
      findings.push(...found);
      returns += ofSale.length;
      for (const line of queued.sale.lines) if (line.productId !== null) skus.add(line.variant ?? line.sku);
      if (redeliver !== null && found.some(({ kind }) => kind === 'order-missing')) {
        redelivered += await redeliverAll(parts, queued, ofSale, found, redeliver.by);
      }
      await parts.pace();
    }
    sales += batch.length;
    oldest = receiptCounter(terminal, batch.at(-1)?.sale.receiptNumber ?? '') ?? oldest;
  }
  findings.push(...(await unknownOrders(parts, since, oldest, signal)));
  const stock = await stockFindings(parts, [...skus], signal);
  findings.push(...stock.findings);
  return {
    sales,
    returns,
    unconfirmed: journal.unconfirmed().length,
    findings,
    stockNotJudged: stock.notJudged,
    redelivered,
  };
}

/** Confirmed sales, newest first. */
async function* batchesOf(
  { journal, terminal, pace }: OrderReconciliation,
  since: Instant,
): AsyncGenerator<readonly QueuedSale[]> {
  let batch: QueuedSale[] = [];
  for (let counter = journal.nextReceiptCounter - 1; counter > 0; counter -= 1) {
    const found = journal.documentByReceipt(receiptNumber(terminal, counter));
    await pace();
    if (found === undefined) continue;
    if (soldAt(found) < since) break;
    if (found.kind !== 'sale' || found.delivery.state !== 'confirmed') continue;
    batch.push(found);
    if (batch.length < atOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const soldAt = (document: QueuedDocument): number =>
  document.kind === 'sale' ? document.sale.stamp.at : document.kind === 'return' ? document.return.stamp.at : 0;

const confirmedReturns = ({ journal }: OrderReconciliation, { sale }: QueuedSale): readonly QueuedReturn[] =>
  journal.returnsOf(sale.saleId).filter(({ delivery }) => delivery.state === 'confirmed');

async function keepCases(
  { cases }: OrderReconciliation,
  { sale }: QueuedSale,
  returns: readonly QueuedReturn[],
  found: readonly Finding[],
): Promise<void> {
  for (const each of found) await cases.report(each);
  const seen = new Set(found.map(({ kind, subject }) => caseId(kind, subject)));
  const open = new Set(cases.open().map(({ caseId: id }) => id));
  const gone = [
    ...orderKinds.map((kind) => ({ kind, subject: sale.saleId })),
    ...returns.map((each) => ({ kind: 'order-missing' as const, subject: each.return.returnId })),
  ];
  for (const { kind, subject } of gone) {
    const id = caseId(kind, subject);
    if (open.has(id) && !seen.has(id)) await cases.settle(kind, subject, 'corrected', 'Magento and the till agree');
  }
}

/** With what the sale needs and what hangs on it: a shop that lost one has lost the others. Delivery looks before it makes. */
async function redeliverAll(
  { journal, cases, reinstate }: OrderReconciliation,
  { sale }: QueuedSale,
  returns: readonly QueuedReturn[],
  found: readonly Finding[],
  by: string,
): Promise<number> {
  const missing = new Set(found.filter(({ kind }) => kind === 'order-missing').map(({ subject }) => subject));
  const customer = sale.customer?.id === null ? [sale.customer.customerKey] : [];
  const ids: readonly DocumentId[] = missing.has(sale.saleId)
    ? [
        ...customer,
        sale.saleId,
        ...returns.map((each) => each.return.returnId),
        ...journal.outcomesOf(sale.saleId).map(({ outcome }) => outcome.outcomeId),
      ]
    : returns.map((each) => each.return.returnId).filter((id) => missing.has(id));
  const again = ids.filter((id) => journal.document(id)?.delivery.state === 'confirmed');
  if (again.length === 0) return 0;
  const why = `Magento has no order of receipt ${sale.receiptNumber} any more`;
  // Kept with the case before it takes effect; the case itself ends when the next look finds the order.
  const words = `has it delivered again: ${why}`;
  for (const subject of missing) await cases.act(caseId('order-missing', subject), { step: 'note', by, words });
  for (const id of again) await reinstate(id, { by, why });
  return again.length;
}

/** Orders that carry this till's receipt numbers, of sales that its journal never made: it was put back to an older state. */
async function unknownOrders(
  { journal, books, cases, terminal }: OrderReconciliation,
  since: Instant,
  oldest: number,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const order of await books.ordersOfTill(terminal, new Date(since), signal)) {
    const receipt = receiptIn(order, terminal);
    if (receipt === null || order.state === 'canceled') continue;
    // Older ones may have been removed from the journal since.
    if (journal.documentByReceipt(receipt.name) !== undefined || receipt.counter < oldest) continue;
    const { orderNumber, total } = order;
    const found: Finding = {
      kind: 'order-unknown',
      subject: orderNumber,
      words: `order ${orderNumber} is of receipt ${receipt.name}, which this till never gave`,
      evidence: { orderNumber, receiptNumber: receipt.name, total },
      receiptNumber: receipt.name,
    };
    await cases.report(found);
    findings.push(found);
  }
  return findings;
}

function receiptIn(
  order: ShopOrder,
  terminal: TerminalId,
): { readonly name: ReceiptNumber; readonly counter: number } | null {
  for (const text of [order.externalId, order.orderNumber]) {
    const counter = receiptCounter(terminal, text);
    if (counter !== undefined) return { name: receiptNumber(terminal, counter), counter };
  }
  return null;
}

async function stockFindings(
  { books, cases }: OrderReconciliation,
  skus: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly notJudged: string | null }> {
  if (skus.length === 0) return { findings: [], notJudged: null };
  const stock = await books.stockDifferences(skus, signal);
  const findings = stock.differences.map(stockFinding);
  for (const each of findings) await cases.report(each);
  const open = new Set(cases.open().map(({ caseId: id }) => id));
  for (const sku of stock.judged) {
    const subject = encodeURIComponent(sku);
    if (findings.some((each) => each.subject === subject) || !open.has(caseId('stock-differs', subject))) continue;
    await cases.settle('stock-differs', subject, 'corrected', 'reservations and open orders agree');
  }
  const left = skus.length - stock.judged.length;
  return { findings, notJudged: left === 0 ? null : `${left} of ${skus.length} articles could not be compared` };
}

function stockFinding({ sku, by }: StockDifference): Finding {
  const words =
    by > 0
      ? `Magento would sell ${by} × ${sku} more than there is: a reservation is missing`
      : `Magento would sell ${-by} × ${sku} less than there is: a reservation was not given back`;
  return { kind: 'stock-differs', subject: encodeURIComponent(sku), words, evidence: { sku, by }, receiptNumber: null };
}
