import { expect } from 'vitest';
import { add, type Money, subtract, sum, zero } from '../../../src/money/money.ts';
import type { PaymentRecord } from '../../../src/payments/payment-record.ts';
import { instant } from '../../../src/platform/clock.ts';
import { receiptNumber, terminalId } from '../../../src/platform/ids.ts';
import { priceCart } from '../../../src/pricing/price-cart.ts';
import type { CompletedReturn } from '../../../src/register/return.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import type { Counter } from '../fakes/counter.ts';
import { settings } from '../fakes/counter.ts';
import { largestPercent } from './full-shop.ts';
import type { World } from './world.ts';

/** What must be true after everything that happens. */
export function checkAlways(world: World): void {
  const { counter, terminal } = world;
  const { sales, returns } = counter;
  const receipts = counter.journal.kept.flatMap(({ entry }) => {
    if (entry.kind === 'sale') return [entry.sale.receiptNumber];
    return entry.kind === 'return' ? [entry.return.receiptNumber] : [];
  });
  expect(receipts).toEqual(receipts.map((_, index) => receiptNumber(terminalId('K1'), index + 1)));
  expect(new Set(sales.map((sale) => sale.saleId)).size).toBe(sales.length);
  expect(new Set(returns.map((each) => each.returnId)).size).toBe(returns.length);
  const { mode, training } = counter.till.state;
  // No goods without a durable sale: what the display says is done is on record.
  if (mode.kind === 'selling' && mode.completed && training === null) {
    expect(receipts).toContain(mode.completed.receiptNumber);
  }
  const cards = sales.flatMap((sale) => sale.tenders.flatMap((each) => (each.kind === 'card' ? [each] : [])));
  expect(new Set(cards.map((each) => each.card.paymentId)).size).toBe(cards.length);
  for (const each of cards) expect(terminal.charged.get(each.card.paymentId)).toBe(each.amount);
  const refunds = returns.flatMap((each) => each.refunds.flatMap((refund) => (refund.kind === 'card' ? [refund] : [])));
  expect(new Set(refunds.map((each) => each.card.paymentId)).size).toBe(refunds.length);
  for (const each of refunds) expect(terminal.refunded.get(each.card.paymentId)).toBe(each.amount);
  checkNothingTakenTwice(world);
  checkDrawer(counter);
  if (
    world.full &&
    training === null &&
    mode.kind !== 'signing-in' &&
    mode.kind !== 'closed' &&
    mode.kind !== 'recording'
  ) {
    expect(counter.till.state.cashier).not.toBeNull();
  }
}

/** What the terminal charged for one sale is never more than the sale, and what it gave back never more than it charged. */
function checkNothingTakenTwice({ counter, terminal }: World): void {
  const taken = new Map<string, { total: number; charged: number }>();
  const recorded = new Set<string>();
  for (const { entry } of counter.journal.kept) {
    if (entry.kind !== 'payment') continue;
    recorded.add(entry.paymentId);
    const { paid } = entry.state as unknown as PaymentRecord;
    if (!paid) continue;
    // A sale may still change after a declined card; once money is taken it can't.
    const before = taken.get(paid.sale.saleId)?.charged ?? 0;
    const charged = before + (terminal.charged.get(entry.paymentId) ?? 0);
    taken.set(paid.sale.saleId, { total: paid.sale.totals.grandTotal, charged });
  }
  for (const { total, charged } of taken.values()) expect(charged).toBeLessThanOrEqual(total);
  for (const paymentId of [...terminal.charged.keys(), ...terminal.refunded.keys()])
    expect(recorded).toContain(paymentId);
  const back = new Map<string, number>();
  for (const { refunds } of counter.returns) {
    for (const refund of refunds) {
      if (refund.kind !== 'card' || refund.refundOf === null) continue;
      back.set(refund.refundOf, (back.get(refund.refundOf) ?? 0) + refund.amount);
    }
  }
  for (const [paymentId, amount] of back) expect(amount).toBeLessThanOrEqual(terminal.charged.get(paymentId) ?? 0);
}

/** A simple model of the drawer: what the records say went in and out since the shift was opened. */
function checkDrawer(counter: Counter): void {
  const { openShift } = counter.journal;
  if (openShift === null) return;
  let cash: Money = zero;
  for (const { entry } of counter.journal.kept) {
    if (entry.kind === 'shift-opened') cash = entry.float;
    if (entry.kind === 'sale') {
      for (const tender of entry.sale.tenders) if (tender.kind === 'cash') cash = add(cash, tender.amount);
    }
    if (entry.kind === 'return') {
      for (const refund of entry.return.refunds) if (refund.kind === 'cash') cash = subtract(cash, refund.amount);
    }
    if (entry.kind === 'cash-moved')
      cash = entry.direction === 'in' ? add(cash, entry.amount) : subtract(cash, entry.amount);
  }
  expect(openShift.expectedCash).toBe(cash);
}

/** What must be true of all records in the end. */
export function checkRecords(world: World): void {
  const { counter } = world;
  for (const sale of counter.sales) checkSale(world, sale);
  for (const returned of counter.returns) checkReturn(world, returned);
  checkExchanges(counter);
  checkNoMoneyLost(world);
}

