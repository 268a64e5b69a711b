import type { ControlHandlers } from '../control/handlers.ts';
import type { CurrencyFormat } from '../money/money.ts';
import { quantity } from '../money/quantity.ts';
import { type Clock, instant } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import { type Sku, sku } from '../platform/ids.ts';
import { explainPrice, explainSale } from '../pricing/explain.ts';
import type { TaxPlace } from '../pricing/price-book.ts';
import type { CompletedSale } from '../register/sale.ts';
import type { Catalogue } from '../snapshot/catalogue.ts';

export interface PriceDesk {
  readonly explainPrice: ControlHandlers['explainPrice'];
  explainSale(sale: CompletedSale): readonly string[];
}

/** Answers why something costs what it costs, from the snapshot in use, or from what a sale kept. */
export function createPriceDesk(parts: {
  readonly catalogue: Catalogue;
  readonly currency: CurrencyFormat;
  readonly destination: TaxPlace;
  readonly clock: Pick<Clock, 'now'>;
}): PriceDesk {
  const { catalogue, currency, destination, clock } = parts;
  return {
    explainPrice({ code, quantity: count, customerGroupId, coupon, at }) {
      const lines = explainPrice(
        {
          ...meant(catalogue, code),
          quantity: quantity(count),
          customerGroupId,
          coupon,
          at: at === null ? clock.now() : instant(at),
          destination,
        },
        catalogue.prices,
        currency,
      );
      return { lines };
    },
    explainSale: (sale) => [
      `${sale.receiptNumber}, priced ${sale.basis.pricedAt} from snapshot ${sale.basis.snapshotGeneration} of ${sale.basis.snapshotTakenAt}:`,
      ...explainSale({ ...sale.totals, lines: sale.lines }, { coupon: sale.coupon }, sale.basis.settings, currency),
    ],
  };
}

/** The article that a person names; a variant that is sold through its configurable is priced through it. */
function meant(catalogue: Catalogue, code: string): { readonly sku: Sku; readonly variant?: Sku } {
  const product = catalogue.bySku(sku(code)) ?? catalogue.byBarcode(code) ?? catalogue.byPlu(code);
  if (product === undefined) {
    throw new HoldfastError('price.unknown-article', `The snapshot has no article "${code}".`, {
      remedy: 'operator',
      hint: 'Give its SKU, its barcode or its PLU; "holdfast snapshot pull" reads the shop again.',
    });
  }
  return product.parent === null ? { sku: product.sku } : { sku: product.parent.sku, variant: product.sku };
}
