import type { CallResult, Calls } from './calls.ts';
import { type Order, readOrder } from './order.ts';

// A comment in an order's history that is told apart by a key it contains: Magento keeps as many as it is sent (d20).

export type CommentLook =
  | { readonly ok: true; readonly there: boolean; readonly order: Order }
  | Extract<CallResult, { ok: false }>;

/** Whether the order's history has a comment with the key. */
export async function lookForComment(calls: Calls, orderId: number, key: string): Promise<CommentLook> {
  const read = await calls.get('read-order', `/V1/orders/${orderId}`);
  if (!read.ok) return read;
  const order = readOrder(read.body);
  return { ok: true, order, there: order.status_histories.some((history) => history.comment.includes(key)) };
}

/** Adds it, for the shop's office only; not before it was looked for. The order's status stays as it is. */
export function addComment(calls: Calls, orderId: number, comment: string): Promise<CallResult> {
  const statusHistory = { comment, is_customer_notified: 0, is_visible_on_front: 0, parent_id: orderId };
  return calls.post('comment', `/V1/orders/${orderId}/comments`, { statusHistory });
}
