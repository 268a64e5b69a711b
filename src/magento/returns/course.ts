import { decimal, toNumber } from '../../money/money.ts';
import { unreachable } from '../../platform/brand.ts';
import { type Clock, milliseconds, seconds } from '../../platform/clock.ts';
import type { CompletedReturn } from '../../register/return.ts';
import { settlesIn } from '../delivery/begun.ts';
import type { CallResult, Calls } from '../delivery/calls.ts';
import type { Course, CourseMoment, CourseResult } from '../delivery/course.ts';
import { addComment, lookForComment } from '../delivery/keyed-comment.ts';
import {
  creditMemoFields,
  dueOf,
  type Order,
  readCreditMemo,
  readCreditMemos,
  readOrder,
  readOrderSummaries,
  summaryFields,
} from '../delivery/order.ts';
import type { DeliveryShop } from '../delivery/shop.ts';
import { readSourceQuantities } from '../delivery/source-items.ts';
import { returnComment } from './comment.ts';
import { creditMemo, refundedItems } from './credit-memo.ts';
import type { OneAtATime } from './one-at-a-time.ts';
import { describeReturn, nextReturnStep, type ReturnStep } from './plan.ts';
import type { ReturnProgress } from './progress.ts';
import { goodsForTheShelf, goodsInWords } from './returned-goods.ts';

export interface ReturnCourseOptions {
  /** With the SKUs that its goods go by in the shop. */
  readonly given: CompletedReturn;
  /** The receipt of its sale. */
  readonly soldUnder: string;
  readonly shop: DeliveryShop;
  readonly way: OneAtATime;
  readonly clock: Clock;
}

type Result = CourseResult<ReturnProgress>;

const changing: ReadonlySet<ReturnStep['do']> = new Set(['refund', 'lay-out', 'shelve', 'comment']);
/** How soon to ask whether another return's goods are through. */
const waysRetry = seconds(15);

/**
 * The way of a return into Magento by stock REST calls: a credit memo under the return's own number, then its goods from the
 * terminal's own source onto the shelf. The move is relative, so that nothing sold meanwhile is lost, and is proven by what is
 * left in that source, whose only writer this terminal is: an answer proves nothing (g40).
 */
export function returnCourse(options: ReturnCourseOptions): Course<ReturnProgress, ReturnStep> {
  const steps = new ReturnSteps(options);
  const { given, shop, way, clock } = options;
  return {
    next: (progress) =>
      nextReturnStep(progress, {
        wayIsClear: way.isClaimedBy(given.returnId),
        laidOutSettlesIn:
          typeof progress.goods === 'object'
            ? settlesIn({ ...progress.goods, answered: false }, clock, shop.settleAfter)
            : 0,
      }),
    changing,
    perform: (step, progress, at) => steps.perform(step, progress, at),
    describe: describeReturn,
    stored: (progress) => progress,
    settleAfter: shop.settleAfter,
  };
}

class ReturnSteps {
  readonly #options: ReturnCourseOptions;

  constructor(options: ReturnCourseOptions) {
    this.#options = options;
  }

  async perform(step: ReturnStep, progress: ReturnProgress, at: CourseMoment): Promise<Result> {
    const { calls, settled } = at;
    switch (step.do) {
      case 'find-order':
        return this.#findOrder(progress, calls);
      case 'find-memo':
        return this.#findMemo(progress, calls);
      case 'refund':
        return this.#refund(progress, calls);
      case 'see-shelf':
        return this.#seeShelf(progress, calls);
      case 'clear-way':
        return this.#clearWay(progress);
      case 'lay-out':
        return this.#layOut(progress, calls);
      case 'read-laid-out':
        return this.#readLaidOut(progress, at);
      case 'wait':
        return this.#wait(progress);
      case 'shelve':
        return this.#shelve(progress, calls);
      case 'read-shelved':
        return this.#readShelved(progress, at);
      case 'read-comments':
        return this.#readComments(progress, calls, settled);
      case 'comment':
        return this.#comment(progress, calls);
      case 'confirm':
        return this.#confirm(progress);
      default:
        return unreachable(step);
    }
  }

