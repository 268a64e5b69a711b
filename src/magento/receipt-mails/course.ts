import { unreachable } from '../../platform/brand.ts';
import type { ReceiptMail } from '../../register/receipt-mail.ts';
import type { ConfirmedOrder } from '../../sync/lane.ts';
import type { CallResult, Calls } from '../delivery/calls.ts';
import type { Course, CourseMoment, CourseResult } from '../delivery/course.ts';
import { type Order, readOrder } from '../delivery/order.ts';
import type { DeliveryShop } from '../delivery/shop.ts';
import { describeMail, type MailProgress } from './progress.ts';

export type MailStep =
  | { readonly do: 'look' }
  | { readonly do: 'address' }
  | { readonly do: 'send' }
  | { readonly do: 'confirm' };

type Result = CourseResult<MailProgress>;

/** Times that Magento may say "nothing sent", at growing intervals (half an hour in all), before a person is asked. */
const mostRefusals = 6;

/** The plan. Pure. */
export function nextMailStep({ begun, addressed, mailed }: MailProgress): MailStep {
  if (begun !== null) return { do: 'look' };
  if (mailed !== null) return { do: 'confirm' };
  return { do: addressed ? 'send' : 'address' };
}

/**
 * The way of a receipt to its customer: Magento sends its own order e-mail (`POST /V1/orders/:id/emails`). Whether it did is told
 * by the order's `email_sent` alone (Magento\Sales\Model\Order\Email\Sender\OrderSender), and an order placed by a cart bears
 * that mark already, for a mail to the till's own address: so the mark is taken off with the amendment that writes the
 * customer's address, before the mail is asked for. Then 1 is: sent; absent: in the shop's queue (`sales_email/general/async_sending`);
 * 0: not sent, because the shop's order e-mails are switched off or its mail server did not take it.
 */
export function mailCourse(
  mail: ReceiptMail,
  order: ConfirmedOrder,
  shop: Pick<DeliveryShop, 'settleAfter'>,
): Course<MailProgress, MailStep> {
  return {
    next: nextMailStep,
    changing: new Set(['address', 'send']),
    perform(step, progress, at) {
      switch (step.do) {
        case 'look':
          return look(mail, order, progress, at);
        case 'address':
          return address(mail, order, progress, at.calls);
        case 'send':
          return send(order, progress, at.calls);
        case 'confirm':
          return Promise.resolve(confirmed(mail, order, progress));
        default:
          return unreachable(step);
      }
    },
    describe: describeMail,
    stored: (progress) => progress,
    settleAfter: shop.settleAfter,
  };
}

type Seen = { readonly ok: true; readonly order: Order } | Extract<CallResult, { ok: false }>;

async function read(calls: Calls, { orderId }: ConfirmedOrder): Promise<Seen> {
  const answer = await calls.get('read-order', `/V1/orders/${orderId}`);
  return answer.ok ? { ok: true, order: readOrder(answer.body) } : answer;
}

/** After a lost answer: what the order says of it. */
async function look(
  mail: ReceiptMail,
  order: ConfirmedOrder,
  progress: MailProgress,
  { calls, settled }: CourseMoment,
): Promise<Result> {
  const seen = await read(calls, order);
  if (!seen.ok) return failed(seen);
  const settledProgress: MailProgress = { ...progress, begun: null };
  if (progress.begun?.step === 'address') {
    if (seen.order.customer_email === mail.to && seen.order.email_sent !== true) {
      return { kind: 'progress', progress: { ...settledProgress, addressed: true } };
    }
  } else {
    const mailed = mailedBy(seen.order);
    if (mailed !== null) return { kind: 'progress', progress: { ...settledProgress, mailed } };
  }
  return settled ? { kind: 'progress', progress: settledProgress } : { kind: 'unsettled' };
}

async function address(
  mail: ReceiptMail,
  order: ConfirmedOrder,
  progress: MailProgress,
  calls: Calls,
): Promise<Result> {
  const seen = await read(calls, order);
  if (!seen.ok) return failed(seen);
  const written = await calls.post('readdress', '/V1/orders', {
    entity: {
      entity_id: seen.order.entity_id,
      customer_email: mail.to,
      email_sent: 0,
      payment: seen.order.payment,
    },
  });
  if (!written.ok) return failed(written);
  return { kind: 'progress', progress: { ...progress, begun: null, addressed: true } };
}

async function send(order: ConfirmedOrder, progress: MailProgress, calls: Calls): Promise<Result> {
  const asked = await calls.post('send-mail', `/V1/orders/${order.orderId}/emails`);
  if (!asked.ok) return failed(asked);
  const done: MailProgress = { ...progress, begun: null };
  if (asked.body === true) return { kind: 'progress', progress: { ...done, mailed: 'sent' } };
  const seen = await read(calls, order);
  if (!seen.ok) return failed(seen);
  const mailed = mailedBy(seen.order);
  if (mailed !== null) return { kind: 'progress', progress: { ...done, mailed } };
  const refusals = progress.refusals + 1;
  const words =
    'Magento sent nothing: its order e-mails are switched off (Stores > Configuration > Sales > Sales Emails), or its mail server did not take it';
  if (refusals < mostRefusals) {
    return { kind: 'later', progress: { ...done, refusals }, code: 'magento.mail-not-sent', words, retryAfter: null };
  }
  return {
    kind: 'parked',
    progress: { ...done, refusals: 0 },
    code: 'magento.mail-not-sent',
    words: `${words}. Mend that and retry, or send it from the order in Magento and cancel this`,
  };
}

const mailedBy = ({ email_sent: mark }: Order): MailProgress['mailed'] =>
  mark === null ? 'queued' : mark ? 'sent' : null;

function confirmed({ receiptNumber }: ReceiptMail, order: ConfirmedOrder, progress: MailProgress): Result {
  const how = progress.mailed === 'queued' ? 'is in the shop’s queue of e-mails' : 'was sent by e-mail';
  return {
    kind: 'confirmed',
    progress,
    order,
    answer: `Receipt ${receiptNumber} (order ${order.orderNumber}) ${how}`,
  };
}

const failed = ({ verdict }: Extract<CallResult, { ok: false }>): Result => ({
  kind: 'failed',
  verdict,
  words: verdict.words,
});
