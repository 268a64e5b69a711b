import type { Instant } from '../platform/clock.ts';
import type { Sku } from '../platform/ids.ts';

/**
 * What the price engine needs to know of the shop. The snapshot implements {@link PriceBook}; amounts here are Magento's
 * own decimals (a price may have four places), because the engine repeats Magento's arithmetic on them.
 */
export interface PriceBook {
  readonly settings: PriceSettings;
  /** Synchronous: pricing happens between two key presses. */
  product(sku: Sku): PricedProduct | undefined;
  /** Cart rules in any order, without those left out as unsupported. */
  readonly cartRules: readonly CartRule[];
  readonly taxRules: readonly TaxRule[];
  readonly taxRates: readonly TaxRate[];
  readonly customerGroups: readonly CustomerGroup[];
  /**
   * What kind of thing each catalogue attribute is, by its code: Magento compares a date, a list and a number differently.
   * Absent or unknown: Magento's stock attributes are known by heart, anything else is compared as text.
   */
  readonly attributes?: ReadonlyMap<string, CatalogueAttribute>;
}

/** Magento: `Magento\Catalog\Api\Data\ProductAttributeInterface`, as far as rule conditions depend on it. */
export interface CatalogueAttribute {
  readonly id: number;
  readonly code: string;
  /** `frontend_input`: `text`, `select`, `multiselect`, `boolean`, `date`, `price`, … */
  readonly input: string;
  /** `backend_type`: `varchar`, `int`, `decimal`, `datetime`, `text`, `static`. */
  readonly backendType: string;
}

/** Magento's store configuration as far as totals depend on it (`tax/*`, `general/locale/timezone`, `currency/options/base`). */
export interface PriceSettings {
  readonly websiteId: number;
  readonly storeId: number;
  /** IANA zone of the store: date windows of special prices and rules are whole days there. */
  readonly timeZone: string;
  readonly currency: string;
  readonly pricesIncludeTax: boolean;
  readonly taxAlgorithm: 'TOTAL_BASE_CALCULATION' | 'ROW_BASE_CALCULATION' | 'UNIT_BASE_CALCULATION';
  /** `tax/calculation/apply_after_discount`: tax on the discounted price. */
  readonly taxAfterDiscount: boolean;
  /** `tax/calculation/discount_tax`: discounts are taken off the price including tax. */
  readonly discountIncludesTax: boolean;
  /** `tax/calculation/cross_border_trade_enabled`. */
  readonly crossBorderTrade: boolean;
  /** Shipping origin: the store's own rate, contained in tax-inclusive prices (`shipping/origin/*`, `tax/defaults/*`). */
  readonly origin: TaxPlace;
  /**
   * Customer tax class of Magento's default customer group (`customer/create_account/default_group`): whose rate is contained
   * in tax-inclusive prices (`Magento\Tax\Model\Calculation::getDefaultCustomerTaxClass`). A cart's own class comes with its
   * {@link CustomerGroup}.
   */
  readonly defaultCustomerTaxClassId: number;
  /** `tax/calculation/based_on`: whose address decides the rates; absent: the destination (`shipping`, `billing`). */
  readonly taxBasedOn?: 'destination' | 'origin';
  /** `tax/calculation/apply_tax_on` = 1: tax on the regular price even if less is charged. Only for prices excluding tax. */
  readonly taxOnOriginalPrice?: boolean;
}

export interface TaxPlace {
  /** ISO 3166-1 alpha-2. */
  readonly countryId: string;
  /** Magento's region id; 0 for none. */
  readonly regionId: number;
  readonly postcode: string;
  /** The region's name, for rules that ask for it. */
  readonly region?: string;
}

export type ProductType = 'simple' | 'virtual' | 'downloadable' | 'configurable' | 'bundle' | 'grouped';

export interface PricedProduct {
  readonly sku: Sku;
  /** Magento's entity id. */
  readonly id: number;
  readonly type: ProductType;
  readonly attributeSetId: number;
  readonly taxClassId: number;
  /** Kilograms or pounds as the store has it; 0 for virtual. */
  readonly weight: number;
  /** Every category a rule finds it in, anchor categories included. */
  readonly categoryIds: readonly number[];
  readonly price: number;
  readonly specialPrice: SpecialPrice | null;
  /** By quantity, as Magento loads them. */
  readonly tierPrices: readonly TierPrice[];
  /** Computed catalogue-rule prices per day and group, as far as the snapshot could learn them. */
  readonly cataloguePrices: readonly CatalogueRulePrice[];
  /** Raw catalogue attributes by code, as REST gives them; for rule conditions. */
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
  /** Configurable: which attributes choose the variant, and the variants. */
  readonly configurable: ConfigurableOptions | null;
  /** Bundle: its options; null for other types. */
  readonly bundle: BundleOptions | null;
}

export interface SpecialPrice {
  /** Bundles: a percentage, of 80 they cost 80 % of their price. */
  readonly price: number;
  /** `YYYY-MM-DD` in the store's zone, first day included; null: open. */
  readonly from: string | null;
  /** `YYYY-MM-DD` in the store's zone, last day included; null: open. */
  readonly to: string | null;
}

