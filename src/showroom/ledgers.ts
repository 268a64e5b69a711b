import type { SaleEntry } from '../control/protocol.ts';
import { decimal, hundredths, type Money, money, sum } from '../money/money.ts';
import type { LedgerRow, Ledgers, MagentoOrder } from './facade.ts';
import { numberOf, textOf } from './magento/json.ts';
import type { Ledger } from './magento/ledger.ts';

/** Magento's side: every order with its documents and what it did to the stock, oldest first. */
export function ordersOf(ledger: Ledger): readonly MagentoOrder[] {
  return ledger.orders.map((order) => {
    const shipment = ledger.shipments.find((document) => document.orderId === order.id);
    const invoice = ledger.invoices.find((document) => document.orderId === order.id);
    const moved = (shipment?.items ?? []).map((item) => `${numberOf(item['qty'])} × ${textOf(item['sku'])}`);
    const receiptNumber = order.row['ext_order_id'];
    return {
      orderNumber: textOf(order.row['increment_id']),
      receiptNumber: typeof receiptNumber === 'string' && receiptNumber !== '' ? receiptNumber : null,
      total: decimal(amountOf(order.row['grand_total'])),
      state: textOf(order.row['state']),
      invoice: invoice === undefined ? null : textOf(invoice.row['increment_id']),
      shipment: shipment === undefined ? null : textOf(shipment.row['increment_id']),
      stock: shipment === undefined || moved.length === 0 ? '' : `${moved.join(', ')} from ${shipment.sourceCode}`,
    };
  });
}

/**
 * Both ledgers, sale by sale in receipt order; orders that belong to no sale of this till come last. `stale`: the till's side is
 * as last seen; `online`: the till reached Magento when it was last asked.
 */
export function alignLedgers(
  till: readonly SaleEntry[],
  orders: readonly MagentoOrder[],
  options: { readonly stale: boolean; readonly online: boolean },
): Ledgers {
  const left = new Set(orders);
  const rows: LedgerRow[] = [...till]
    .sort((a, b) => (a.receiptNumber < b.receiptNumber ? -1 : 1))
    .map((entry) => {
      const mine = orders.filter(
        ({ receiptNumber, orderNumber }) =>
          receiptNumber === entry.receiptNumber || (receiptNumber === null && orderNumber === entry.orderNumber),
      );
      for (const order of mine) left.delete(order);
      const standing = mine.filter(isStanding);
      return {
        receiptNumber: entry.receiptNumber,
        till: { total: entry.total, state: entry.state, words: wordsOf(entry, options.online), soldAt: entry.soldAt },
        orders: mine,
        agrees: standing.length === 1 && standing.every((order) => isDelivered(order) && order.total === entry.total),
      };
    });
  for (const order of left) {
    rows.push({ receiptNumber: order.receiptNumber ?? '', till: null, orders: [order], agrees: false });
  }
  const standing = orders.filter(isStanding);
  return {
    rows,
    sums: {
      sales: till.length,
      sold: decimal(sum(till.map(({ total }) => money(total)))),
      orders: standing.length,
      ordered: decimal(sum(standing.map(({ total }) => money(total)))),
    },
    stale: options.stale,
  };
}

function wordsOf({ state, attempts, step }: SaleEntry, online: boolean): string {
  if (state === 'confirmed') return 'in Magento';
  if (state === 'parked' || state === 'withdrawn') return step;
  if (!online) return 'waits for the network';
  return attempts === 0 ? 'waits for its turn' : step;
}

/** A cancelled order is Magento's own record of a mistake that was put right. */
const isStanding = (order: MagentoOrder): boolean => order.state !== 'canceled';

const isDelivered = (order: MagentoOrder): boolean => order.invoice !== null && order.state === 'complete';

/** The shop's tables hold amounts as doubles or as decimals with four places. */
const amountOf = (value: unknown): Money => hundredths(Math.round(Number(value ?? 0) * 100));
