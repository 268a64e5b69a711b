/** How a date is written. */
export type DateForm = 'DD.MM.YYYY' | 'DD/MM/YYYY' | 'MM/DD/YYYY' | 'YYYY-MM-DD';

export const dateForms: readonly DateForm[] = ['DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYY-MM-DD'];

/** Every word printed on paper, in one language. Plain data, so that a language can come from a file (src/languages). */
export interface ReceiptWords {
  readonly date: DateForm;
  readonly receipt: string;
  readonly cashier: string;
  readonly terminal: string;
  readonly customer: string;
  readonly coupon: string;
  readonly taxNumber: string;
  readonly copy: string;
  readonly subtotalNet: string;
  readonly discount: string;
  readonly tax: string;
  readonly total: string;
  readonly cashGiven: string;
  readonly change: string;
  /** What cash could not pay because no coin is so small. */
  readonly rounding: string;
  /** Goods brought back, settled against the new ones. */
  readonly exchange: string;
  readonly serialNumber: string;
  readonly card: string;
  readonly authorization: string;
  readonly reference: string;
  readonly contactless: string;
  readonly chip: string;
  readonly 'magnetic-stripe': string;
  readonly keyed: string;
  readonly provisional: string;
  readonly offline: string;
  readonly rate: string;
  readonly net: string;
  readonly gross: string;
  readonly reportX: string;
  readonly reportZ: string;
  readonly shift: string;
  readonly opened: string;
  readonly printed: string;
  readonly closed: string;
  readonly sales: string;
  readonly cashSales: string;
  readonly cardSales: string;
  readonly turnover: string;
  readonly float: string;
  readonly paidIn: string;
  readonly paidOut: string;
  readonly expected: string;
  readonly counted: string;
  readonly notCounted: string;
  readonly difference: string;
  readonly saved: string;
  readonly voucher: string;
  readonly toPay: string;
  readonly provisionalConfirmed: string;
  readonly provisionalDeclined: string;
  readonly training: string;
  readonly trainingNote: string;
  readonly gift: string;
  readonly giftNote: string;
  readonly returned: string;
  readonly returnOf: string;
  readonly withoutReceipt: string;
  readonly refund: string;
  /** Goods brought back, settled against new ones. */
  readonly exchanged: string;
  readonly refundCash: string;
  readonly refundCard: string;
  readonly refundVoucher: string;
  readonly reason: string;
  readonly approvedBy: string;
  readonly signature: string;
  readonly returns: string;
  readonly cashRefunds: string;
  readonly cardRefunds: string;
  /** Sales and returns that Magento does not have yet, on a shift's report. */
  readonly notInMagento: string;
  readonly email: string;
  readonly checklist: string;
  readonly checkOk: string;
  readonly checkAttention: string;
  readonly checkFail: string;
}
