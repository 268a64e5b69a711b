import { type JsonValue, unreachable } from '../../platform/brand.ts';
import { type Clock, hours, type Monotonic } from '../../platform/clock.ts';
import type { CompletedSale } from '../../register/sale.ts';
import type { DeliveryOutcome, DeliveryTask, Document, Lane, QueuedDocument, Reachability } from '../../sync/lane.ts';
import type { MagentoClient } from '../client/outcome.ts';
import { Calls } from './calls.ts';
import type { Capability, OptionalRecipe, Recipe, RecipeChoice } from './recipe.ts';

export interface HttpLaneOptions {
  readonly client: MagentoClient;
  readonly clock: Clock;
  readonly choice: RecipeChoice;
  readonly stock: Recipe;
  /** Null: this terminal knows no module. */
  readonly module: OptionalRecipe | null;
  /** After a look that found the shop there. */
  readonly onReachable?: (signal: AbortSignal) => Promise<void>;
}

/** A module that was installed or removed meanwhile is noticed within this time. */
const lookAgainAfter = hours(1);

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
  #seen: { readonly capability: Capability; readonly at: Monotonic } | null = null;

  constructor(options: HttpLaneOptions) {
    this.#options = options;
  }

  get recipe(): string {
    const { choice, stock, module } = this.#options;
    const there = this.#seen?.capability.kind === 'there';
    return module !== null && (choice === 'module' || (choice === 'auto' && there)) ? module.words : stock.words;
  }

  async deliver(document: Document, task: DeliveryTask): Promise<DeliveryOutcome> {
    switch (document.kind) {
      case 'sale':
        return this.#deliverSale(document.sale, task);
      case 'return':
        return notYet('A return', task.progress);
      case 'customer':
        return notYet('A new customer', task.progress);
      case 'payment-outcome':
        return notYet('What became of a card payment', task.progress);
      default:
        return unreachable(document);
    }
  }

  async #deliverSale(sold: CompletedSale, task: DeliveryTask): Promise<DeliveryOutcome> {
    const { progress, checkpoint, signal } = task;
    const sale = withMagentosCustomer(sold, task.needed);
    if (sale === null) return notYet('A sale to a customer whom Magento did not get', progress);
    const begun = this.#recipes.find((recipe) => recipe.holds(progress) === 'begun');
    if (begun !== undefined) return begun.deliver(sale, progress, checkpoint, signal);
    const chosen = await this.#choose(signal);
    if (chosen.kind === 'none') {
      return { kind: 'later', scope: 'lane', progress, code: chosen.code, answer: chosen.words, retryAfter: null };
    }
    // What one recipe wrote means nothing to another; what none can read is for the stock recipe to refuse.
    const other = this.#recipes.some((recipe) => recipe !== chosen.recipe && recipe.holds(progress) === 'idle');
    return chosen.recipe.deliver(sale, other ? null : progress, checkpoint, signal);
  }

  describe(progress: JsonValue): string {
    const own = this.#recipes.find((recipe) => recipe.holds(progress) !== 'foreign');
    return (own ?? this.#options.stock).describe(progress);
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

  async #choose(signal: AbortSignal): Promise<Choice> {
    const { choice, stock, module } = this.#options;
    if (choice === 'quote' || choice === 'direct') return { kind: 'recipe', recipe: stock };
    if (module === null) {
      if (choice === 'auto') return { kind: 'recipe', recipe: stock };
      return { kind: 'none', code: 'delivery.no-module', words: 'This release can’t speak to the module' };
    }
    const seen = await this.#look(module, signal);
    if (seen.kind === 'there') return { kind: 'recipe', recipe: module };
    if (seen.kind === 'unknown') return { kind: 'none', code: seen.code, words: seen.words };
    if (choice === 'auto') return { kind: 'recipe', recipe: stock };
    return { kind: 'none', code: 'delivery.no-module', words: `The shop lacks the module: ${seen.words}` };
  }

  /** What was seen within the hour, or what is there now; in doubt, what was there last. */
  async #look(module: OptionalRecipe, signal: AbortSignal): Promise<Capability> {
    const now = this.#options.clock.monotonic();
    const before = this.#seen;
    if (before !== null && now - before.at < lookAgainAfter) return before.capability;
    const capability = await module.look(signal);
    if (capability.kind === 'unknown') return before?.capability ?? capability;
    this.#seen = { capability, at: now };
    return capability;
  }
}

/** What this release can't deliver is kept until one can. */
function notYet(what: string, progress: JsonValue): DeliveryOutcome {
  const answer = `${what} can't be delivered by this release; it is kept until one can`;
  return { kind: 'later', scope: 'document', progress, code: 'delivery.unknown-kind', answer, retryAfter: null };
}

/** The sale with the number that Magento gave to a customer made at the till; null: Magento has given none. */
function withMagentosCustomer(sale: CompletedSale, needed: readonly QueuedDocument[]): CompletedSale | null {
  const { customer } = sale;
  if (customer === null || customer.id !== null) return sale;
  const made = needed.find(({ delivery }) => delivery.documentId === customer.customerKey)?.delivery.made;
  if (made?.kind !== 'customer') return null;
  const { customerKey: _, ...known } = customer;
  return { ...sale, customer: { ...known, id: made.customerId } };
}

type Choice =
  | { readonly kind: 'recipe'; readonly recipe: Recipe }
  | { readonly kind: 'none'; readonly code: string; readonly words: string };
