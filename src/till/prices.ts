import { zero } from '../money/money.ts';
import { isHoldfastError, messageOf } from '../platform/errors.ts';
import type { PriceSettings } from '../pricing/price-book.ts';
import type { CartInput, CartTotals } from '../pricing/totals.ts';
import type { PriceAnswer } from '../register/facts.ts';
import type { SaleContents } from '../register/open-sale.ts';
import type { SaleBasis } from '../register/sale.ts';
import type { TillParts } from './ports.ts';

type PriceParts = Pick<TillParts, 'catalogue' | 'priceCart' | 'log' | 'settings'> & {
  readonly clock: Pick<TillParts['clock'], 'now'>;
};

/** Prices contents as Magento would at this moment. Never throws: without a price nothing is sold, but the till lives. */
export function priceContents(parts: PriceParts, contents: SaleContents): PriceAnswer {
  const { catalogue, clock, log } = parts;
  const at = clock.now();
  try {
    const totals =
      contents.lines.length === 0 ? nothing : parts.priceCart(cartOf(contents, parts, at), catalogue.prices);
    const { generation } = catalogue;
    return {
      ok: true,
      totals,
      basis: {
        snapshotGeneration: generation?.generation ?? 0,
        snapshotTakenAt: generation ? new Date(generation.takenAt).toISOString() : '',
        pricedAt: new Date(at).toISOString(),
        notes: totals.uncertainties,
        settings: settingsKept(catalogue.prices.settings),
      },
    };
  } catch (error) {
    log.error({ saleId: contents.saleId, error: messageOf(error) }, 'a sale could not be priced');
    return { ok: false, reason: isHoldfastError(error) ? error.message : 'internal error' };
  }
}

function cartOf(contents: SaleContents, { settings }: PriceParts, at: CartInput['at']): CartInput {
  const { destination, guestGroupId, paymentMethod, shippingMethod } = settings;
  return {
    lines: contents.lines.map(({ lineId, item, quantity, price, depositOf }) => ({
      lineId,
      sku: item.sku,
      quantity,
      ...(item.variant === null ? {} : { variant: item.variant }),
      ...(item.bundleSelections.length === 0 ? {} : { selections: item.bundleSelections }),
      ...(price === undefined ? {} : { openPrice: price.amount }),
      ...(depositOf === undefined ? {} : { noReduction: true }),
    })),
    customerGroupId: contents.customer?.groupId ?? guestGroupId,
    customerId: contents.customer?.id ?? null,
    coupon: contents.coupon,
    reductions: contents.reductions ?? [],
    at,
    destination,
    ...(paymentMethod === undefined ? {} : { paymentMethod }),
    ...(shippingMethod === undefined ? {} : { shippingMethod }),
  };
}

/** What explains the totals later, when the shop's settings may be others. */
const settingsKept = (settings: PriceSettings): SaleBasis['settings'] => ({
  pricesIncludeTax: settings.pricesIncludeTax,
  taxAlgorithm: settings.taxAlgorithm,
  taxAfterDiscount: settings.taxAfterDiscount,
  discountIncludesTax: settings.discountIncludesTax,
});

/** A cart with a customer or a coupon but no goods. */
const nothing: CartTotals = {
  lines: [],
  subtotal: zero,
  subtotalInclTax: zero,
  discount: zero,
  tax: zero,
  taxCompensation: zero,
  grandTotal: zero,
  taxes: [],
  discounts: [],
  appliedRuleIds: [],
  couponAccepted: null,
  uncertainties: [],
};
