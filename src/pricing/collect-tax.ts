import { CarriedRounding, phpFloatText, phpRound, roundAlone } from './php-arithmetic.ts';
import type { PriceSettings } from './price-book.ts';
import type { AppliedTax, Quote, QuoteItem } from './quote.ts';
import { type AppliedRate, isStoreRate, type RateTable, type TaxRateSet } from './tax-rates.ts';

/**
 * Sets the prices, rows and taxes of every line, and the quote's subtotals. Magento runs it twice: before the discounts
 * (`Magento\Tax\Model\Sales\Total\Quote\Subtotal`), to know what they are taken off, and after them (`…\Quote\Tax`). Each run
 * starts its rounding afresh.
 */
export function collectTax(quote: Quote, settings: PriceSettings, rates: RateTable): void {
  const calculator = new Calculator(settings, rates);
  quote.subtotal = 0;
  quote.subtotalInclTax = 0;
  for (const item of quote.visibleItems) {
    if (item.childrenCalculated) {
      for (const child of item.children) {
        calculator.calculate(child);
        addToSubtotal(quote, child);
      }
      sumUpParts(item);
    } else {
      calculator.calculate(item);
      addToSubtotal(quote, item);
    }
    for (const taxed of [item, ...item.children]) {
      taxed.discountPrice = settings.discountIncludesTax ? taxed.priceInclTax : taxed.price;
    }
  }
}

function addToSubtotal(quote: Quote, item: QuoteItem): void {
  quote.subtotal += item.rowTotal;
  quote.subtotalInclTax += item.rowTotalInclTax;
}

/** `Magento\Tax\Model\TaxCalculation::calculateParent`. */
function sumUpParts(parent: QuoteItem): void {
  parent.rowTotal = 0;
  parent.rowTotalInclTax = 0;
  parent.tax = 0;
  for (const child of parent.children) {
    parent.rowTotal += child.rowTotal;
    parent.rowTotalInclTax += child.rowTotalInclTax;
    parent.tax += child.tax;
  }
  parent.price = phpRound(parent.rowTotal / parent.quantity);
  parent.priceInclTax = phpRound(parent.rowTotalInclTax / parent.quantity);
}

/** Which of a line's roundings; each carries its remainder apart (`AbstractCalculator`'s delta keys). */
type Stage = 'regular' | 'tax_before_discount';

/** `Magento\Tax\Model\Calculation\{Unit,Row,Total}BaseCalculator`. */
class Calculator {
  readonly #settings: PriceSettings;
  readonly #rates: RateTable;
  readonly #rounding = new CarriedRounding();
  readonly #perUnit: boolean;

  constructor(settings: PriceSettings, rates: RateTable) {
    this.#settings = settings;
    this.#rates = rates;
    this.#perUnit = settings.taxAlgorithm === 'UNIT_BASE_CALCULATION';
  }

  calculate(item: QuoteItem): void {
    const rate = this.#rates.buyer(item.taxClassId);
    item.taxPercent = rate.percent;
    if (!this.#settings.pricesIncludeTax) this.#taxOnTop(item, rate);
    else if (this.#perUnit) this.#taxInUnitPrice(item, rate);
    else this.#taxInRow(item, rate);
  }

  /** `AbstractAggregateCalculator::calculateWithTaxInPrice`. */
  #taxInRow(item: QuoteItem, rate: TaxRateSet): void {
    const priceInclTax = this.#buyerPrice(item, rate);
    const rowTotalInclTax = priceInclTax * item.totalQuantity;
    const taxBeforeDiscount = this.#round(taxWithin(rowTotalInclTax, rate.percent), this.#firstStage(), rate);
    item.rowTotal = rowTotalInclTax - taxBeforeDiscount;
    item.price = phpRound(item.rowTotal / item.totalQuantity);
    item.priceInclTax = priceInclTax;
    item.rowTotalInclTax = rowTotalInclTax;
    item.tax = taxBeforeDiscount;
    item.taxCompensation = 0;
    if (this.#settings.taxAfterDiscount) {
      const taxable = Math.max(rowTotalInclTax - item.discount, 0);
      item.tax = this.#round(taxWithin(taxable, rate.percent), 'regular', rate);
      item.taxCompensation = taxBeforeDiscount - item.tax;
    }
    item.appliedTaxes = this.#shareOut(item.tax, rate);
  }

  /** `UnitBaseCalculator::calculateWithTaxInPrice`. */
  #taxInUnitPrice(item: QuoteItem, rate: TaxRateSet): void {
    const priceInclTax = this.#buyerPrice(item, rate);
    const unitTaxBeforeDiscount = this.#round(taxWithin(priceInclTax, rate.percent), this.#firstStage(), rate);
    let unitTax = unitTaxBeforeDiscount;
    item.taxCompensation = 0;
    if (this.#settings.taxAfterDiscount) {
      const taxable = Math.max(priceInclTax - item.discount / item.totalQuantity, 0);
      unitTax = this.#round(taxWithin(taxable, rate.percent), 'regular', rate);
      item.taxCompensation = (unitTaxBeforeDiscount - unitTax) * item.totalQuantity;
    }
    item.price = priceInclTax - unitTaxBeforeDiscount;
    item.priceInclTax = priceInclTax;
    item.rowTotal = item.price * item.totalQuantity;
    item.rowTotalInclTax = priceInclTax * item.totalQuantity;
    item.tax = unitTax * item.totalQuantity;
    item.appliedTaxes = this.#shareOut(item.tax, rate);
  }

