import type { Call } from './api.ts';
import { createInvoice } from './documents.ts';
import { type Json, type Row, rowOf, rowsOf, textOf, withoutNulls } from './json.ts';
import { invalid, postOnce, type Written } from './module-documents.ts';
import { saleDocument } from './module-sales.ts';
import { ModuleStock } from './module-stock.ts';
import { canInvoice, holdOrder, stateOf, toInvoice, unholdOrder, visibleItems } from './order-state.ts';
import { addHistory } from './orders.ts';
import type { Shop } from './shop.ts';

const paid: readonly string[] = ['approved', 'settled'];
const outcomes: readonly string[] = [...paid, 'declined', 'expired', 'reversed', 'chargeback'];

/** `POST /V1/holdfast/payments/outcome`. */
export function postPaymentOutcome({ shop, body }: Call): Json {
  const given = rowOf(body['outcome']);
  const [sale, reference, outcome] = ['sale_id', 'payment_reference', 'outcome'].map((field) => textOf(given[field]));
  if (!outcomes.includes(outcome ?? '')) {
    throw invalid(`The outcome is not valid: outcome must be one of ${outcomes.join(', ')}`);
  }
  const id = textOf(given['outcome_id']) || `${sale} ${outcome} ${reference}`;
  const document = { kind: 'outcome', id, number: null, contents: given } as const;
  return withoutNulls(postOnce(shop, document, () => writeOutcome(shop, given)));
}

function writeOutcome(shop: Shop, given: Row): Written {
  const sale = saleDocument(shop, 'sale_id', textOf(given['sale_id']));
  const order = shop.order(sale.orderId);
  const reference = textOf(given['payment_reference']);
  const outcome = textOf(given['outcome']);
  const tenders = rowsOf(sale.contents['tenders']);
  if (!tenders.some((tender) => tender['reference'] === reference && reference !== '')) {
    throw invalid(`The outcome is not valid: sale ${sale.id} has no payment ${reference}`);
  }
  const latest = new Map(
    shop.ledger.tillDocuments
      .filter(({ kind, orderId }) => kind === 'outcome' && orderId === order.id)
      .map(({ contents }) => [contents['payment_reference'], textOf(contents['outcome'])]),
  ).set(reference, outcome);
  const settled = tenders
    .filter((tender) => tender['provisional'] === true)
    .every((tender) => paid.includes(latest.get(tender['reference']) ?? ''));
  const hold = given['hold'] ?? !paid.includes(outcome);
  if (settled && stateOf(order) === 'holded') unholdOrder(shop, order);
  else if (hold === true && ['new', 'processing'].includes(stateOf(order))) holdOrder(shop, order);
  const comment = `Payment ${reference} ${outcome} ${textOf(given['message'])}`.trim();
  addHistory(shop, order, { comment, entity_name: 'order' });
  const stock = new ModuleStock(shop, textOf(sale.contents['source_code']));
  const open = new Map(visibleItems(order).map((item) => [item, toInvoice(item)]));
  const invoiceId = settled && canInvoice(order) ? createInvoice(shop, order, open, stock.books).id : null;
  return {
    orderId: order.id,
    answer: {
      sale_id: given['sale_id'] ?? null,
      state: stateOf(order),
      status: order.row['status'] ?? null,
      invoice_id: invoiceId,
    },
  };
}
