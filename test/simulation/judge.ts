import { documentIn, receiptOf } from '../../src/journal/document.ts';
import type { JournalEntry, JournalRecord, NumberRange } from '../../src/journal/journal.ts';
import { readPayment } from '../../src/payments/payment-record.ts';
import type { ReturnId, SaleId } from '../../src/platform/ids.ts';
import { receiptCounter, type TerminalId } from '../../src/platform/ids.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import type { Ledger } from '../../src/showroom/magento/index.ts';
import { leftBehind } from '../../src/till/left-behind.ts';
import { checkSale, checkStrays, noFindings } from '../sweep/ledger-check.ts';
import { type CardReader, isTaken } from './card-reader.ts';
import type { Findings } from './findings.ts';
import type { RunningTill } from './machine.ts';
import type { Shelves } from './shelves.ts';

export interface Evidence {
  readonly till: RunningTill;
  readonly terminal: TerminalId;
  readonly shop: Ledger;
  readonly shelves: Shelves;
  readonly reader: CardReader;
  readonly sourceCode: string;
  /** Sales that the journal no longer holds because their time was over: Magento has them. */
  readonly pruned: readonly CompletedSale[];
}

type EntryOf<Kind extends JournalEntry['kind']> = Extract<JournalEntry, { kind: Kind }>;

/** At the end of a world: journal, Magento, card terminal and drawer side by side. How many sales there were. */
export async function judge(evidence: Evidence, findings: Findings): Promise<number> {
  const { journal } = evidence.till;
  const records: JournalRecord[] = [];
  for await (const record of journal.records()) records.push(record);
  const of = <Kind extends JournalEntry['kind']>(kind: Kind): readonly EntryOf<Kind>[] =>
    records.flatMap(({ entry }) => (entry.kind === kind ? [entry as EntryOf<Kind>] : []));
  const kept = of('sale').map(({ sale }) => sale);
  const known = new Set(kept.map(({ saleId }) => saleId));
  const pruned = evidence.pruned.filter(({ saleId }) => !known.has(saleId));
  const sales = [...pruned, ...kept];

  receiptNumbers(records, evidence.terminal, findings);
  magento(sales, { ...evidence, pruned }, findings);
  stock(evidence, findings);
  for (const { expected, counted, shiftId } of of('shift-closed')) {
    if (counted !== null && counted !== expected) {
      findings.add('cash-in-drawer', `${counted} counted at the end of shift ${shiftId}, expected ${expected}`);
    }
  }
  await cards(sales, evidence, findings);
  told(kept, evidence, findings);
  const { outcome, words } = await journal.verify();
  if (outcome !== 'whole') findings.add('copies-agree', words.join(' '));
  return sales.length;
}

/** Given once, and without a gap that no record names. */
export function receiptNumbers(records: readonly JournalRecord[], terminal: TerminalId, findings: Findings): void {
  const gaps = records.flatMap(({ entry }) => (entry.kind === 'gap' ? [entry] : []));
  const named: NumberRange[] = [
    ...gaps.flatMap(({ receipts }) => receipts),
    ...records.flatMap(({ entry }) => (entry.kind === 'pruned' ? entry.standing.receiptGaps : [])),
  ];
  for (const { reason, receipts, sequences } of gaps) {
    if (reason !== 'lost') continue;
    findings.add('receipt-numbers', `lost: ${JSON.stringify({ receipts, sequences })}`);
  }
  let expected = 1;
  for (const { entry } of records) {
    const document = documentIn(entry);
    const receipt = document === null ? null : receiptOf(document);
    if (receipt === null) continue;
    const { receiptNumber } = receipt;
    const counter = receiptCounter(terminal, receiptNumber) ?? 0;
    if (counter < expected) findings.add('receipt-numbers', `${receiptNumber} was given again or late`);
    for (; expected < counter; expected += 1) {
      const known = named.some(({ from, through }) => from <= expected && expected <= through);
      if (!known) findings.add('receipt-numbers', `number ${expected} is missing and no record names it`);
    }
    expected = counter + 1;
  }
}

function magento(sales: readonly CompletedSale[], evidence: Evidence, findings: Findings): void {
  const { till, shop, sourceCode } = evidence;
  const pruned = new Set(evidence.pruned);
  const seen = noFindings();
  for (const sale of sales) {
    // Only what was confirmed is removed.
    const state = pruned.has(sale) ? 'confirmed' : till.journal.sale(sale.saleId)?.delivery.state;
    if (state === 'confirmed') checkSale(shop, sale, sourceCode, seen);
    else if (state === undefined) seen.problems.push(`${sale.receiptNumber} has no delivery`);
    else {
      const standing = shop.orders.filter(
        ({ row }) => row['ext_order_id'] === sale.receiptNumber && row['state'] !== 'canceled',
      );
      if (standing.length > 1) {
        seen.doubled += standing.length - 1;
        seen.problems.push(`${sale.receiptNumber} is ${state} and has ${standing.length} orders`);
      }
    }
  }
  checkStrays(shop, sales, seen);
  findings.lost += seen.lost;
  findings.doubled += seen.doubled;
  for (const problem of seen.problems) findings.add('magento-exactly-once', problem);
}

