import { decimal } from '../../money/money.ts';
import type { CompletedReturn } from '../../register/return.ts';
import type { ConfirmedOrder, DeliveryOutcome, DeliveryTask, QueuedDocument } from '../../sync/lane.ts';
import { restamped } from '../delivery/begun.ts';
import { Calls } from '../delivery/calls.ts';
import { type CourseContext, follow } from '../delivery/course.ts';
import { type DocumentDelivery, parkedAtOnce } from '../delivery/document-delivery.ts';
import { readInstructions, withOtherGoods } from '../delivery/instructions.ts';
import { dueOf, readOrder } from '../delivery/order.ts';
import type { DeliveryShop } from '../delivery/shop.ts';
import type { ReturnAnswer } from '../module/answers.ts';
import { createModuleCalls } from '../module/calls.ts';
import { wasPosted } from '../module/document-progress.ts';
import { mayPost, postDocument, waitingForLook } from '../module/post-document.ts';
import type { ModulePresence } from '../module/presence.ts';
import { returnRequest } from '../module/return-request.ts';
import { returnCourse } from './course.ts';
import type { OneAtATime } from './one-at-a-time.ts';
import { describeReturn } from './plan.ts';
import { newReturn, readReturnProgress } from './progress.ts';
import { goodsInWords } from './returned-goods.ts';

export interface ReturnDeliveryOptions extends CourseContext {
  readonly shop: DeliveryShop;
  /** Null: this terminal knows no module. */
  readonly module: ModulePresence | null;
  readonly way: OneAtATime;
}

/** Returns: by the module where their sale went by it, else by Magento's own calls. What one has begun is ended by it. */
export function createReturnDelivery(options: ReturnDeliveryOptions): DocumentDelivery<CompletedReturn> {
  return {
    deliver: (given, task) => new ReturnDelivery(options, given, task).deliver(),
    describe(stored) {
      const progress = readReturnProgress(stored);
      if (progress !== null) return describeReturn(progress);
      return wasPosted(stored, 'return') ? 'posted to the module, answer unknown' : null;
    },
  };
}

type Sold = NonNullable<CompletedReturn['of']>;

class ReturnDelivery {
  readonly #options: ReturnDeliveryOptions;
  readonly #given: CompletedReturn;
  readonly #task: DeliveryTask;
  readonly #sale: QueuedDocument | undefined;