  /** `calculateWithTaxNotInPrice` of both: each applied rate is computed and rounded by itself. */
  #taxOnTop(item: QuoteItem, rate: TaxRateSet): void {
    const price = phpRound(item.basis.unitPrice);
    const multiple = this.#perUnit ? 1 : item.totalQuantity;
    // Only the aggregating calculators know the setting "tax on original price".
    const taxedPrice = this.#settings.taxOnOriginalPrice && !this.#perUnit ? phpRound(item.originalPrice) : price;
    const taxed = taxedPrice * multiple;
    const discount = this.#perUnit ? item.discount / item.totalQuantity : item.discount;
    let tax = 0;
    let taxBeforeDiscount = 0;
    const applied: AppliedTax[] = [];
    for (const one of rate.applied) {
      const before = this.#round(taxOn(taxed, one.percent), this.#firstStage(), one);
      const after = this.#settings.taxAfterDiscount
        ? this.#round(taxOn(Math.max(taxed - discount, 0), one.percent), 'regular', one)
        : before;
      applied.push({ ...one, amount: this.#perUnit ? after * item.totalQuantity : after });
      tax += after;
      taxBeforeDiscount += before;
    }
    item.price = price;
    item.rowTotal = price * item.totalQuantity;
    if (this.#perUnit) {
      item.tax = tax * item.totalQuantity;
      item.priceInclTax = price + taxBeforeDiscount;
      item.rowTotalInclTax = item.priceInclTax * item.totalQuantity;
    } else {
      item.tax = tax;
      item.rowTotalInclTax = item.rowTotal + taxBeforeDiscount;
      item.priceInclTax = phpRound(item.rowTotalInclTax / item.totalQuantity);
    }
    item.taxCompensation = 0;
    item.appliedTaxes = applied;
  }

  /** The tax-inclusive price for this buyer: the shop's own with its tax exchanged (`calculatePriceInclTax`). */
  #buyerPrice(item: QuoteItem, rate: TaxRateSet): number {
    const price = phpRound(item.basis.unitPrice);
    const storeRate = this.#rates.store(item.taxClassId);
    if (isStoreRate(this.#settings, rate.percent, storeRate)) return price;
    const withoutTax = price - taxWithin(price, storeRate);
    return phpRound(withoutTax + taxOn(withoutTax, rate.percent));
  }

  #firstStage(): Stage {
    return this.#settings.taxAfterDiscount ? 'tax_before_discount' : 'regular';
  }

  /** Total based: remainders go from line to line of one rate. Row and unit based: every line starts afresh. */
  #round(amount: number, stage: Stage, rate: TaxRateSet | AppliedRate): number {
    if (this.#settings.taxAlgorithm !== 'TOTAL_BASE_CALCULATION') return roundAlone(amount);
    return this.#rounding.round(amount, `${stage} ${'id' in rate ? rate.id : phpFloatText(rate.percent)}`);
  }

  /** Splits a tax contained in prices among the rates (`AbstractCalculator::getAppliedTaxes`). */
  #shareOut(tax: number, rate: TaxRateSet): readonly AppliedTax[] {
    const applied: AppliedTax[] = [];
    let shared = 0;
    for (const one of rate.applied) {
      if (one.percent === 0) continue;
      let amount = this.#rounding.round((tax / rate.percent) * one.percent, `applied_tax_amount ${one.id}`);
      if (shared + amount > tax) amount = tax - shared;
      shared += amount;
      applied.push({ ...one, amount });
    }
    return applied;
  }
}

/** The tax in an amount that includes it (`Magento\Tax\Model\Calculation::calcTaxAmount`). */
const taxWithin = (amount: number, percent: number): number => amount * (1 - 1 / (1 + percent / 100));
/** The tax on an amount that excludes it. */
const taxOn = (amount: number, percent: number): number => amount * (percent / 100);
