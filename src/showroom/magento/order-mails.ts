import type { Call, Route } from './api.ts';
import { type Json, textOf } from './json.ts';
import type { Order } from './ledger.ts';
import type { Shop } from './shop.ts';

/**
 * How the shop's order e-mails are set up (Stores > Configuration > Sales > Sales Emails): `at-once`, Magento's own setting;
 * `by-cron` (`sales_email/general/async_sending`); `off`; `refused`: the mail server takes nothing.
 */
export type OrderMails = 'at-once' | 'by-cron' | 'off' | 'refused';

/** An e-mail that has left the shop. */
export interface SentMail {
  readonly orderId: number;
  readonly to: string;
  readonly at: string;
}

/**
 * `POST /V1/orders/:id/emails`: true where the order counts as mailed afterwards, and that is by its `email_sent` alone, whoever
 * set it (Magento\Sales\Model\AbstractNotifier, Order\Email\Sender\OrderSender of 2.4.7; read there, not recorded).
 */
function notify({ shop, id }: Call): Json {
  const order = shop.order(id('id'));
  switch (shop.data.orderMails) {
    case 'at-once':
      deliver(shop, order);
      break;
    case 'by-cron':
      // `send_email` is 1 with it, which REST does not show.
      order.row['email_sent'] = null;
      shop.ledger.waitingMails.push(order.id);
      break;
    case 'off':
    case 'refused':
      break;
  }
  if (order.row['email_sent'] !== 1) return false;
  const latest = order.histories.findLast((history) => history['is_customer_notified'] === 0);
  if (latest !== undefined) latest['is_customer_notified'] = 1;
  return true;
}

function deliver(shop: Shop, order: Order): void {
  shop.ledger.mails.push({ orderId: order.id, to: textOf(order.row['customer_email']), at: shop.now() });
  order.row['email_sent'] = 1;
}

/** What the shop's cron does with orders that wait for their e-mail (Magento\Sales\Model\EmailSenderHandler). */
export function sendWaitingMails(shop: Shop): void {
  for (const orderId of shop.ledger.waitingMails.splice(0)) deliver(shop, shop.order(orderId));
}

export const orderMailRoutes: readonly Route[] = [
  { method: 'POST', path: '/V1/orders/{id}/emails', resource: 'Magento_Sales::emails', handle: notify },
];
