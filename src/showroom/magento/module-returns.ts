import type { Call } from './api.ts';
import { saveCreditmemo } from './creditmemos.ts';
import { amount, stored } from './decimals.ts';
import { doubled } from './documents.ts';
import { type Json, numberOf, type Row, rowOf, rowsOf, textOf } from './json.ts';
import type { Order } from './ledger.ts';
import { invalid, postOnce, type Written } from './module-documents.ts';
import { checkSource, saleDocument } from './module-sales.ts';
import { goodsOf, ModuleStock } from './module-stock.ts';
import { stateOf, toRefund, visibleItems } from './order-state.ts';
import type { Shop } from './shop.ts';

const amounts = [
  'row_total',
  'row_total_incl_tax',
  'discount_amount',
  'tax_amount',
  'discount_tax_compensation_amount',
] as const;

/** `POST /V1/holdfast/returns`. */
export function postReturn({ shop, body }: Call): Json {
  const given = rowOf(body['return']);
  const problems = [
    ...['return_id', 'return_number', 'source_code'].filter((field) => textOf(given[field]) === ''),
    ...(rowsOf(given['lines']).length > 0 ? [] : ['lines']),
  ].map((field) => `no ${field}`);
  rowsOf(given['lines']).forEach((line, index) => {
    const back = numberOf(line['qty_to_stock']);
    if (back < 0 || back > numberOf(line['qty'])) problems.push(`lines[${index}].qty_to_stock must be 0..qty`);
  });
  if (problems.length > 0) throw invalid(`The return is not valid: ${problems.join('; ')}`);
  const [id, number] = [textOf(given['return_id']), textOf(given['return_number'])];
  return postOnce(shop, { kind: 'return', id, number, contents: given }, () => writeReturn(shop, given));
}

function writeReturn(shop: Shop, given: Row): Written {
  const sale = saleDocument(shop, 'sale', textOf(given['sale_id']), textOf(given['receipt_number']));
  const order = shop.order(sale.orderId);
  const sourceCode = textOf(given['source_code']);
  checkSource(shop, sourceCode);
  const parts = rowsOf(given['lines']).flatMap((line) => allocated(order, line));
  const items = parts.map(({ qty_to_stock: _toStock, ...item }) => item);
  const sum = (field: string): number => amount(items.reduce((total, item) => total + numberOf(item[field]), 0));
  const grandTotal = amount(
    sum('row_total') + sum('tax_amount') + sum('discount_tax_compensation_amount') - sum('discount_amount'),
  );
  const left = amount(numberOf(order.row['total_paid']) - numberOf(order.row['total_refunded']));
  if (grandTotal > left) throw invalid(`The return is not valid: it pays ${grandTotal} back, at most ${left} is left`);
  const stock = new ModuleStock(shop, sourceCode);
  const memo = saveCreditmemo(shop, {
    order_id: order.id,
    store_id: 1,
    increment_id: given['return_number'] ?? null,
    ...doubled({
      subtotal: sum('row_total'),
      subtotal_incl_tax: sum('row_total_incl_tax'),
      discount_amount: -sum('discount_amount') || 0,
      tax_amount: sum('tax_amount'),
      discount_tax_compensation_amount: sum('discount_tax_compensation_amount'),
      shipping_amount: 0,
      adjustment_positive: 0,
      adjustment_negative: 0,
      grand_total: grandTotal,
    }),
    items,
  });
  if (given['return_to_stock'] === true) takeBack(shop, stock, parts);
  return {
    orderId: order.id,
    answer: {
      return_id: given['return_id'] ?? null,
      order_id: order.id,
      creditmemo_id: memo['entity_id'] ?? null,
      increment_id: given['return_number'] ?? null,
      order_state: stateOf(order),
      grand_total: grandTotal,
      ...stock.answer(),
    },
  };
}

/** The order items that a line of the return belongs to, with their share of its amounts (`Model\Returns\Allocation`). */
function allocated(order: Order, line: Row): readonly Row[] {
  const sku = textOf(line['sku']);
  const wanted = numberOf(line['qty']);
  let open = wanted;
  const parts: [item: Row, quantity: number][] = [];
  for (const item of visibleItems(order)) {
    const part = item['sku'] === sku ? Math.min(toRefund(item), open) : 0;
    if (part <= 0) continue;
    parts.push([item, part]);
    open = stored(open - part);
  }
  if (open > 0) throw invalid(`${sku}: ${open} more than can be returned`);
  const rest = new Map(amounts.map((field) => [field, numberOf(line[field])]));
  let toStock = numberOf(line['qty_to_stock'], wanted);
  return parts.map(([item, quantity], index) => {
    const shares = amounts.map((field): [string, number] => {
      const left = rest.get(field) ?? 0;
      const share = index === parts.length - 1 ? left : amount((numberOf(line[field]) * quantity) / wanted);
      rest.set(field, amount(left - share));
      return [field, share];
    });
    const back = Math.min(quantity, toStock);
    toStock = stored(toStock - back);
    return {
      order_item_id: item['item_id'] ?? null,
      sku,
      name: item['name'] ?? null,
      qty: quantity,
      qty_to_stock: back,
      ...doubled(Object.fromEntries(shares)),
    };
  });
}

function takeBack(shop: Shop, stock: ModuleStock, parts: readonly Row[]): void {
  const back = new Map<string, number>();
  for (const part of parts) {
    const { sku, kind } = goodsOf(shop, textOf(part['sku']));
    const quantity = numberOf(part['qty_to_stock']);
    if (kind !== 'text' && quantity > 0) back.set(sku, (back.get(sku) ?? 0) - quantity);
  }
  stock.addMissing([...back.keys()].filter((sku) => goodsOf(shop, sku).kind !== 'deleted'));
  stock.deduct(back);
}
