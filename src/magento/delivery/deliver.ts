import type { JsonValue } from '../../platform/brand.ts';
import { type Clock, type Duration, milliseconds, seconds } from '../../platform/clock.ts';
import { isHoldfastError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import type { CompletedSale } from '../../register/sale.ts';
import type { Checkpoint, DeliveryOutcome } from '../../sync/lane.ts';
import type { MagentoClient } from '../client/outcome.ts';
import { begin, restamped, settlesIn } from './begun.ts';
import { Calls } from './calls.ts';
import { type Instructions, type KnownRename, sameRenames, withOtherGoods } from './instructions.ts';
import { type Order, readArticle } from './order.ts';
import { performStep, type StepResult } from './perform.ts';
import { describeProgress, nextStep, type Step } from './plan.ts';
import {
  type ChangingStep,
  hasBegun,
  newProgress,
  type Progress,
  readProgress,
  storedProgress,
  withoutCart,
} from './progress.ts';
import type { DeliveryShop } from './shop.ts';
import type { Verdict } from './verdict.ts';

export interface DeliveryContext {
  readonly client: MagentoClient;
  readonly shop: DeliveryShop;
  /** Which of the two: C by a cart, B directly; or B only for what the cart refuses. */
  readonly stock: StockRecipe;
  readonly clock: Clock;
  readonly log: Logger;
}

export type StockRecipe = 'quote' | 'direct' | 'quote-then-direct';

/** Refusals of Magento's cart, or of what it made of the sale: an order made directly is not subject to them. */
const refusedByCart: ReadonlySet<string> = new Set([
  'magento.sold-out',
  'magento.not-for-sale',
  'magento.unknown-sku',
  'magento.articles-gone',
  'magento.lines-differ',
  'magento.refused',
]);

/** How soon, and how rarely, to look again for what a lost reply may have left behind. */
const soonestLook = seconds(2);
const rarestLook = seconds(30);
/** More steps than any sale needs; a sale that wants more waits for its next turn, so that it can't hold up the others. */
const mostTurns = 60;

const changing: ReadonlySet<string> = new Set([
  'open-cart',
  'add-items',
  'apply-coupon',
  'set-address',
  'place',
  'create',
  'amend',
  'invoice',
  'ship',
  'cancel',
] satisfies ChangingStep[]);

const isChanging = (step: Step['do']): step is ChangingStep => changing.has(step);

/** Brings one sale as far into Magento as it gets, by recipe C or B. Rejects only when `checkpoint` does. */
export async function deliverSale(
  context: DeliveryContext,
  sale: CompletedSale,
  stored: JsonValue,
  checkpoint: Checkpoint,
  signal: AbortSignal,
  instructions: Instructions,
): Promise<DeliveryOutcome> {
  let progress: Progress;
  try {
    progress = restamped(readProgress(stored), context.clock);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    return { kind: 'parked', progress: stored, code: error.code, answer: `${error.message} ${error.hint ?? ''}` };
  }
  const stock = instructions.recipe === 'direct' ? 'direct' : context.stock;
  const begun = await beginAs(instructions, chosen(progress, stock), context, signal);
  if (!begun.ok) return begun.end;
  const lines = withOtherGoods(sale.lines, begun.progress.renames);
  return new SaleDelivery(context, { ...sale, lines }, begun.progress, checkpoint, signal).run();
}

type Beginning =
  | { readonly ok: true; readonly progress: Progress }
  | { readonly ok: false; readonly end: DeliveryOutcome };

/** What a person decided counts as long as nothing is begun; what is begun is ended as it was begun. */
async function beginAs(
  { renames, dropsCoupon }: Instructions,
  progress: Progress,
  { client, clock }: DeliveryContext,
  signal: AbortSignal,
): Promise<Beginning> {
  if (hasBegun(progress)) return { ok: true, progress };
  const couponRefused = dropsCoupon ? 'left out, as a person decided' : progress.couponRefused;
  const known: KnownRename[] = sameRenames(renames, progress.renames) ? [...progress.renames] : [];
  const calls = new Calls(client, clock, signal);
  for (const { from, to } of known.length === renames.length ? [] : renames) {
    // Searched, because a SKU with a slash can't be asked for by its address (f39).
    const read = await calls.list('read-product', '/V1/products', 'sku', to, 'items[id,type_id],total_count');
    if (!read.ok) return { ok: false, end: ended(read.verdict, progress, `${from} as ${to}: ${read.verdict.words}`) };
    const article = readArticle(read.body);
    if (article === null) {
      const answer = `The goods sold as ${from} are to go by ${to}, which Magento does not have; name another article`;
      return {
        ok: false,
        end: { kind: 'parked', progress: storedProgress(progress), code: 'magento.unknown-sku', answer },
      };
    }
    known.push({ from, to, ...article });
  }
  return { ok: true, progress: { ...progress, couponRefused, renames: known } };
}

function ended(verdict: Verdict, progress: Progress, answer: string): DeliveryOutcome {
  const { next, scope, code, retryAfter } = verdict;
  if (next === 'park') return { kind: 'parked', progress: storedProgress(progress), code, answer };
  return { kind: 'later', scope, progress: storedProgress(progress), code, answer, retryAfter };
}

/** What was begun is ended by the recipe that began it. */
function chosen(progress: Progress, stock: StockRecipe): Progress {
  if (hasBegun(progress)) return progress;
  const direct = stock === 'direct' || (stock === 'quote-then-direct' && progress.cartRefused !== null);
  return { ...progress, recipe: direct ? 'B' : 'C' };
}

class SaleDelivery {
  readonly #context: DeliveryContext;
  readonly #sale: CompletedSale;
  readonly #checkpoint: Checkpoint;
  readonly #signal: AbortSignal;
  readonly #calls: Calls;
  #progress: Progress;
  #saved: Progress;
  #order: Order | null = null;
  #cartsThrownAway = 0;
  #looks = 0;

  constructor(
    context: DeliveryContext,
    sale: CompletedSale,
    progress: Progress,
    checkpoint: Checkpoint,
    signal: AbortSignal,
  ) {
    this.#context = context;
    this.#sale = sale;
    this.#progress = progress;
    this.#saved = progress;
    this.#checkpoint = checkpoint;
    this.#signal = signal;
    this.#calls = new Calls(context.client, context.clock, signal);
  }

  async run(): Promise<DeliveryOutcome> {
    for (let turn = 0; turn < mostTurns; turn += 1) {
      if (this.#signal.aborted) return this.#later('lane', 'delivery.stopped', 'Stopped on request');
      const step = nextStep(this.#sale, this.#progress, { order: this.#order, settlesIn: this.#settlesIn() });
      if (step.do === 'park') {
        const parked = this.#park(step.code, step.words);
        if (parked !== null) return parked;
        continue;
      }
      if (step.do === 'wait') return this.#waitForEnd();
      // Nothing is asked of Magento before what is known, and what is begun, is durable.
      if (isChanging(step.do)) this.#progress = begin(this.#progress, step.do, this.#context.clock);
      await this.#save();
      this.#context.log.debug({ saleId: this.#sale.saleId, step: step.do }, 'delivery step');
      const end = this.#absorb(step, await this.#perform(step));
      if (end !== null) return end;
    }
    return this.#later('document', 'delivery.no-end', 'The steps led nowhere; trying again later');
  }

  async #perform(step: Exclude<Step, { do: 'park' | 'wait' }>): Promise<StepResult> {
    try {
      return await performStep(step, {
        calls: this.#calls,
        sale: this.#sale,
        shop: this.#context.shop,
        progress: this.#progress,
        settled: this.#settlesIn() <= 0,
      });
    } catch (error) {
      if (!isHoldfastError(error)) throw error;
      // An answer that can't be read: what was begun stays begun, and is looked at next time.
      return { kind: 'later', scope: 'document', code: error.code, words: error.message, progress: this.#progress };
    }
  }

  #absorb(step: Step, result: StepResult): DeliveryOutcome | null {
    switch (result.kind) {
      case 'progress':
        this.#progress = result.progress;
        this.#order = result.order ?? (isChanging(step.do) ? null : this.#order);
        return null;
      case 'confirmed':
        return this.#confirmed(result.orderNumber, result.stock);
      case 'later':
        this.#progress = result.progress;
        return this.#later(result.scope, result.code, result.words);
      case 'unsettled':
        return this.#waitForEnd();
      case 'failed':
        return this.#failed(step, result.verdict, result.words);
    }
  }

  #failed(step: Step, verdict: Verdict, words: string): DeliveryOutcome | null {
    switch (verdict.next) {
      case 'park':
        this.#progress = afterRefusal(this.#progress);
        return this.#park(verdict.code, words);
      case 'look':
        return this.#look(verdict, words);
      case 'new-cart':
        this.#progress = withoutCart(this.#progress);
        this.#cartsThrownAway += 1;
        if (verdict.scope === 'document' && this.#cartsThrownAway === 1) return null;
        return this.#later(verdict.scope, verdict.code, words);
      case 'drop-coupon':
        this.#progress = { ...withoutCart(this.#progress), couponRefused: verdict.words };
        return null;
      case 'retry':
      case 'go-on':
        if (isChanging(step.do)) this.#progress = notDone(this.#progress, step.do);
        return this.#later(verdict.scope, verdict.code, words, verdict.retryAfter);
    }
  }

  /** What was begun may have been done: Magento is asked at once, and once more at the next turn if that settles nothing. */
  #look(verdict: Verdict, words: string): DeliveryOutcome | null {
    const { begun } = this.#progress;
    if (begun !== null) this.#progress = { ...this.#progress, begun: { ...begun, answered: verdict.finished } };
    this.#order = null;
    this.#looks += 1;
    return this.#looks <= 3 ? null : this.#later('document', verdict.code, words);
  }

  /** Looks again soon at first, then ever less often: most lost replies are settled within the second. */
  #waitForEnd(): DeliveryOutcome {
    const left = Math.max(0, this.#settlesIn());
    const waited = this.#context.shop.settleAfter - left;
    const words = `The reply was lost; the shop may still be working on it for ${Math.ceil(left / 1000)} s. Looking again before repeating it`;
    const lookAgain = Math.min(left, Math.max(soonestLook, Math.min(waited, rarestLook)));
    return this.#later('document', 'magento.settling', words, milliseconds(lookAgain));
  }

  #settlesIn(): number {
    const { begun } = this.#progress;
    return begun === null ? 0 : settlesIn(begun, this.#context.clock, this.#context.shop.settleAfter);
  }

  async #save(): Promise<void> {
    if (this.#progress === this.#saved) return;
    await this.#checkpoint(storedProgress(this.#progress));
    this.#saved = this.#progress;
  }

  #later(
    scope: 'document' | 'lane' | 'overload',
    code: string,
    words: string,
    retryAfter: Duration | null = null,
  ): DeliveryOutcome {
    const answer = `${describeProgress(this.#progress)}: ${words}`;
    return { kind: 'later', scope, progress: storedProgress(this.#progress), code, answer, retryAfter };
  }

  /**
   * A parked sale that a person sends on its way again begins at the step that was refused. Null: recipe B takes over what
   * the cart refused; nothing of the sale is in Magento then.
   */
  #park(code: string, words: string): DeliveryOutcome | null {
    const progress = { ...this.#progress, parkWith: null };
    if (!hasBegun(progress)) {
      const takesOver =
        this.#context.stock === 'quote-then-direct' && progress.recipe === 'C' && refusedByCart.has(code);
      if (takesOver) {
        this.#progress = { ...progress, recipe: 'B', cartRefused: words };
        return null;
      }
      return { kind: 'parked', progress: storedProgress({ ...progress, cartRefused: null }), code, answer: words };
    }
    return { kind: 'parked', progress: storedProgress(progress), code, answer: words };
  }

  #confirmed(orderNumber: string, stock: string): DeliveryOutcome {
    const { order, notes, couponRefused, cartRefused, recipe } = this.#progress;
    const way = recipe === 'B' ? ['made directly, by recipe B'] : [];
    const cart = cartRefused === null ? [] : [`Magento's cart refused it: ${cartRefused}`];
    const coupon = couponRefused === null ? [] : [`without the coupon, which Magento refused: ${couponRefused}`];
    return {
      kind: 'confirmed',
      order: { orderId: order?.id ?? 0, orderNumber, stock },
      progress: storedProgress(this.#progress),
      answer: [[`Order ${orderNumber}`, ...way, stock].join(', '), ...cart, ...coupon, ...notes].join('. '),
    };
  }
}

/** The call was not made. A cart that holds some of its lines already is not filled a second time. */
const notDone = (progress: Progress, step: ChangingStep): Progress =>
  step === 'add-items' ? withoutCart(progress) : { ...progress, begun: null };

/** Before the order exists, a refused cart is of no further use; after, the order stays where it is. */
function afterRefusal(progress: Progress): Progress {
  if (progress.order !== null) return { ...progress, begun: null };
  const { recipe, notes, couponRefused, cartRefused, renames } = progress;
  return { ...newProgress, recipe, notes, couponRefused, cartRefused, renames };
}