  /** By its receipt: its own number where it was made directly or by the module, beside another where a cart made it. */
  async #findOrder(progress: ReturnProgress, calls: Calls): Promise<Result> {
    const { soldUnder } = this.#options;
    const underEither = { field: 'ext_order_id', or: ['increment_id'], condition: 'eq', value: soldUnder } as const;
    const found = await calls.search('search-orders', '/V1/orders', [underEither], summaryFields);
    if (!found.ok) return failed(found);
    const standing = readOrderSummaries(found.body).filter((order) => order.state !== 'canceled');
    const [order] = standing;
    if (order === undefined) {
      return parked(
        progress,
        'magento.no-order',
        `Magento has no order of receipt ${soldUnder}; bring its sale in first, then retry this return`,
      );
    }
    if (standing.length > 1) {
      const numbers = standing.map((each) => each.increment_id).join(' and ');
      return parked(
        progress,
        'magento.order-doubled',
        `Orders ${numbers} both carry receipt ${soldUnder}; cancel the wrong one, then retry this return`,
      );
    }
    return progressed({ ...progress, order: { id: order.entity_id, number: order.increment_id } });
  }

  async #findMemo(progress: ReturnProgress, calls: Calls): Promise<Result> {
    const { given } = this.#options;
    const found = await calls.list(
      'search-memos',
      '/V1/creditmemos',
      'increment_id',
      given.receiptNumber,
      creditMemoFields,
    );
    if (!found.ok) return failed(found);
    const memos = readCreditMemos(found.body);
    const own = memos.find(
      (memo) => memo.order_id === progress.order?.id && sameAmount(memo.grand_total, given.totals.grandTotal),
    );
    if (own !== undefined) return progressed({ ...progress, begun: null, searched: true, memo: { id: own.entity_id } });
    const [other] = memos;
    if (other !== undefined) {
      const words = `Number ${given.receiptNumber} is already on a credit memo of ${other.grand_total} for order id ${other.order_id}, which is another return; two tills may have the same number`;
      return parked({ ...progress, begun: null }, 'magento.receipt-number-taken', words);
    }
    // Asking again does no harm: the number is unique in the shop's database (g31).
    return progressed({ ...progress, begun: null, searched: true });
  }

  async #refund(progress: ReturnProgress, calls: Calls): Promise<Result> {
    const { given, soldUnder, shop } = this.#options;
    const orderId = progress.order?.id ?? 0;
    const read = await calls.get('read-order', `/V1/orders/${orderId}`);
    if (!read.ok) return failed(read);
    const order = readOrder(read.body);
    const byCart = order.increment_id !== soldUnder;
    const refunded = refundedItems(given.lines, order, byCart);
    const left = order.total_paid - order.total_refunded;
    const pays = toNumber(given.totals.grandTotal);
    if (!refunded.fits || pays > left + 0.005) {
      // Perhaps because an earlier attempt has just come through.
      const looked = await this.#findMemo(progress, calls);
      if (looked.kind !== 'progress' || looked.progress.memo !== null) return looked;
      return this.#doesNotFit({ ...progress, begun: null }, order, refunded.fits ? null : refunded.words, left);
    }
    const body = creditMemo(given, order, refunded.items, shop);
    const made = await calls.post('refund', '/V1/creditmemo/refund', body);
    if (!made.ok) return failed(made);
    return progressed({ ...progress, begun: null, memo: { id: readCreditMemo(made.body).entity_id } });
  }

  #doesNotFit(progress: ReturnProgress, order: Order, words: string | null, left: number): Result {
    const { increment_id: number, state, status } = order;
    const due = dueOf(order);
    if (due > 0 && state !== 'canceled' && state !== 'closed') {
      const waits = `Order ${number} is not paid yet (${due.toFixed(2)} due, it is ${status}): a card payment of its sale is still open. It is refunded once that is settled`;
      return { kind: 'later', progress, code: 'magento.not-paid-yet', words: waits, retryAfter: null };
    }
    const pays = decimal(this.#options.given.totals.grandTotal);
    const short = `Order ${number} (${status}) has ${left.toFixed(2)} left to refund, ${pays} were paid out; book the rest by hand, then withdraw this return`;
    return parked(progress, 'magento.nothing-left-to-refund', words ?? short);
  }

  async #seeShelf(progress: ReturnProgress, calls: Calls): Promise<Result> {
    const { given, shop } = this.#options;
    const goods = goodsForTheShelf(given.lines);
    if (goods.length === 0) return progressed({ ...progress, shelving: [] });
    const shelf = await readSourceQuantities(
      calls,
      shop.sourceCode,
      goods.map(({ sku }) => sku),
    );
    if (!shelf.ok) return failed(shelf);
    const kept = goods.filter(({ sku }) => shelf.of.has(sku.toLowerCase()));
    const others = goods.filter((each) => !kept.includes(each));
    const notes = others.length === 0 ? [] : [`no stock is kept of ${goodsInWords(others)} at ${shop.sourceCode}`];
    if (kept.length > 0 && shop.returnsSourceCode === null) {
      const words = `The money is refunded, but no source is set up through which ${goodsInWords(kept)} could go back to ${shop.sourceCode}: set magento.returnsSourceCode (docs/magento-shop.md) and retry this return, or put the goods back by hand and withdraw it`;
      return parked(progress, 'magento.no-returns-source', words);
    }
    return progressed({ ...progress, shelving: [...kept], notes: [...progress.notes, ...notes] });
  }

  #clearWay(progress: ReturnProgress): Result {
    const { given, way } = this.#options;
    const inTheWay = way.claim(given.returnId);
    if (inTheWay === null) return progressed(progress);
    const words = `The goods of receipt ${inTheWay} go back on the shelf first`;
    return { kind: 'later', progress, code: 'delivery.one-at-a-time', words, retryAfter: waysRetry };
  }

  async #layOut(progress: ReturnProgress, calls: Calls): Promise<Result> {
    const { returnsSourceCode } = this.#options.shop;
    const sourceItems = (progress.shelving ?? []).map(({ sku, quantity }) => ({
      sku,
      source_code: returnsSourceCode,
      quantity,
      status: 1,
    }));
    const laid = await calls.post('lay-out', '/V1/inventory/source-items', { sourceItems });
    if (laid.ok) return progressed(this.#laidOut(progress));
    this.#releaseIfParked(laid);
    return failed(laid);
  }

  #laidOut(progress: ReturnProgress): ReturnProgress {
    const { clock } = this.#options;
    return { ...progress, begun: null, goods: { monotonic: clock.monotonic(), bootId: clock.bootId } };
  }

  async #readLaidOut(progress: ReturnProgress, { calls, settled }: CourseMoment): Promise<Result> {
    const seen = await this.#seeLaidOut(progress, calls);
    if (typeof seen !== 'string') return failed(seen);
    if (seen === 'all') return progressed(this.#laidOut(progress));
    return settled ? progressed({ ...progress, begun: null }) : { kind: 'unsettled' };
  }

  #wait(progress: ReturnProgress): Result {
    const { shop, clock } = this.#options;
    const since = typeof progress.goods === 'object' ? progress.goods : { monotonic: 0, bootId: '' };
    const left = Math.max(0, settlesIn({ ...since, answered: false }, clock, shop.settleAfter));
    const words = `${goodsInWords(progress.shelving ?? [])} are laid out in ${shop.returnsSourceCode} and go to ${shop.sourceCode} in ${Math.ceil(left / 1000)} s, when no late copy of a request can disturb them any more`;
    return { kind: 'later', progress, code: 'magento.settling', words, retryAfter: milliseconds(left) };
  }

  async #shelve(progress: ReturnProgress, calls: Calls): Promise<Result> {
    const { shop } = this.#options;
    const seen = await this.#seeLaidOut(progress, calls);
    if (typeof seen !== 'string') return failed(seen);
    // Moved by an attempt that is forgotten; or not as they were laid out.
    if (seen !== 'all') return this.#moved({ ...progress, begun: null }, seen);
    const items = (progress.shelving ?? []).map(({ sku, quantity }) => ({ sku, qty: quantity }));
    const body = { items, originSourceCode: shop.returnsSourceCode, destinationSourceCode: shop.sourceCode };
    const moved = await calls.post('shelve', '/V1/inventory/bulk-partial-source-transfer', body);
    if (!moved.ok) return failed(moved);
    const { begun } = progress;
    return progressed({ ...progress, begun: begun === null ? null : { ...begun, answered: true } });
  }

  async #readShelved(progress: ReturnProgress, { calls, settled }: CourseMoment): Promise<Result> {
    const seen = await this.#seeLaidOut(progress, calls);
    if (typeof seen !== 'string') return failed(seen);
    if (seen !== 'all') return this.#moved({ ...progress, begun: null }, seen);
    return settled ? progressed({ ...progress, begun: null }) : { kind: 'unsettled' };
  }

  #moved(progress: ReturnProgress, seen: 'none' | 'some'): Result {
    const { given, shop, way } = this.#options;
    way.release(given.returnId);
    const shelved: ReturnProgress = { ...progress, goods: 'on-the-shelf' };
    if (seen === 'none') return progressed(shelved);
    const words = `Source ${shop.returnsSourceCode} does not hold what this terminal laid out there (${goodsInWords(progress.shelving ?? [])}); somebody else has written to it. See that the goods are at ${shop.sourceCode}, empty ${shop.returnsSourceCode}, then retry this return`;
    return parked(shelved, 'magento.goods-miscounted', words);
  }

  /** What is left of the goods in the terminal's own source: all, none, or something else. */
  async #seeLaidOut(
    progress: ReturnProgress,
    calls: Calls,
  ): Promise<'all' | 'none' | 'some' | Extract<CallResult, { ok: false }>> {
    const goods = progress.shelving ?? [];
    const laid = await readSourceQuantities(
      calls,
      this.#options.shop.returnsSourceCode ?? '',
      goods.map(({ sku }) => sku),
    );
    if (!laid.ok) return laid;
    const left = goods.map(({ sku, quantity }) => ({ quantity, there: laid.of.get(sku.toLowerCase()) ?? 0 }));
    if (left.every(({ quantity, there }) => Math.abs(quantity - there) < 1e-6)) return 'all';
    return left.every(({ there }) => Math.abs(there) < 1e-6) ? 'none' : 'some';
  }

  async #readComments(progress: ReturnProgress, calls: Calls, settled: boolean): Promise<Result> {
    const look = await lookForComment(calls, progress.order?.id ?? 0, this.#options.given.returnId);
    if (!look.ok) return failed(look);
    if (!look.there && !settled) return { kind: 'unsettled' };
    return progressed({ ...progress, begun: null, commented: look.there });
  }

  async #comment(progress: ReturnProgress, calls: Calls): Promise<Result> {
    const told = await addComment(calls, progress.order?.id ?? 0, returnComment(this.#options.given));
    return told.ok ? progressed({ ...progress, begun: null, commented: true }) : failed(told);
  }

  #confirm(progress: ReturnProgress): Result {
    const { given, shop } = this.#options;
    const { order, memo, shelving } = progress;
    const goods = shelving ?? [];
    const stock = goods.length === 0 ? 'nothing put back' : `${goodsInWords(goods)} put back in ${shop.sourceCode}`;
    const refund = `Credit memo ${given.receiptNumber} of ${decimal(given.totals.grandTotal)} ${given.currency} for order ${order?.number}`;
    return {
      kind: 'confirmed',
      progress,
      order: { orderId: order?.id ?? 0, orderNumber: order?.number ?? '', stock },
      made: { kind: 'credit-memo', creditMemoId: memo?.id ?? 0, number: given.receiptNumber },
      answer: [refund, stock, ...progress.notes].join('. '),
    };
  }

  #releaseIfParked({ verdict }: Extract<CallResult, { ok: false }>): void {
    if (verdict.next === 'park') this.#options.way.release(this.#options.given.returnId);
  }
}

const sameAmount = (shown: number, given: CompletedReturn['totals']['grandTotal']): boolean =>
  Math.abs(shown - toNumber(given)) < 0.005;

const progressed = (progress: ReturnProgress): Result => ({ kind: 'progress', progress });
const parked = (progress: ReturnProgress, code: string, words: string): Result => ({
  kind: 'parked',
  progress,
  code,
  words,
});
const failed = ({ verdict }: Extract<CallResult, { ok: false }>): Result => ({
  kind: 'failed',
  verdict,
  words: verdict.words,
});
