import { toNumber } from '../../money/money.ts';
import type { JsonValue } from '../../platform/brand.ts';
import type { PaymentOutcomeNote } from '../../register/payment-outcome.ts';
import type { DeliveryOutcome, DeliveryTask } from '../../sync/lane.ts';
import { restamped } from '../delivery/begun.ts';
import { type CourseContext, follow } from '../delivery/course.ts';
import { type DocumentDelivery, parkedAtOnce } from '../delivery/document-delivery.ts';
import type { DeliveryShop } from '../delivery/shop.ts';
import type { PaymentOutcomeAnswer } from '../module/answers.ts';
import { createModuleCalls } from '../module/calls.ts';
import { wasPosted } from '../module/document-progress.ts';
import { mayPost, postDocument, waitingForLook } from '../module/post-document.ts';
import type { ModulePresence } from '../module/presence.ts';
import { outcomeCourse } from './course.ts';
import { describeOutcome, newOutcome, readOutcomeProgress } from './progress.ts';

export interface OutcomeDeliveryOptions extends CourseContext {
  readonly shop: DeliveryShop;
  /** Null: this terminal knows no module. */
  readonly module: ModulePresence | null;
}

/**
 * What became of card payments: by the module where their sale went by it, which invoices what is paid and holds what is not;
 * else as a comment in the order's history, and on hold where Magento allows it.
 */
export function createOutcomeDelivery(options: OutcomeDeliveryOptions): DocumentDelivery<PaymentOutcomeNote> {
  return {
    deliver: (note, task) => deliver(options, note, task),
    describe(stored) {
      const progress = readOutcomeProgress(stored);
      if (progress !== null) return describeOutcome(progress);
      return wasPosted(stored, 'payment-outcome') ? 'posted to the module, answer unknown' : null;
    },
  };
}

async function deliver(
  options: OutcomeDeliveryOptions,
  note: PaymentOutcomeNote,
  task: DeliveryTask,
): Promise<DeliveryOutcome> {
  const sale = task.needed.find((document) => document.kind === 'sale');
  const order = sale?.delivery.order ?? null;
  if (sale === undefined || order === null) {
    const withdrawn = sale?.delivery.withdrawn ?? null;
    const why =
      withdrawn === null
        ? 'Its sale is not in the journal any more'
        : `Its sale was withdrawn by ${withdrawn.by} (${withdrawn.why})`;
    const words = `${why}, so that no order is known that could tell of it: see to the payment by hand (${note.words || note.kind}), then withdraw this note`;
    return parkedAtOnce(task.progress, 'delivery.sale-withdrawn', words);
  }
  const byStockCalls = (): Promise<DeliveryOutcome> => {
    const course = outcomeCourse(note, sale.sale.currency, order, options.shop);
    const progress = readOutcomeProgress(task.progress) ?? newOutcome;
    return follow(course, options, restamped(progress, options.clock), task);
  };
  if (readOutcomeProgress(task.progress) !== null) return byStockCalls();
  if (!wasPosted(task.progress, 'payment-outcome')) {
    const module = await mayPost(sale, options.module, task.signal);
    if (module.kind === 'unknown') return waitingForLook(task.progress, module.code, module.words);
    if (module.kind === 'absent') return byStockCalls();
  }
  const calls = createModuleCalls(options.client, options.clock);
  const body = outcomeRequest(note);
  const posted = await postDocument(
    'payment-outcome',
    (asked) => calls.postPaymentOutcome(body, asked),
    options.clock,
    task,
  );
  switch (posted.kind) {
    case 'answered':
      return {
        kind: 'confirmed',
        order,
        made: { kind: 'comment', commentId: null },
        progress: task.progress,
        answer: answerInWords(note, order.orderNumber, posted.answer),
      };
    case 'not-its-sale':
      return byStockCalls();
    case 'ended':
      return posted.outcome;
    case 'refused':
      return parkedAtOnce(null, posted.verdict.code, posted.verdict.words);
  }
}

/** The body of `POST /V1/holdfast/payments/outcome`. Deterministic, as a sale's. */
function outcomeRequest(note: PaymentOutcomeNote): JsonValue {
  return {
    outcome: {
      outcome_id: note.outcomeId,
      sale_id: note.saleId,
      payment_reference: note.paymentId,
      outcome: note.kind === 'charged-back' ? 'chargeback' : note.kind,
      hold: note.hold,
      amount: toNumber(note.amount),
      message: note.words,
    },
  };
}

function answerInWords(note: PaymentOutcomeNote, orderNumber: string, answer: PaymentOutcomeAnswer): string {
  const told = `Order ${orderNumber} tells that the card payment was ${note.kind}; it is ${answer.status}`;
  if (answer.invoice_id !== null) return `${told}, and invoiced`;
  return note.hold && answer.state !== 'holded' ? `${told}, which Magento can't put on hold: see to it by hand` : told;
}
