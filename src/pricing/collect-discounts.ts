import { type CartFixedState, calculateDiscount, discountedQuantity, startCartFixed } from './discount-actions.ts';
import type { LoadedRules, PreparedRule } from './loaded-rules.ts';
import { phpFloatText, phpRound } from './php-arithmetic.ts';
import type { Quote, QuoteItem } from './quote.ts';

/** What the rules did to the cart as a whole. */
export interface CollectedDiscounts {
  /** In Magento's order of application; also rules that matched but gave nothing. */
  readonly appliedRuleIds: readonly number[];
  /** A rule that the coupon opened applied to some line. */
  readonly couponUsed: boolean;
}

/**
 * Sets the discounts of every line: `Magento\SalesRule\Model\Quote\Discount::collect` with `Validator`, `RulesApplier` and
 * `Utility`. Rules outside, lines inside; prices and rows must be collected before.
 */
export function collectDiscounts(quote: Quote, loaded: LoadedRules): CollectedDiscounts {
  return new DiscountCollector(quote, loaded).collect();
}

class DiscountCollector {
  readonly #quote: Quote;
  readonly #loaded: LoadedRules;
  /** Answers of action conditions: rules × items; they are asked several times and can't change in between. */
  readonly #matches = new Map<QuoteItem, (boolean | undefined)[]>();
  readonly #cartFixed = new Map<PreparedRule, CartFixedState>();
  /** Rounding remainders by accumulated percentage (`Utility::deltaRoundingFix`). */
  readonly #remainders = new Map<string, number>();
  readonly #appliedRuleIds = new Set<number>();
  #couponUsed = false;

  constructor(quote: Quote, loaded: LoadedRules) {
    this.#quote = quote;
    this.#loaded = loaded;
  }

  collect(): CollectedDiscounts {
    for (const item of this.#quote.items) this.#matches.set(item, new Array(this.#loaded.rules.length));
    const valid = this.#loaded.rules.map(({ conditions }) => conditions(this.#quote, null));
    this.#loaded.rules.forEach((rule, index) => {
      if (valid[index] && rule.rule.action === 'cart_fixed') this.#startCartFixed(rule, index);
    });
    const items = new Set(this.#sortedItems().filter((item) => item.parent === null));
    let runningDiscount = 0;
    let sumOfDiscounts = 0;
    this.#loaded.rules.forEach((rule, index) => {
      for (const item of items) {
        if (valid[index] && this.#matchesItem(item, rule, index)) {
          this.#apply(rule, index, item, runningDiscount);
          if (rule.rule.stopRulesProcessing) items.delete(item);
        }
        sumOfDiscounts += item.discount;
      }
      // Not the cart's discount: Magento adds every line's discount so far, once for every rule so far.
      runningDiscount = sumOfDiscounts;
    });
    return { appliedRuleIds: [...this.#appliedRuleIds], couponUsed: this.#couponUsed };
  }

  /** `Validator::initTotals`: what a fixed discount for the whole cart is shared out over. */
  #startCartFixed(rule: PreparedRule, index: number): void {
    const sharers = this.#quote.items.filter(
      (item) =>
        item.parent?.product.type !== 'configurable' &&
        !item.childrenCalculated &&
        this.#matchesItem(item, rule, index),
    );
    this.#cartFixed.set(rule, startCartFixed(rule.rule, sharers));
  }

  /** `Validator::sortItemsByPriority`: lines that the first rule acts on come first, and so on; rules that fail count too. */
  #sortedItems(): readonly QuoteItem[] {
    const rest = new Set(this.#quote.items);
    const sorted: QuoteItem[] = [];
    this.#loaded.rules.forEach((rule, index) => {
      for (const item of rest) {
        if (!this.#matchesItem(item, rule, index)) continue;
        rest.delete(item);
        sorted.push(item);
      }
    });
    return [...sorted, ...rest];
  }

  #matchesItem(item: QuoteItem, rule: PreparedRule, index: number): boolean {
    const answers = this.#matches.get(item);
    const known = answers?.[index];
    if (known !== undefined) return known;
    const answer = rule.actionConditions(this.#quote, item);
    if (answers !== undefined) answers[index] = answer;
    return answer;
  }

  /** `RulesApplier::applyRule`. */
  #apply(rule: PreparedRule, index: number, item: QuoteItem, runningDiscount: number): void {
    for (const target of this.#targets(rule, index, item)) this.#discount(rule, target, runningDiscount);
    this.#appliedRuleIds.add(rule.rule.id);
    if (!item.appliedRuleIds.includes(rule.rule.id)) item.appliedRuleIds.push(rule.rule.id);
    if (rule.rule.coupon !== 'none') this.#couponUsed = true;
  }

  /**
   * A bundle priced by its parts gives the discount to those that match; to itself only if none does and it matches without them
   * (Magento asks a clone that has no parts).
   */
  #targets(rule: PreparedRule, index: number, item: QuoteItem): readonly QuoteItem[] {
    if (!item.childrenCalculated || item.children.length === 0) return [item];
    const parts = item.children.filter((part) => this.#matchesItem(part, rule, index));
    if (parts.length > 0) return parts;
    return rule.actionConditions(this.#quote, { ...item, children: [] }) ? [item] : [];
  }

  /** `RulesApplier::getDiscountData`, then `Utility::deltaRoundingFix` and `minFix`. */
  #discount(prepared: PreparedRule, item: QuoteItem, runningDiscount: number): void {
    const { rule } = prepared;
    const quantity = discountedQuantity(rule, item);
    const exact = calculateDiscount(rule, item, quantity, {
      cartFixed: this.#cartFixed.get(prepared),
      runningDiscount,
    });
    const discount = Math.min(item.discount + this.#rounded(exact, item), item.discountPrice * quantity);
    item.ruleDiscounts.set(rule.id, (item.ruleDiscounts.get(rule.id) ?? 0) + discount - item.discount);
    item.discount = discount;
  }

  #rounded(exact: number, item: QuoteItem): number {
    let amount = exact;
    if (item.discountPercent !== 0 && item.rowTotal > 0) {
      const key = phpFloatText(item.discountPercent);
      amount += this.#remainders.get(key) ?? 0;
      this.#remainders.set(key, amount - phpRound(amount));
    }
    // All of a price is never more than the price.
    if (item.discountPercent === 100) amount = Math.min(amount, item.rowTotalInclTax);
    return phpRound(amount);
  }
}
