import { type CurrencyFormat, decimal, format, type Money, negate, zero } from '../money/money.ts';
import { formatQuantity, type Quantity } from '../money/quantity.ts';
import type { Instant } from '../platform/clock.ts';
import type { Sku } from '../platform/ids.ts';
import { asMoney } from './php-arithmetic.ts';
import type { PriceBook, PriceSettings, TaxPlace } from './price-book.ts';
import { priceCart } from './price-cart.ts';
import { storeDay } from './store-day.ts';
import type { CartTotals, LineTotals, PriceBasis, TaxTotal } from './totals.ts';

/** What the price of one product is asked for. */
export interface PriceQuestion {
  readonly sku: Sku;
  readonly quantity: Quantity;
  readonly customerGroupId: number;
  readonly coupon: string | null;
  readonly at: Instant;
  readonly destination: TaxPlace;
  /** Configurable: the variant meant. */
  readonly variant?: Sku;
}

/**
 * Why a product costs what it costs when it is alone in the cart: a line of plain words for every step. Errors as `priceCart`.
 */
export function explainPrice(question: PriceQuestion, book: PriceBook, currency: CurrencyFormat): readonly string[] {
  const totals = priceCart(
    {
      lines: [
        {
          lineId: 1,
          sku: question.sku,
          quantity: question.quantity,
          ...(question.variant === undefined ? {} : { variant: question.variant }),
        },
      ],
      customerGroupId: question.customerGroupId,
      customerId: null,
      coupon: question.coupon,
      at: question.at,
      destination: question.destination,
    },
    book,
  );
  const group = book.customerGroups.find((candidate) => candidate.id === question.customerGroupId);
  return [
    `${question.sku} × ${formatQuantity(question.quantity)} on ${storeDay(question.at, book.settings.timeZone)} in the shop, ` +
      `customer group ${group?.code ?? question.customerGroupId}:`,
    ...explainSale(totals, { coupon: question.coupon }, book.settings, currency),
  ];
}

/**
 * The chain of every cent of a sale, line by line, then the totals. Needs only what the sale itself keeps, so that it says the
 * same years later. `coupon` is what was typed in, if anything.
 */
export function explainSale(
  totals: Omit<CartTotals, 'lines'> & { readonly lines: readonly LineTotals[] },
  given: { readonly coupon: string | null },
  settings: Pick<PriceSettings, 'pricesIncludeTax' | 'taxAfterDiscount' | 'taxAlgorithm'>,
  currency: CurrencyFormat,
): readonly string[] {
  const words = new Words(settings, currency);
  return [
    ...totals.lines.flatMap((line) => words.line(line)),
    ...words.coupon(given.coupon, totals.couponAccepted),
    ...words.totals(totals),
    ...totals.uncertainties.map((uncertainty) => `Not certain: ${uncertainty}`),
  ];
}

const kinds: Readonly<Record<PriceBasis['chosen'], string>> = {
  regular: 'regular price',
  special: 'special price',
  tier: 'tier price',
  'catalogue-rule': 'catalogue rule price',
  bundle: 'price of its parts',
  open: 'price keyed in',
};

const roundings: Readonly<Record<PriceSettings['taxAlgorithm'], string>> = {
  UNIT_BASE_CALCULATION: 'tax rounded for each unit',
  ROW_BASE_CALCULATION: 'tax rounded for each line',
  TOTAL_BASE_CALCULATION: 'tax rounded for the whole sale, remainders carried from line to line',
};

class Words {
  readonly #settings: Pick<PriceSettings, 'pricesIncludeTax' | 'taxAfterDiscount' | 'taxAlgorithm'>;
  readonly #currency: CurrencyFormat;

  constructor(
    settings: Pick<PriceSettings, 'pricesIncludeTax' | 'taxAfterDiscount' | 'taxAlgorithm'>,
    currency: CurrencyFormat,
  ) {
    this.#settings = settings;
    this.#currency = currency;
  }

