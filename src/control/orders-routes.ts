import type { OrdersQuestion, OrdersReport } from './orders-protocol.ts';

export interface OrdersHandlers {
  /** Throws `reconcile.busy`, `reconcile.not-allowed`, `shop.…`, `magento.stock-unreadable`. */
  reconcileOrders(question: OrdersQuestion, signal: AbortSignal): Promise<OrdersReport>;
}
