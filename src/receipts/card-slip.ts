import type { ReceiptDocument, ReceiptElement } from '../../drivers/printer/document.ts';
import type { CardReceipt } from '../register/sale.ts';
import { line } from './shop-print.ts';

/** What the card terminal would have printed for its customer; null: it prints itself, or gave nothing. */
export function customerSlip({ slip }: CardReceipt): ReceiptElement[] | null {
  return slip === undefined || slip.customer.length === 0 ? null : slip.customer.map(line);
}

/** The receipt with what the shop has to keep of its cards behind it, each on a paper of its own. */
export function withMerchantSlips(receipt: ReceiptDocument, cards: readonly CardReceipt[]): ReceiptDocument {
  const slips = cards.flatMap(({ slip }) => (slip === undefined || slip.merchant.length === 0 ? [] : [slip.merchant]));
  const papers = slips.flatMap((lines): ReceiptElement[] => [...lines.map(line), { kind: 'cut' }]);
  return { ...receipt, elements: [...receipt.elements, ...papers] };
}