  line(line: LineTotals): readonly string[] {
    const { pricesIncludeTax } = this.#settings;
    const unit = pricesIncludeTax ? line.priceInclTax : line.price;
    const row = pricesIncludeTax ? line.rowTotalInclTax : line.rowTotal;
    const parts = line.basis.chosen === 'bundle' ? line.children : [];
    return [
      `${line.sku}`,
      ...this.#basis(line.basis, unit),
      ...parts.flatMap((part) => this.line(part).map((words) => `  ${words}`)),
      `  ${formatQuantity(line.quantity)} × ${this.#money(unit)} = ${this.#money(row)} ` +
        (pricesIncludeTax ? 'including tax' : 'before tax'),
      ...line.discounts.map((discount) => this.#discount(discount.name, discount.ruleId, discount.amount)),
      ...(parts.length > 0 ? [] : line.taxes.map((tax) => this.#tax(tax))),
      ...(line.taxes.length === 0 && parts.length === 0 && line.rowTotal !== zero ? ['  no tax'] : []),
    ];
  }

  coupon(given: string | null, accepted: string | null): readonly string[] {
    if (given === null) return [];
    return accepted === null
      ? [`Coupon ${given} gave nothing: unknown, used up, not valid today, or not for this customer and these goods.`]
      : [`Coupon ${accepted} accepted.`];
  }

  totals(totals: Omit<CartTotals, 'lines'>): readonly string[] {
    const lines = [
      `Goods ${this.#money(totals.subtotal)} before tax, ${this.#money(totals.subtotalInclTax)} with tax.`,
      ...totals.discounts.map((discount) => this.#discount(discount.name, discount.ruleId, discount.amount).trim()),
    ];
    if (totals.discount !== zero) lines.push(`Discounts ${this.#money(negate(totals.discount))} in all.`);
    lines.push(...totals.taxes.map((tax) => this.#tax(tax).trim()));
    lines.push(`Tax ${this.#money(totals.tax)} in all; ${roundings[this.#settings.taxAlgorithm]}.`);
    if (totals.taxCompensation !== zero) {
      lines.push(`${this.#money(totals.taxCompensation)} of the discounts was tax, which is not charged either.`);
    }
    const sum =
      `${decimal(totals.subtotal)} − ${decimal(totals.discount)} + ${decimal(totals.tax)}` +
      (totals.taxCompensation === zero ? '' : ` + ${decimal(totals.taxCompensation)}`);
    lines.push(`To pay: ${sum} = ${this.#money(totals.grandTotal)}.`);
    return lines;
  }

  #basis(basis: PriceBasis, unit: Money): readonly string[] {
    if (basis.candidates.length === 0) return [`  ${kinds[basis.chosen]}: ${this.#money(unit)}`];
    const chosen = basis.candidates.filter((candidate) => candidate.kind === basis.chosen);
    const lines = basis.candidates.map((candidate) => {
      const wins = candidate === chosen.find((one) => one.price === basis.unitPrice) ? ' ← the least, so this one' : '';
      return `  ${candidate.note}: ${exact(candidate.price)}${wins}`;
    });
    const rounded = asMoney(basis.unitPrice);
    if (rounded !== basis.unitPrice * 100 && Math.abs(rounded - basis.unitPrice * 100) > 1e-6) {
      lines.push(`  rounded to ${this.#money(rounded)}`);
    }
    if (rounded !== unit) lines.push(`  with the tax of this customer: ${this.#money(unit)}`);
    return lines;
  }

  #discount(name: string, ruleId: number, amount: Money): string {
    return amount < 0
      ? `  rule "${name}" (${ruleId}) gives back ${this.#money(negate(amount))}`
      : `  rule "${name}" (${ruleId}): ${this.#money(negate(amount))}`;
  }

  #tax({ code, percent, base, amount }: TaxTotal): string {
    const how = this.#settings.pricesIncludeTax ? 'contained' : 'added';
    const on = this.#settings.taxAfterDiscount ? 'after discounts' : 'before discounts';
    return `  tax ${code}, ${percent} % on ${this.#money(base)} ${on}: ${this.#money(amount)} ${how}`;
  }

  #money(amount: Money): string {
    return format(amount, this.#currency);
  }
}

/** A catalogue decimal as it is, with at least two places. */
const exact = (price: number): string => {
  const places = /\.(\d+)$/.exec(String(price))?.[1]?.length ?? 0;
  return price.toFixed(Math.min(6, Math.max(2, places)));
};
