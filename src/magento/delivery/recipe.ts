import type { JsonValue } from '../../platform/brand.ts';
import type { CompletedSale } from '../../register/sale.ts';
import type { Checkpoint, DeliveryOutcome } from '../../sync/lane.ts';
import type { Instructions } from './instructions.ts';

/**
 * Ways to bring a sale into Magento:
 * - `module`: one call to the Holdfast module, where the shop has it;
 * - `quote`: Magento's own cart, its order amended to the figures sold (recipe C);
 * - `direct`: an order made under the receipt number, past Magento's cart (recipe B).
 */
export type RecipeName = 'module' | 'quote' | 'direct';

/** `auto`: the module where there is one; else the cart, and directly what the cart refuses. */
export type RecipeChoice = 'auto' | RecipeName;

/**
 * One way to bring a sale into Magento. The same promises as a lane's {@link import('../../sync/lane.ts').Lane.deliver}:
 * resumed from `progress` (null for a new sale), `checkpoint` awaited before and after every step that changes Magento,
 * `later` at the next safe point when `signal` aborts.
 */
export interface Recipe {
  /** For status and answers, e.g. `stock REST, recipe C`. */
  readonly words: string;
  /**
   * What `progress` is to this recipe. `begun`: something of the sale may be in Magento by it, so that no other may take over;
   * `idle`: written by it, but nothing is there; `foreign`: null, or not written by it.
   */
  holds(progress: JsonValue): 'begun' | 'idle' | 'foreign';
  deliver(
    sale: CompletedSale,
    progress: JsonValue,
    checkpoint: Checkpoint,
    signal: AbortSignal,
    /** What a person decided; left out: nothing. */
    instructions?: Instructions,
  ): Promise<DeliveryOutcome>;
  /** Where a sale stands by its `progress`, in words. */
  describe(progress: JsonValue): string;
}

/** A recipe that needs something installed in the shop. */
export interface OptionalRecipe extends Recipe {
  /** Asks the shop whether it has what this needs. Never throws for what the shop or the network does. */
  look(signal: AbortSignal): Promise<Capability>;
}

export type Capability =
  | { readonly kind: 'there' }
  /** `words`: what is missing. */
  | { readonly kind: 'absent'; readonly words: string }
  /** Nobody knows: the shop did not answer, or did not let us in. */
  | { readonly kind: 'unknown'; readonly code: string; readonly words: string };