/** Sources fell by what was shipped, and what is held back belongs to standing orders that are not shipped. */
export function stock(
  { shop, shelves, sourceCode }: Pick<Evidence, 'shop' | 'shelves' | 'sourceCode'>,
  findings: Findings,
): void {
  const shipped = new Map<string, number>();
  const open = new Map<string, number>();
  const count = (map: Map<string, number>, sku: string, quantity: number): void => {
    map.set(sku, (map.get(sku) ?? 0) + quantity);
  };
  const complete = new Set(shop.shipments.map(({ orderId }) => orderId));
  for (const { items } of shop.shipments) for (const item of items) count(shipped, skuOf(item), Number(item['qty']));
  for (const order of shop.orders) {
    if (complete.has(order.id) || order.row['state'] === 'canceled') continue;
    // A configurable's own line has the SKU of its variant, which has a line as well.
    const goods = order.items.filter((item) => item['product_type'] !== 'configurable');
    for (const item of goods) count(open, skuOf(item), Number(item['qty_ordered']));
  }
  for (const [sku, before] of shelves.tracked) {
    const now = shop.sourceItems.find((item) => item.sku === sku && item.source_code === sourceCode)?.quantity ?? 0;
    const expected = before - (shipped.get(sku) ?? 0);
    if (Math.abs(now - expected) > 1e-6) findings.add('stock', `${sku}: ${now} at ${sourceCode}, expected ${expected}`);
    const reserved = shop.reservations
      .filter((each) => each.sku === sku)
      .reduce((sum, { quantity }) => sum - quantity, 0);
    const held = open.get(sku) ?? 0;
    if (Math.abs(reserved - held) > 1e-6) findings.add('stock', `${sku}: ${reserved} held back, expected ${held}`);
  }
}

const skuOf = (item: { readonly [field: string]: unknown }): string => String(item['sku']);

async function cards(sales: readonly CompletedSale[], { reader, till }: Evidence, findings: Findings): Promise<void> {
  const sold = new Map<string, number>();
  for (const { tenders, receiptNumber } of sales) {
    for (const tender of tenders) {
      if (tender.kind !== 'card') continue;
      const { paymentId } = tender.card;
      if (sold.has(paymentId)) findings.add('card-money', `payment ${paymentId} is in two sales`);
      sold.set(paymentId, tender.amount);
      const charged = reader.payments.get(paymentId);
      if (charged === undefined || !isTaken(charged) || charged.amount !== tender.amount) {
        const words = `${receiptNumber} has ${tender.amount} by card, charged was ${charged?.state ?? 'nothing'}`;
        findings.add('card-money', words);
      }
    }
  }
  const visible = new Set<string>();
  const isMade = (id: SaleId | ReturnId): boolean => till.journal.document(id) !== undefined;
  const open = till.journal.openSubjects('payment').flatMap(({ records }) => readPayment(records) ?? []);
  for (const { payment, tenders } of leftBehind(open, isMade)) {
    visible.add(payment.paymentId);
    for (const tender of tenders) if (tender.kind === 'card') visible.add(tender.card.paymentId);
  }
  for (const [paymentId, payment] of reader.payments) {
    if (!isTaken(payment) || sold.has(paymentId) || visible.has(paymentId)) continue;
    findings.add('card-money', `${payment.amount} were charged by payment ${paymentId}, and no sale knows it`);
  }
  if (reader.askedTwice > 0) findings.add('card-money', `${reader.askedTwice} payments were asked for twice`);
}

/** Every card that was taken without its bank is with its bank, and its order was told once what the bank said. */
function told(
  sales: readonly CompletedSale[],
  { reader, till }: Pick<Evidence, 'reader' | 'till'>,
  findings: Findings,
): void {
  const open = new Set(till.journal.openSubjects('payment').map(({ id }) => id));
  for (const { saleId, tenders, receiptNumber } of sales) {
    const outcomes = till.journal.outcomesOf(saleId).map(({ outcome }) => outcome);
    for (const tender of tenders) {
      if (tender.kind !== 'card') continue;
      const { paymentId, outcome } = tender.card;
      const payment = reader.payments.get(paymentId);
      const heard = outcomes.filter((each) => each.paymentId === paymentId).map(({ kind }) => kind);
      const expected = outcome === 'approved' ? [] : [payment?.bank ?? 'nothing'];
      if (heard.join() !== expected.join()) {
        const words = `${receiptNumber}: the bank says ${expected.join() || 'nothing more'}, told was ${heard.join() || 'nothing'}`;
        findings.add('card-money', words);
      }
      if (open.has(paymentId)) findings.add('card-money', `${receiptNumber}: payment ${paymentId} is never over`);
    }
  }
}
