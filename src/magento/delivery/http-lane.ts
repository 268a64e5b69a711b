import { type JsonValue, unreachable } from '../../platform/brand.ts';
import type { Clock } from '../../platform/clock.ts';
import type { NewCustomer } from '../../register/new-customer.ts';
import type { PaymentOutcomeNote } from '../../register/payment-outcome.ts';
import type { ReceiptMail } from '../../register/receipt-mail.ts';
import type { CompletedReturn } from '../../register/return.ts';
import type { CompletedSale } from '../../register/sale.ts';
import type { DeliveryOutcome, DeliveryTask, Document, Lane, QueuedDocument, Reachability } from '../../sync/lane.ts';
import type { MagentoClient } from '../client/outcome.ts';
import { ModulePresence } from '../module/presence.ts';
import { Calls } from './calls.ts';
import type { DocumentDelivery } from './document-delivery.ts';
import { type Instructions, readInstructions } from './instructions.ts';
import type { OptionalRecipe, Recipe, RecipeChoice } from './recipe.ts';

export interface HttpLaneOptions {
  readonly client: MagentoClient;
  readonly clock: Clock;
  readonly choice: RecipeChoice;
  readonly stock: Recipe;
  /** Null: this terminal knows no module. */
  readonly module: OptionalRecipe | null;
  /** Whether the shop has it; the same as what the other documents look at. Left out: looked for here alone. */
  readonly presence?: ModulePresence;
  readonly documents: OtherDocuments;
  /** After a look that found the shop there. */
  readonly onReachable?: (signal: AbortSignal) => Promise<void>;
}

/** How everything but sales is brought in. */
export interface OtherDocuments {
  readonly returns: DocumentDelivery<CompletedReturn>;
  readonly customers: DocumentDelivery<NewCustomer>;
  readonly paymentOutcomes: DocumentDelivery<PaymentOutcomeNote>;
  readonly mails: DocumentDelivery<ReceiptMail>;
}

/**
 * Delivery over HTTP, straight into Magento. Which recipe is configuration and what the shop has; a sale that one recipe has
 * begun is ended by it. One document's `deliver` must never run twice at the same time; the outbox sees to that.
 */
export function createHttpLane(options: HttpLaneOptions): Lane {
  return new HttpLane(options);
}

class HttpLane implements Lane {
  readonly name = 'http';
  readonly #options: HttpLaneOptions;
  readonly #presence: ModulePresence | null;

  constructor(options: HttpLaneOptions) {
    this.#options = options;
    const { module, presence, clock } = options;
    this.#presence = module === null ? null : (presence ?? new ModulePresence(module, clock));
  }

  get recipe(): string {
    const { choice, stock, module } = this.#options;
    const there = this.#presence?.wasSeen === true;
    return module !== null && (choice === 'module' || (choice === 'auto' && there)) ? module.words : stock.words;
  }

  async deliver(document: Document, task: DeliveryTask): Promise<DeliveryOutcome> {
    const { returns, customers, paymentOutcomes, mails } = this.#options.documents;
    switch (document.kind) {
      case 'sale':
        return this.#deliverSale(withMagentosCustomer(document.sale, task.needed), task);
      case 'return':
        return returns.deliver(document.return, task);
      case 'customer':
        return customers.deliver(document.customer, task);
      case 'payment-outcome':
        return paymentOutcomes.deliver(document.outcome, task);
      case 'receipt-mail':
        return mails.deliver(document.mail, task);
      default:
        return unreachable(document);
    }
  }

  async #deliverSale(sale: CompletedSale, task: DeliveryTask): Promise<DeliveryOutcome> {
    const { progress, checkpoint, signal } = task;
    const instructions = readInstructions(task.instructions);
    const begun = this.#recipes.find((recipe) => recipe.holds(progress) === 'begun');
    const chosen: Choice =
      begun === undefined ? await this.#choose(instructions, signal) : { kind: 'recipe', recipe: begun };
    if (chosen.kind === 'none') {
      const { scope, code, words: answer } = chosen;
      return { kind: 'later', scope, progress, code, answer, retryAfter: null };
    }
    // What one recipe wrote means nothing to another; what none can read is for the stock recipe to refuse.
    const other = this.#recipes.some((recipe) => recipe !== chosen.recipe && recipe.holds(progress) === 'idle');
    const outcome = await chosen.recipe.deliver(sale, other ? null : progress, checkpoint, signal, instructions);
    const isThere = outcome.kind === 'parked' && outcome.code === 'magento.already-there';
    // An earlier attempt that is forgotten has made its order by the stock calls; they find it and finish it.
    return isThere ? this.#options.stock.deliver(sale, null, checkpoint, signal, instructions) : outcome;
  }

  describe(progress: JsonValue): string {
    const { documents, stock } = this.#options;
    for (const each of [documents.returns, documents.customers, documents.paymentOutcomes, documents.mails]) {
      const words = each.describe(progress);
      if (words !== null) return words;
    }
    const own = this.#recipes.find((recipe) => recipe.holds(progress) !== 'foreign');
    return (own ?? stock).describe(progress);
  }

  /** Asks for an order that can't exist: one look into an index, with the permission that delivery needs. */
  async probe(signal: AbortSignal): Promise<Reachability> {
    const calls = new Calls(this.#options.client, this.#options.clock, signal);
    const asked = await calls.list('search-orders', '/V1/orders', 'entity_id', 0, 'total_count');
    if (asked.ok) {
      await this.#options.onReachable?.(signal);
      return { kind: 'reachable' };
    }
    return { kind: 'unreachable', code: asked.verdict.code, answer: asked.verdict.words };
  }

  get #recipes(): readonly Recipe[] {
    const { stock, module } = this.#options;
    return module === null ? [stock] : [module, stock];
  }

  async #choose(instructions: Instructions, signal: AbortSignal): Promise<Choice> {
    const { stock, module } = this.#options;
    const choice = instructions.recipe ?? this.#options.choice;
    if (choice === 'quote' || choice === 'direct') return { kind: 'recipe', recipe: stock };
    const scope = instructions.recipe === null ? 'lane' : 'document';
    if (module === null || this.#presence === null) {
      if (choice === 'auto') return { kind: 'recipe', recipe: stock };
      return { kind: 'none', scope, code: 'delivery.no-module', words: 'This release can’t speak to the module' };
    }
    const seen = await this.#presence.look(signal);
    if (seen.kind === 'there') return { kind: 'recipe', recipe: module };
    if (seen.kind === 'unknown') return { kind: 'none', scope: 'lane', code: seen.code, words: seen.words };
    if (choice === 'auto') return { kind: 'recipe', recipe: stock };
    return { kind: 'none', scope, code: 'delivery.no-module', words: `The shop lacks the module: ${seen.words}` };
  }
}

/** The sale with the number that Magento gave to a customer made at the till; as a guest's where it has given none. */
function withMagentosCustomer(sale: CompletedSale, needed: readonly QueuedDocument[]): CompletedSale {
  const { customer } = sale;
  if (customer === null || customer.id !== null) return sale;
  const made = needed.find(({ delivery }) => delivery.documentId === customer.customerKey)?.delivery.made;
  if (made?.kind !== 'customer') return sale;
  const { customerKey: _key, ...known } = customer;
  return { ...sale, customer: { ...known, id: made.customerId } };
}

type Choice =
  | { readonly kind: 'recipe'; readonly recipe: Recipe }
  | { readonly kind: 'none'; readonly scope: 'lane' | 'document'; readonly code: string; readonly words: string };
