import { unreachable } from '../../platform/brand.ts';
import type { PaymentOutcomeNote } from '../../register/payment-outcome.ts';
import type { ConfirmedOrder } from '../../sync/lane.ts';
import type { CallResult, Calls } from '../delivery/calls.ts';
import type { Course, CourseMoment, CourseResult } from '../delivery/course.ts';
import { addComment, lookForComment } from '../delivery/keyed-comment.ts';
import type { DeliveryShop } from '../delivery/shop.ts';
import { outcomeComment } from './comment.ts';
import { describeOutcome, type OutcomeProgress } from './progress.ts';

export type OutcomeStep =
  | { readonly do: 'read-order' }
  | { readonly do: 'comment' }
  | { readonly do: 'hold' }
  | { readonly do: 'confirm' };

type Result = CourseResult<OutcomeProgress>;

/** Magento lets orders of these states be put on hold; one that is complete it does not (m53). */
const holdable: ReadonlySet<string> = new Set(['new', 'processing', 'pending_payment']);

/** The plan: hold first, so that the comment can say what came of it. Pure. */
export function nextOutcomeStep(note: Pick<PaymentOutcomeNote, 'hold'>, progress: OutcomeProgress): OutcomeStep {
  if (progress.begun !== null || progress.commented === null) return { do: 'read-order' };
  if (note.hold && progress.held === null) return { do: 'hold' };
  return { do: progress.commented ? 'confirm' : 'comment' };
}

/** The way of a payment's later outcome into its order by stock REST calls: on hold where it has to be, and a comment. */
export function outcomeCourse(
  note: PaymentOutcomeNote,
  currency: string,
  order: ConfirmedOrder,
  shop: Pick<DeliveryShop, 'settleAfter'>,
): Course<OutcomeProgress, OutcomeStep> {
  return {
    next: (progress) => nextOutcomeStep(note, progress),
    changing: new Set(['comment', 'hold']),
    perform(step, progress, at) {
      switch (step.do) {
        case 'read-order':
          return readOrder(note, order, progress, at);
        case 'hold':
          return hold(order, progress, at.calls);
        case 'comment':
          return comment(outcomeComment(note, currency, progress), order, progress, at.calls);
        case 'confirm':
          return Promise.resolve(confirmed(note, order, progress));
        default:
          return unreachable(step);
      }
    },
    describe: describeOutcome,
    stored: (progress) => progress,
    settleAfter: shop.settleAfter,
  };
}

async function readOrder(
  note: PaymentOutcomeNote,
  order: ConfirmedOrder,
  progress: OutcomeProgress,
  { calls, settled }: CourseMoment,
): Promise<Result> {
  const look = await lookForComment(calls, order.orderId, note.outcomeId);
  if (!look.ok) return failed(look);
  const { state, status } = look.order;
  const waits = progress.begun !== null && !settled;
  if (progress.begun?.step === 'comment' && !look.there && waits) return { kind: 'unsettled' };
  const stillToHold = note.hold && progress.held === null && holdable.has(state);
  if (progress.begun?.step === 'hold' && stillToHold && waits) return { kind: 'unsettled' };
  const held =
    stillToHold || !note.hold ? progress.held : state === 'holded' ? 'held' : (progress.held ?? 'impossible');
  return { kind: 'progress', progress: { ...progress, begun: null, commented: look.there, held, status } };
}

async function hold(order: ConfirmedOrder, progress: OutcomeProgress, calls: Calls): Promise<Result> {
  const done = await calls.post('hold', `/V1/orders/${order.orderId}/hold`);
  if (!done.ok) return failed(done);
  return { kind: 'progress', progress: { ...progress, begun: null, held: 'held', status: 'holded' } };
}

async function comment(text: string, order: ConfirmedOrder, progress: OutcomeProgress, calls: Calls): Promise<Result> {
  const told = await addComment(calls, order.orderId, text);
  return told.ok ? { kind: 'progress', progress: { ...progress, begun: null, commented: true } } : failed(told);
}

function confirmed(note: PaymentOutcomeNote, order: ConfirmedOrder, progress: OutcomeProgress): Result {
  const told = `Order ${order.orderNumber} tells that the card payment was ${note.kind}`;
  const held =
    progress.held === null
      ? []
      : progress.held === 'held'
        ? ['it is on hold']
        : [`it is ${progress.status}, which Magento can't put on hold: see to it by hand`];
  return {
    kind: 'confirmed',
    progress,
    order,
    made: { kind: 'comment', commentId: null },
    answer: [told, ...held].join('; '),
  };
}

const failed = ({ verdict }: Extract<CallResult, { ok: false }>): Result => ({
  kind: 'failed',
  verdict,
  words: verdict.words,
});
