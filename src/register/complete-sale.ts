import type { Stamp } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { ReceiptNumber, ShiftId, TerminalId } from '../platform/ids.ts';
import type { OpenLine, OpenSale, PaidSale } from './open-sale.ts';
import { changeOf, totalsOf } from './open-sale.ts';
import type { CompletedSale, SaleLine } from './sale.ts';
import { mergeCash } from './tendering.ts';

/** What only the terminal knows of a sale. */
export interface SaleIdentity {
  readonly receiptNumber: ReceiptNumber;
  readonly terminalId: TerminalId;
  readonly shiftId: ShiftId;
  readonly cashier: string;
  readonly stamp: Stamp;
  /** ISO 4217. */
  readonly currency: string;
}

/** The record of a paid sale. Throws `register.totals-incomplete` when the totals lack a line (a programming error). */
export function completeSale({ sale, tenders }: PaidSale, identity: SaleIdentity): CompletedSale {
  const { lines: _, ...totals } = sale.totals;
  return {
    version: 1,
    saleId: sale.saleId,
    ...identity,
    customer: sale.customer,
    coupon: sale.totals.couponAccepted,
    lines: sale.lines.map((line) => saleLine(sale, line)),
    totals,
    ...(sale.reductions?.length ? { reductions: sale.reductions } : {}),
    tenders: mergeCash(tenders),
    change: changeOf(tenders),
    basis: sale.basis,
  };
}

/** One line with its figures. Throws as {@link completeSale}. */
export function saleLine(sale: OpenSale, { lineId, item, price, serialNumber, depositOf }: OpenLine): SaleLine {
  const figures = totalsOf(sale, lineId);
  if (!figures) {
    throw new HoldfastError('register.totals-incomplete', `No totals for line ${lineId} (${item.sku})`, {
      remedy: 'never',
    });
  }
  return {
    ...figures,
    name: item.name,
    variant: item.variant,
    configurableOptions: item.configurableOptions,
    bundleSelections: item.bundleSelections,
    unit: null,
    barcode: item.barcode,
    ...(price === undefined ? {} : { openPrice: price }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(depositOf === undefined ? {} : { depositOf }),
  };
}
