import { hundredths, type Money, money, sum, zero } from '../money/money.ts';
import { quantity } from '../money/quantity.ts';
import { type BootId, instant, type Monotonic, type Stamp } from '../platform/clock.ts';
import { type ReturnId, receiptNumber, type SaleId, type ShiftId, sku, terminalId } from '../platform/ids.ts';
import type { LineTotals } from '../pricing/totals.ts';
import type { CompletedReturn } from '../register/return.ts';
import type { CompletedSale, SaleLine } from '../register/sale.ts';

// Made-up sales, to see how a receipt looks before anything was sold.

export const stampAt = (iso: string): Stamp => ({
  at: instant(iso),
  zone: 'Europe/Berlin',
  monotonic: 0 as Monotonic,
  bootId: 'boot' as BootId,
  trusted: true,
});

export interface LineInput {
  readonly name: string;
  readonly unitPrice: string;
  readonly count?: number;
  readonly percent: number;
  readonly unit?: string;
  /** Including tax, by rule name. */
  readonly discounts?: Readonly<Record<string, string>>;
}

/** A line of a shop whose prices include tax, computed as Magento's row algorithm does. */
export function grossLine(input: LineInput, lineId: number): SaleLine {
  const count = input.count ?? 1;
  const rowGross = Math.round(money(input.unitPrice) * count);
  const discounts = Object.entries(input.discounts ?? {}).map(([name, amount], index) => ({
    ruleId: index + 1,
    name,
    amount: money(amount),
  }));
  const discount = sum(discounts.map(({ amount }) => amount));
  const taxIn = (gross: number): number => Math.round((gross * input.percent) / (100 + input.percent));
  const fullTax = taxIn(rowGross);
  const tax = taxIn(rowGross - discount);
  return {
    lineId,
    sku: sku(`SKU-${lineId}`),
    productId: lineId,
    type: 'simple',
    quantity: quantity(count),
    price: hundredths(money(input.unitPrice) - taxIn(money(input.unitPrice))),
    priceInclTax: money(input.unitPrice),
    rowTotal: hundredths(rowGross - fullTax),
    rowTotalInclTax: hundredths(rowGross),
    discount,
    discountPercent: 0,
    tax: hundredths(tax),
    taxPercent: input.percent,
    taxes: [],
    taxCompensation: hundredths(fullTax - tax),
    appliedRuleIds: [],
    discounts,
    basis: { chosen: 'regular', candidates: [], unitPrice: Number(input.unitPrice) },
    children: [],
    name: input.name,
    variant: null,
    configurableOptions: [],
    bundleSelections: [],
    unit: input.unit ?? null,
    barcode: null,
  };
}

/** A sale whose totals are the sums of its lines. */
export function saleOf(lines: readonly SaleLine[], change: Partial<CompletedSale> = {}): CompletedSale {
  const total = (of: (item: LineTotals) => Money): Money => sum(lines.map(of));
  const grandTotal = sum(
    lines.flatMap((item) => [item.rowTotal, hundredths(-item.discount), item.tax, item.taxCompensation]),
  );
  const terminal = terminalId('K1');
  return {
    version: 1,
    saleId: '01890a5d-ac96-774b-bcce-b302099a8057' as SaleId,
    receiptNumber: receiptNumber(terminal, 42),
    terminalId: terminal,
    shiftId: '01890a5d-0000-774b-bcce-b302099a8057' as ShiftId,
    cashier: 'Jana',
    stamp: stampAt('2026-11-23T08:35:00Z'),
    currency: 'EUR',
    customer: null,
    coupon: null,
    lines,
    totals: {
      subtotal: total((item) => item.rowTotal),
      subtotalInclTax: total((item) => item.rowTotalInclTax),
      discount: total((item) => item.discount),
      tax: total((item) => item.tax),
      taxCompensation: total((item) => item.taxCompensation),
      grandTotal,
      taxes: [],
      discounts: [],
      appliedRuleIds: [],
      couponAccepted: null,
      uncertainties: [],
    },
    tenders: [{ kind: 'cash', amount: grandTotal, tendered: grandTotal }],
    change: zero,
    basis: {
      snapshotGeneration: 1,
      snapshotTakenAt: '',
      pricedAt: '',
      notes: [],
      settings: {
        pricesIncludeTax: true,
        taxAlgorithm: 'TOTAL_BASE_CALCULATION',
        taxAfterDiscount: true,
        discountIncludesTax: true,
      },
    },
    ...change,
  };
}

/** Two rates, a weight, a rule's discount, a long name; paid in cash. */
export function sampleSale(): CompletedSale {
  const sale = saleOf([
    grossLine({ name: 'Whole milk 1 l', unitPrice: '1.29', count: 2, percent: 7 }, 1),
    grossLine(
      {
        name: 'Mountain cheese, 12 months old, free of lactose',
        unitPrice: '24.90',
        count: 0.345,
        percent: 7,
        unit: 'kg',
      },
      2,
    ),
    grossLine({ name: 'Cheese knife', unitPrice: '18.00', percent: 19, discounts: { 'Autumn sale': '1.80' } }, 3),
  ]);
  return {
    ...sale,
    tenders: [{ kind: 'cash', amount: sale.totals.grandTotal, tendered: money('50.00') }],
    change: hundredths(money('50.00') - sale.totals.grandTotal),
  };
}

/** The same, by card, for a customer who is known, with a coupon. */
export function sampleCardSale(outcome: 'approved' | 'stored'): CompletedSale {
  const sale = sampleSale();
  return {
    ...sale,
    customer: { id: 7, groupId: 1, email: 'jane@example.com', name: 'Jane Doe' },
    coupon: 'AUTUMN',
    change: zero,
    tenders: [
      {
        kind: 'card',
        amount: sale.totals.grandTotal,
        card: {
          paymentId: '01890a5d-ac96-774b-bcce-b302099a8058',
          outcome,
          brand: 'Visa',
          maskedPan: '541333******4444',
          authorizationCode: outcome === 'approved' ? '123456' : null,
          terminalReference: 'T-0815',
          entryMode: 'contactless',
        },
      },
    ],
  };
}

/** The knife comes back, with its receipt, for cash. */
export function sampleReturn(): CompletedReturn {
  const {
    receiptNumber: soldAs,
    saleId,
    lines,
    version,
    terminalId: terminal,
    shiftId,
    cashier,
    stamp,
    currency,
  } = sampleSale();
  const returned = lines.slice(2).map((item) => ({ ...item, saleLine: 2, restock: true }));
  const { totals } = saleOf(returned);
  return {
    version,
    returnId: '01890a5d-ac96-774b-bcce-b302099a8059' as ReturnId,
    receiptNumber: receiptNumber(terminal, 43),
    terminalId: terminal,
    shiftId,
    cashier,
    stamp,
    currency,
    of: { saleId, receiptNumber: soldAs },
    customer: null,
    lines: returned,
    totals,
    refunds: [{ kind: 'cash', amount: totals.grandTotal }],
    reason: 'Damaged',
    approvedBy: 'Ben',
  };
}