  constructor(options: ReturnDeliveryOptions, given: CompletedReturn, task: DeliveryTask) {
    this.#options = options;
    this.#task = task;
    this.#sale = task.needed.find(({ kind }) => kind === 'sale');
    // The goods go by the numbers that their sale's went by.
    const instructions = [...(this.#sale?.delivery.instructions ?? []), ...task.instructions];
    this.#given = { ...given, lines: withOtherGoods(given.lines, readInstructions(instructions).renames) };
  }

  async deliver(): Promise<DeliveryOutcome> {
    const { of } = this.#given;
    if (of === null) return this.#withoutReceipt();
    const { progress } = this.#task;
    const withdrawn = this.#sale?.delivery.withdrawn;
    if (withdrawn != null) {
      const words = `Its sale ${of.receiptNumber} was withdrawn by ${withdrawn.by} (${withdrawn.why}), so that Magento has no order of it to refund: book the return by hand, then withdraw it too`;
      return parkedAtOnce(progress, 'delivery.sale-withdrawn', words);
    }
    if (readReturnProgress(progress) !== null) return this.#byStockCalls(of);
    if (wasPosted(progress, 'return')) return this.#byModule(of);
    if (readInstructions(this.#task.instructions).recipe === 'direct') return this.#byStockCalls(of);
    const module = await mayPost(this.#sale, this.#options.module, this.#task.signal);
    if (module.kind === 'unknown') return waitingForLook(progress, module.code, module.words);
    return module.kind === 'there' ? this.#byModule(of) : this.#byStockCalls(of);
  }

  /** Magento's credit memos belong to orders; without the receipt nobody knows which. */
  #withoutReceipt(): DeliveryOutcome {
    const { lines, totals, currency } = this.#given;
    const back = lines.filter(({ restock }) => restock).map((line) => ({ ...line, sku: line.variant ?? line.sku }));
    const goods = back.length === 0 ? '' : `, put ${goodsInWords(back)} back in ${this.#options.shop.sourceCode}`;
    const words = `Goods were taken back without their receipt, and Magento has no credit memo without an order: book ${decimal(totals.grandTotal)} ${currency} by hand${goods}, then withdraw this return`;
    return parkedAtOnce(this.#task.progress, 'delivery.no-receipt', words);
  }

  #byStockCalls(of: Sold): Promise<DeliveryOutcome> {
    const { shop, way, clock } = this.#options;
    const order = this.#sale?.delivery.order ?? null;
    const known = readReturnProgress(this.#task.progress) ?? newReturn;
    const begun = known.order !== null || order === null ? known : { ...known, order: orderOf(order) };
    const course = returnCourse({ given: this.#given, soldUnder: of.receiptNumber, shop, way, clock });
    return follow(course, this.#options, restamped(begun, clock), this.#task);
  }

  async #byModule(of: Sold): Promise<DeliveryOutcome> {
    const { client, clock, shop } = this.#options;
    const calls = createModuleCalls(client, clock);
    const body = returnRequest(this.#given, of, shop);
    const posted = await postDocument('return', (options) => calls.postReturn(body, options), clock, this.#task);
    switch (posted.kind) {
      case 'answered':
        return this.#settled(posted.answer);
      case 'not-its-sale':
        return this.#byStockCalls(of);
      case 'ended':
        return posted.outcome;
      case 'refused':
        return (await this.#notPaidYet()) ?? parkedAtOnce(null, posted.verdict.code, posted.verdict.words);
    }
  }

  /** Nothing is invoiced yet of a sale whose card payment is provisional, so that nothing can be refunded either (m80). */
  async #notPaidYet(): Promise<DeliveryOutcome | null> {
    const { client, clock } = this.#options;
    const order = this.#sale?.delivery.order ?? null;
    if (order === null) return null;
    const read = await new Calls(client, clock, this.#task.signal).get('read-order', `/V1/orders/${order.orderId}`);
    if (!read.ok) return null;
    const shown = readOrder(read.body);
    const [due, status] = [dueOf(shown), shown.status];
    if (due === 0 || shown.state === 'canceled' || shown.state === 'closed') return null;
    const answer = `Order ${order.orderNumber} is not paid yet (${due.toFixed(2)} due, it is ${status}): a card payment of its sale is still open. It is refunded once that is settled`;
    return { kind: 'later', scope: 'document', progress: null, code: 'magento.not-paid-yet', answer, retryAfter: null };
  }

  #settled(answer: ReturnAnswer): DeliveryOutcome {
    const moved = answer.source_deductions.map(
      ({ sku, quantity, source_code: source }) => `${quantity} × ${sku} in ${source}`,
    );
    const stock = moved.length === 0 ? 'nothing put back' : `put back ${moved.join(', ')}`;
    const { order_id: orderId, creditmemo_id: creditMemoId, increment_id: number } = answer;
    const orderNumber = this.#sale?.delivery.order?.orderNumber ?? this.#given.of?.receiptNumber ?? '';
    const refund = `Credit memo ${number} of ${answer.grand_total.toFixed(2)} ${this.#given.currency} for order ${orderNumber}`;
    return {
      kind: 'confirmed',
      order: { orderId, orderNumber, stock },
      made: { kind: 'credit-memo', creditMemoId, number },
      progress: this.#task.progress,
      answer: [refund, stock, ...answer.warnings].join('. '),
    };
  }
}

const orderOf = ({ orderId, orderNumber }: ConfirmedOrder) => ({ id: orderId, number: orderNumber });
