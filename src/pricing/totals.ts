import type { Money } from '../money/money.ts';
import type { Quantity } from '../money/quantity.ts';
import type { Instant } from '../platform/clock.ts';
import type { Sku } from '../platform/ids.ts';
import type { ProductType, TaxPlace } from './price-book.ts';

/** A cart as the engine prices it. */
export interface CartInput {
  readonly lines: readonly CartLine[];
  readonly customerGroupId: number;
  /** null: a guest. Only for per-customer limits. */
  readonly customerId: number | null;
  readonly coupon: string | null;
  readonly at: Instant;
  /** Where the goods go: for a till the shop itself. */
  readonly destination: TaxPlace;
  /** Magento method codes, for rules that ask for them. */
  readonly paymentMethod?: string;
  readonly shippingMethod?: string;
  /** What a person at the till takes off, after the shop's rules, in this order. */
  readonly reductions?: readonly Reduction[];
}

/** A discount that a person gives, off one line or off the whole cart (null). */
export interface Reduction {
  readonly lineId: number | null;
  readonly value:
    | { readonly kind: 'percent'; readonly percent: number }
    | { readonly kind: 'amount'; readonly amount: Money };
  /** Why, in words; the discount's name. */
  readonly name: string;
}

export interface CartLine {
  /** Unique in the cart; stable while the sale is open. */
  readonly lineId: number;
  readonly sku: Sku;
  readonly quantity: Quantity;
  /** Configurable: the chosen child. */
  readonly variant?: Sku;
  /** Bundle: chosen selection ids per option with their quantities; absent: each option's default. */
  readonly selections?: readonly {
    readonly optionId: number;
    readonly selectionId: string;
    readonly quantity: number;
  }[];
  /** What a person says that a unit costs, with or without tax as the shop lists its prices; takes the place of the shop's price. */
  readonly openPrice?: Money;
  /** Left alone by {@link CartInput.reductions}, e.g. a deposit. */
  readonly noReduction?: boolean;
}

/**
 * Totals in Magento's shape. For every cart: subtotal − discount + tax + taxCompensation = grandTotal.
 *
 * The totals are the sums of the lines, a bundle's discount and compensation being its children's. Only with fractional
 * quantities may a total be a cent away from the sum of its rounded lines: Magento adds the unrounded rows up.
 */
export interface CartTotals {
  readonly lines: readonly LineTotals[];
  /** Excluding tax. */
  readonly subtotal: Money;
  readonly subtotalInclTax: Money;
  /** As a positive amount. */
  readonly discount: Money;
  readonly tax: Money;
  readonly taxCompensation: Money;
  readonly grandTotal: Money;
  readonly taxes: readonly TaxTotal[];
  readonly discounts: readonly RuleDiscount[];
  /** In Magento's order of application. */
  readonly appliedRuleIds: readonly number[];
  /** The coupon that took effect; null when none was given or Magento would drop it. */
  readonly couponAccepted: string | null;
  /** What the till can't know offline and Magento might (e.g. how often a coupon was used elsewhere), in plain words. */
  readonly uncertainties: readonly string[];
}

export interface LineTotals {
  readonly lineId: number;
  readonly sku: Sku;
  readonly productId: number;
  readonly type: ProductType;
  readonly quantity: Quantity;
  /** Unit price excluding tax. */
  readonly price: Money;
  readonly priceInclTax: Money;
  readonly rowTotal: Money;
  readonly rowTotalInclTax: Money;
  /** Of a bundle priced by its parts: zero as a rule, its children have it. */
  readonly discount: Money;
  /** Percent, as Magento stores it on the item (0 unless by percent). */
  readonly discountPercent: number;
  readonly tax: Money;
  /** Sum of the rates, percent. */
  readonly taxPercent: number;
  readonly taxes: readonly TaxTotal[];
  readonly taxCompensation: Money;
  readonly appliedRuleIds: readonly number[];
  readonly discounts: readonly RuleDiscount[];
  readonly basis: PriceBasis;
  /** Bundle and configurable: the children as Magento keeps them (their own totals, zero for a configurable's child). */
  readonly children: readonly LineTotals[];
}

export interface TaxTotal {
  /** Code of the tax rate, e.g. `DE-19`; of several rates at one priority the codes written together, as Magento does. */
  readonly code: string;
  /** Of several rates together; of a compound rate its share of the price excluding tax. */
  readonly percent: number;
  /** The single rates, where several are taken together. */
  readonly rates?: readonly { readonly code: string; readonly percent: number }[];
  /** What the tax was computed on, excluding tax. */
  readonly base: Money;
  readonly amount: Money;
}

/** What one rule took off, or (rule number below zero) a person. Negative where Magento, applying a later rule to fewer units, gives some of an earlier one back. */
export interface RuleDiscount {
  readonly ruleId: number;
  readonly name: string;
  readonly amount: Money;
}

/** Why a unit costs what it costs: the candidates and the one that won. */
export interface PriceBasis {
  readonly chosen: 'regular' | 'special' | 'tier' | 'catalogue-rule' | 'bundle' | 'open';
  /** Catalogue decimals, before rounding, as Magento has them (incl. or excl. tax as the shop's settings say). */
  readonly candidates: readonly {
    readonly kind: PriceBasis['chosen'];
    readonly price: number;
    readonly note: string;
  }[];
  readonly unitPrice: number;
}
