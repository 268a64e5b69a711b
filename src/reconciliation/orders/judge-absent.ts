import { type ReceiptNumber, receiptCounter, receiptNumber, type TerminalId } from '../../platform/ids.ts';
import type { ShopOrder } from './shop-books.ts';

/** What is known of a terminal that can't be asked, in receipt counters. */
export interface AbsentFacts {
  readonly terminal: TerminalId;
  /** The first receipt that may not be in Magento. */
  readonly from: number;
  /** The last receipt that it is known to have given. */
  readonly last: number;
  /** From this one on receipts belong to the device that took its place; null: none did. */
  readonly before: number | null;
}

export interface AbsentFindings {
  /** Receipts that it gave and that no order carries: sales that are on its medium only, or returns, which make no order. */
  readonly missing: readonly ReceiptNumber[];
  readonly doubled: readonly { readonly receiptNumber: ReceiptNumber; readonly orderNumbers: readonly string[] }[];
}

/** A shop that answers with numbers far beyond what was reported must not keep a terminal counting. */
const furthest = 10_000;

/**
 * What Magento's orders say of a terminal whose journal nobody can read. What it sold after its last report is known only as far as
 * later receipts of it arrived.
 */
export function judgeAbsent(facts: AbsentFacts, orders: readonly ShopOrder[]): AbsentFindings {
  const { terminal, from, last, before } = facts;
  const found = new Map<number, ShopOrder[]>();
  for (const order of orders) {
    const counter = counterOf(terminal, order);
    if (counter === undefined || (before !== null && counter >= before)) continue;
    found.set(counter, [...(found.get(counter) ?? []), order]);
  }
  const highest = Math.min(from + furthest, Math.max(last, ...found.keys()));
  const missing: ReceiptNumber[] = [];
  for (let counter = Math.max(1, from); counter <= highest; counter += 1) {
    if (!found.has(counter)) missing.push(receiptNumber(terminal, counter));
  }
  const doubled = [...found].flatMap(([counter, all]) => {
    const standing = all.filter(({ state }) => state !== 'canceled').map(({ orderNumber }) => orderNumber);
    return standing.length < 2 ? [] : [{ receiptNumber: receiptNumber(terminal, counter), orderNumbers: standing }];
  });
  return { missing, doubled };
}

/** By what delivery writes into an order, whichever way it was made. */
function counterOf(terminal: TerminalId, { externalId, orderNumber }: ShopOrder): number | undefined {
  return receiptCounter(terminal, externalId) ?? receiptCounter(terminal, orderNumber);
}
