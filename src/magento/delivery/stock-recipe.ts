import type { JsonValue } from '../../platform/brand.ts';
import { isHoldfastError } from '../../platform/errors.ts';
import type { CompletedSale } from '../../register/sale.ts';
import { type DeliveryContext, deliverSale, type StockRecipe } from './deliver.ts';
import { noInstructions, withOtherGoods } from './instructions.ts';
import { describeProgress } from './plan.ts';
import { hasBegun, type Progress, readProgress } from './progress.ts';
import type { Recipe } from './recipe.ts';

export interface StockRecipeOptions extends DeliveryContext {
  /** Awaited before a sale counts as confirmed that recipe B has made. */
  readonly madeDirectly: (sale: CompletedSale) => Promise<void>;
}

/** What needs nothing installed in the shop: Magento's own REST calls, by recipe C or B. */
export function createStockRecipe(context: StockRecipeOptions): Recipe {
  return {
    words: words[context.stock],
    holds(stored) {
      const progress = stored === null ? null : readable(stored);
      if (progress === null || progress instanceof Error) return 'foreign';
      return hasBegun(progress) ? 'begun' : 'idle';
    },
    async deliver(sale, progress, checkpoint, signal, instructions = noInstructions) {
      const outcome = await deliverSale(context, sale, progress, checkpoint, signal, instructions);
      if (outcome.kind !== 'confirmed') return outcome;
      const { recipe, renames } = readProgress(outcome.progress);
      if (recipe === 'B') await context.madeDirectly({ ...sale, lines: withOtherGoods(sale.lines, renames) });
      return outcome;
    },
    describe(stored) {
      const progress = readable(stored);
      return progress instanceof Error ? progress.message : describeProgress(progress);
    },
  };
}

const words: Readonly<Record<StockRecipe, string>> = {
  quote: 'stock REST, recipe C',
  direct: 'stock REST, recipe B',
  'quote-then-direct': 'stock REST, recipe C; B for what the cart refuses',
};

function readable(stored: JsonValue): Progress | Error {
  try {
    return readProgress(stored);
  } catch (error) {
    if (isHoldfastError(error)) return error;
    throw error;
  }
}
