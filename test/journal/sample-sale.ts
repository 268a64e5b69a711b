import { hundredths, type Money, subtract } from '../../src/money/money.ts';
import { quantity } from '../../src/money/quantity.ts';
import { type BootId, instant, type Monotonic, type Stamp } from '../../src/platform/clock.ts';
import { receiptNumber, type SaleId, type ShiftId, sku, type TerminalId, terminalId } from '../../src/platform/ids.ts';
import type { CompletedSale, SaleLine, Tender } from '../../src/register/sale.ts';

export const sampleTerminal: TerminalId = terminalId('K1');
export const sampleShift = '01900000-0000-7000-8000-0000000000aa' as ShiftId;

export interface SampleSale {
  /** Counter of the receipt number. Also makes the sale's id, unless given. */
  readonly counter: number;
  readonly terminal?: TerminalId;
  readonly saleId?: SaleId;
  readonly shiftId?: ShiftId;
  /** Units sold of the one product, 11.90 each incl. 19 % tax. Default 1. */
  readonly quantity?: number;
  /** Paid so; default cash, exact. */
  readonly pay?: 'cash' | 'card';
  /** Cash handed over, if more than needed. */
  readonly tendered?: Money;
  readonly change?: Partial<CompletedSale>;
}

/** A valid completed sale of a shop that sells for 10.00 net + 1.90 tax; consistent to the cent, made the same every time. */
export function sampleSale(wish: SampleSale): CompletedSale {
  const terminal = wish.terminal ?? sampleTerminal;
  const count = quantity(wish.quantity ?? 1);
  const net = hundredths(Math.round(1000 * count));
  const tax = hundredths(Math.round(190 * count));
  const total = hundredths(net + tax);
  const taxes = [{ code: 'DE-19', percent: 19, base: net, amount: tax }];
  const line: SaleLine = {
    lineId: 1,
    sku: sku('24-MB01'),
    productId: 1,
    type: 'simple',
    name: 'Joust Duffle Bag',
    variant: null,
    configurableOptions: [],
    bundleSelections: [],
    unit: null,
    barcode: '4006381333931',
    quantity: count,
    price: hundredths(1000),
    priceInclTax: hundredths(1190),
    rowTotal: net,
    rowTotalInclTax: total,
    discount: hundredths(0),
    discountPercent: 0,
    tax,
    taxPercent: 19,
    taxes,
    taxCompensation: hundredths(0),
    appliedRuleIds: [],
    discounts: [],
    basis: {
      chosen: 'regular',
      candidates: [{ kind: 'regular', price: 10, note: 'regular price' }],
      unitPrice: 10,
    },
    children: [],
  };
  const tendered = wish.tendered ?? total;
  const tender: Tender =
    wish.pay === 'card'
      ? {
          kind: 'card',
          amount: total,
          card: {
            paymentId: samplePaymentId(wish.counter),
            outcome: 'approved',
            brand: 'Visa',
            maskedPan: '541333******4444',
            authorizationCode: '123456',
            terminalReference: 'T-1',
            entryMode: 'contactless',
          },
        }
      : { kind: 'cash', amount: total, tendered };
  return {
    version: 1,
    saleId: wish.saleId ?? sampleSaleId(wish.counter),
    receiptNumber: receiptNumber(terminal, wish.counter),
    terminalId: terminal,
    shiftId: wish.shiftId ?? sampleShift,
    cashier: 'Ada',
    stamp: sampleStamp(wish.counter),
    currency: 'EUR',
    customer: null,
    coupon: null,
    lines: [line],
    totals: {
      subtotal: net,
      subtotalInclTax: total,
      discount: hundredths(0),
      tax,
      taxCompensation: hundredths(0),
      grandTotal: total,
      taxes,
      discounts: [],
      appliedRuleIds: [],
      couponAccepted: null,
      uncertainties: [],
    },
    tenders: [tender],
    change: wish.pay === 'card' ? hundredths(0) : subtract(tendered, total),
    basis: {
      snapshotGeneration: 1,
      snapshotTakenAt: '2026-11-23T07:00:00.000Z',
      settings: {
        pricesIncludeTax: true,
        taxAlgorithm: 'TOTAL_BASE_CALCULATION',
        taxAfterDiscount: true,
        discountIncludesTax: true,
      },
      pricedAt: '2026-11-23T08:00:00.000Z',
      notes: [],
    },
    ...wish.change,
  };
}

/** A UUIDv7 that depends on `counter` only. */
export function sampleSaleId(counter: number): SaleId {
  return `01900000-0000-7000-8000-${counter.toString(16).padStart(12, '0')}` as SaleId;
}

function samplePaymentId(counter: number): string {
  return `01900000-0001-7000-8000-${counter.toString(16).padStart(12, '0')}`;
}

/** One sale a minute from 2026-11-23T08:00:00Z on. */
export function sampleStamp(counter: number): Stamp {
  return {
    at: instant(Date.UTC(2026, 10, 23, 8, counter)),
    zone: 'Europe/Berlin',
    monotonic: (counter * 60_000) as Monotonic,
    bootId: '00000000-0000-4000-8000-000000000001' as BootId,
    trusted: true,
  };
}

export const [sampleLine] = sampleSale({ counter: 1 }).lines as [SaleLine]; // it sells one