export interface TierPrice {
  /** null: all groups (Magento's 32000). */
  readonly customerGroupId: number | null;
  readonly quantity: number;
  /** A fixed unit price, or a percentage off the base price. */
  readonly value:
    | { readonly type: 'fixed'; readonly price: number }
    | { readonly type: 'percent'; readonly percent: number };
  /** 0: all websites. */
  readonly websiteId: number;
}

export interface CatalogueRulePrice {
  readonly customerGroupId: number;
  readonly price: number;
  /** `YYYY-MM-DD` in the store's zone for which Magento computed it. */
  readonly day: string;
}

export interface ConfigurableOptions {
  readonly attributes: readonly { readonly attributeId: number; readonly code: string; readonly label: string }[];
  readonly variants: readonly {
    readonly sku: Sku;
    /** Attribute id → value index. */
    readonly values: Readonly<Record<string, number>>;
  }[];
}

export interface BundleOptions {
  readonly dynamicPrice: boolean;
  readonly options: readonly {
    readonly optionId: number;
    readonly title: string;
    readonly required: boolean;
    readonly selections: readonly {
      readonly selectionId: string;
      readonly sku: Sku;
      readonly quantity: number;
      readonly isDefault: boolean;
      readonly price: number | null;
      readonly priceType: 'fixed' | 'percent' | null;
    }[];
  }[];
}

export interface CustomerGroup {
  readonly id: number;
  readonly code: string;
  readonly taxClassId: number;
}

/** Magento: `Magento\Tax\Api\Data\TaxRuleInterface`. */
export interface TaxRule {
  readonly id: number;
  readonly code: string;
  readonly priority: number;
  readonly position: number;
  readonly customerTaxClassIds: readonly number[];
  readonly productTaxClassIds: readonly number[];
  readonly taxRateIds: readonly number[];
  /** `calculate_subtotal`: a compound priority is computed on the subtotal only. */
  readonly calculateSubtotal: boolean;
}

/** Magento: `Magento\Tax\Api\Data\TaxRateInterface`. */
export interface TaxRate {
  readonly id: number;
  readonly code: string;
  readonly countryId: string;
  /** 0: every region. */
  readonly regionId: number;
  /** `*`, an exact code, or a pattern as Magento has it. */
  readonly postcode: string | null;
  /** A numeric range of postcodes; then {@link postcode} only describes it. */
  readonly zipFrom: number | null;
  readonly zipTo: number | null;
  /** Percent. */
  readonly rate: number;
}

export type CartRuleAction = 'by_percent' | 'by_fixed' | 'cart_fixed' | 'buy_x_get_y' | 'to_percent' | 'to_fixed';

/** Magento: `Magento\SalesRule\Api\Data\RuleInterface`; conditions as REST gives them, once known to be supported. */
export interface CartRule {
  readonly id: number;
  readonly name: string;
  readonly sortOrder: number;
  readonly websiteIds: readonly number[];
  readonly customerGroupIds: readonly number[];
  readonly active: boolean;
  /** `YYYY-MM-DD`, whole days in the store's zone. */
  readonly from: string | null;
  readonly to: string | null;
  /** `auto`: only generated codes count (also `SPECIFIC_COUPON` with `use_auto_generation`). */
  readonly coupon: 'none' | 'specific' | 'auto';
  readonly coupons: readonly Coupon[];
  readonly usesPerCustomer: number;
  readonly conditions: RuleCondition;
  readonly actionConditions: RuleCondition;
  readonly action: CartRuleAction;
  readonly discountAmount: number;
  /** Most units the discount applies to; 0: no limit. */
  readonly discountQuantity: number;
  readonly discountStep: number;
  readonly applyToShipping: boolean;
  readonly stopRulesProcessing: boolean;
}

export interface Coupon {
  readonly code: string;
  /** 0: unlimited. */
  readonly usageLimit: number;
  readonly usagePerCustomer: number;
  readonly timesUsed: number;
  /** As Magento keeps it; 2.4.7 ignores it when it validates a code (`Model\ValidateCoupon`): the rule's dates decide. */
  readonly expires: Instant | null;
}

/** One node of a rule's condition tree (`Magento\Rule\Model\Condition\*`). */
export type RuleCondition =
  | {
      readonly kind: 'combine';
      /** Asked of one cart line at a time (`Condition\Product\Combine`); absent: asked of the cart. */
      readonly ofLine?: boolean;
      readonly aggregator: 'all' | 'any';
      readonly value: boolean;
      readonly conditions: readonly RuleCondition[];
    }
  | {
      readonly kind: 'found';
      /** false: "not found". */
      readonly found: boolean;
      readonly aggregator: 'all' | 'any';
      readonly conditions: readonly RuleCondition[];
    }
  | {
      readonly kind: 'subselect';
      readonly attribute: 'qty' | 'base_row_total' | 'base_row_total_incl_tax';
      readonly operator: string;
      readonly value: string;
      readonly aggregator: 'all' | 'any';
      readonly conditions: readonly RuleCondition[];
    }
  | {
      readonly kind: 'address';
      readonly attribute: string;
      readonly operator: string;
      readonly value: string | readonly string[];
    }
  | {
      readonly kind: 'product';
      readonly attribute: string;
      /** Magento's `attribute_scope`: only the parent or only the children of the line; absent: any of them. */
      readonly scope?: 'parent' | 'children';
      readonly operator: string;
      readonly value: string | readonly string[];
    };