function checkSale({ catalogue, full }: World, sale: CompletedSale): void {
  const again = priceCart(
    {
      lines: sale.lines.map(({ lineId, sku, quantity, variant, openPrice, depositOf }) => ({
        lineId,
        sku,
        quantity,
        ...(variant === null ? {} : { variant }),
        ...(openPrice === undefined ? {} : { openPrice: openPrice.amount }),
        ...(depositOf === undefined ? {} : { noReduction: true }),
      })),
      reductions: sale.reductions ?? [],
      customerGroupId: sale.customer?.groupId ?? settings.guestGroupId,
      customerId: sale.customer?.id ?? null,
      coupon: sale.coupon,
      at: instant(sale.basis.pricedAt),
      destination: settings.destination,
    },
    catalogue.prices,
  );
  expect(sale.lines.length).toBeGreaterThan(0);
  expect(sale.totals.grandTotal).toBe(again.grandTotal);
  expect(sale.totals.taxes).toEqual(again.taxes);
  expect(sale.lines.map((line) => line.rowTotalInclTax)).toEqual(again.lines.map((line) => line.rowTotalInclTax));
  expect(sum(sale.tenders.map((tender) => tender.amount))).toBe(sale.totals.grandTotal);
  const given = sale.tenders.map((each) => (each.kind === 'cash' ? subtract(each.tendered, each.amount) : zero));
  expect(sum(given)).toBe(sale.change);
  for (const line of sale.lines) {
    const product = catalogue.bySku(line.variant ?? line.sku);
    expect(product?.enabled).toBe(true);
    expect(product?.decimalQuantity === true || Number.isInteger(line.quantity)).toBe(true);
  }
  if (full) checkFullSale(sale);
}

/** What a shop with staff, deposits and cash rounding may rely on. */
function checkFullSale(sale: CompletedSale): void {
  expect(sale.change % 5).toBe(0);
  for (const tender of sale.tenders) {
    if (tender.kind === 'rounding') expect(Math.abs(tender.amount)).toBeLessThanOrEqual(2);
  }
  for (const line of sale.lines) {
    if (line.sku === 'APPLE') {
      const deposit = sale.lines.find((each) => each.depositOf === line.lineId);
      expect(deposit?.quantity).toBe(line.quantity * 2);
    }
    if (line.sku === 'COFFEE') expect(line.serialNumber).toBeTruthy();
    if (line.openPrice?.kind === 'override') expect(['Boss', null]).toContain(line.openPrice.approvedBy);
  }
  const allowed = (sale.reductions ?? []).some(({ approvedBy }) => approvedBy === 'Boss') || sale.cashier === 'Boss';
  const goods = sale.lines.filter((line) => line.depositOf === undefined);
  const given = sum(
    goods.flatMap((line) => line.discounts.filter(({ ruleId }) => ruleId < 0).map(({ amount }) => amount)),
  );
  const before = sum(goods.map((line) => line.rowTotalInclTax));
  // Goods taken away after the discount may leave an amount that weighs more; a percentage can't.
  const percents = (sale.reductions ?? []).every(({ value }) => value.kind === 'percent');
  if (!allowed && percents && (sale.reductions ?? []).length <= 1) {
    expect(given).toBeLessThanOrEqual((before * largestPercent) / 100 + goods.length);
  }
}

function checkReturn({ counter, refusedReturns }: World, returned: CompletedReturn): void {
  expect(sum(returned.refunds.map((refund) => refund.amount))).toBe(returned.totals.grandTotal);
  if (returned.of === null) return;
  const sale = counter.sales.find(({ saleId }) => saleId === returned.of?.saleId);
  const all = counter.returns.filter(
    ({ of, returnId }) => of?.saleId === sale?.saleId && !refusedReturns.has(returnId),
  );
  expect(sum(all.map(({ totals }) => totals.grandTotal))).toBeLessThanOrEqual(sale?.totals.grandTotal ?? -1);
  sale?.lines.forEach((line, index) => {
    const back = all.flatMap(({ lines }) => lines).filter(({ saleLine }) => saleLine === index);
    expect(back.reduce((count, each) => count + each.quantity, 0)).toBeLessThanOrEqual(line.quantity + 1e-9);
  });
}

/** What goods brought back were exchanged for is one sale, for as much; or the power went in between, and the till has said so. */
function checkExchanges(counter: Counter): void {
  for (const { returnId, refunds } of counter.returns) {
    for (const refund of refunds) {
      if (refund.kind !== 'exchange') continue;
      const sale = counter.sales.find(({ saleId }) => saleId === refund.saleId);
      const tender = sale?.tenders.find((each) => each.kind === 'exchange');
      if (sale) expect(tender).toMatchObject({ amount: refund.amount, returnId });
    }
  }
  for (const { tenders } of counter.sales) {
    for (const tender of tenders) {
      if (tender.kind === 'exchange')
        expect(counter.returns.some(({ returnId }) => returnId === tender.returnId)).toBe(true);
    }
  }
}

/** Everything the card terminal moved is in a sale or return, or in a held sale that still waits for the rest. */
function checkNoMoneyLost({ counter, terminal }: World): void {
  const { held, unresolved } = counter.till.state;
  expect(unresolved).toBeNull();
  const known = [...counter.sales, ...held]
    .flatMap(({ tenders }) => tenders)
    .flatMap((tender) => (tender.kind === 'card' ? [tender.card.paymentId] : []));
  const back = counter.returns
    .flatMap(({ refunds }) => refunds)
    .flatMap((refund) => (refund.kind === 'card' ? [refund.card.paymentId] : []));
  expect(known).toEqual(expect.arrayContaining([...terminal.charged.keys()]));
  expect([...known, ...back]).toEqual(expect.arrayContaining([...terminal.refunded.keys()]));
}
