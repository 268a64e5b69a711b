/** An order as the shop has it. Amounts in its currency, quantities summed over its lines. */
export interface ShopOrder {
  readonly orderId: number;
  readonly orderNumber: string;
  /** What delivery wrote there: the receipt number or the sale's id. */
  readonly externalId: string;
  /** The cart that it was made from. */
  readonly quoteId: number | null;
  readonly customerLastName: string;
  /** Magento's `state`: `new`, `processing`, `complete`, `closed`, `canceled`, `holded` … */
  readonly state: string;
  readonly total: number;
  readonly refunded: number;
  readonly ordered: number;
  readonly invoiced: number;
  readonly cancelled: number;
  /** Of `ordered`, what is goods that can be shipped. */
  readonly shippable: number;
  readonly shipped: number;
  readonly comments: readonly string[];
}

export interface ShopMemo {
  readonly number: string;
  readonly orderId: number;
  readonly total: number;
}

/** A SKU whose reservations do not come to what open orders hold back. */
export interface StockDifference {
  readonly sku: string;
  /** Above 0: Magento would sell so much more than there is; below: so much less. */
  readonly by: number;
}

/** What reconciliation reads of the shop. Each throws `shop.…` or `magento.stock-unreadable`. */
export interface ShopBooks {
  /** Those whose number or external id is one of `references`, and those made from the same carts as they. */
  ordersOf(references: readonly string[], signal: AbortSignal): Promise<readonly ShopOrder[]>;
  /** Those that carry a receipt number of this till, made since then. */
  ordersOfTill(terminal: string, since: Date, signal: AbortSignal): Promise<readonly ShopOrder[]>;
  memosOf(orderIds: readonly number[], signal: AbortSignal): Promise<readonly ShopMemo[]>;
  /** `judged`: of `skus`, those that could be compared. */
  stockDifferences(
    skus: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly differences: readonly StockDifference[]; readonly judged: readonly string[] }>;
}
