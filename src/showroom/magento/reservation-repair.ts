import { websiteStock } from './inventory.ts';
import { numberOf, type Row, rowOf, textOf } from './json.ts';
import type { Order } from './ledger.ts';
import { stateOf } from './order-state.ts';
import type { Shop } from './shop.ts';

/**
 * `bin/magento inventory:reservation:list-inconsistencies -r | bin/magento inventory:reservation:create-compensations`: gives
 * every order the reservations that its state asks for (e20…e22). Answers how many were written.
 */
export function repairReservations(shop: Shop): number {
  let written = 0;
  for (const order of shop.ledger.orders) {
    const number = textOf(order.row['increment_id']);
    const reserved = new Map<string, number>();
    for (const { sku, quantity, metadata } of shop.ledger.reservations) {
      if (rowOf(JSON.parse(metadata))['object_increment_id'] !== number) continue;
      reserved.set(sku, (reserved.get(sku) ?? 0) + quantity);
    }
    for (const [sku, open] of openQuantities(order)) reserved.set(sku, (reserved.get(sku) ?? 0) + open);
    for (const [sku, tooMuch] of reserved) {
      if (Math.abs(tooMuch) < 0.0001) continue;
      const metadata = JSON.stringify({
        event_type: 'manual_compensation',
        object_type: 'order',
        object_id: String(order.id),
        object_increment_id: number,
      });
      shop.ledger.reservations.push({
        id: shop.next('reservation'),
        stockId: websiteStock(shop),
        sku,
        quantity: -tooMuch,
        metadata,
      });
      written += 1;
    }
  }
  return written;
}

/** What an order still holds back of each SKU. */
function openQuantities(order: Order): ReadonlyMap<string, number> {
  const open = new Map<string, number>();
  if (['complete', 'closed', 'canceled'].includes(stateOf(order))) return open;
  for (const item of order.items) {
    if (['configurable', 'bundle', 'grouped'].includes(textOf(item['product_type']))) continue;
    const sku = textOf(item['sku']);
    open.set(sku, (open.get(sku) ?? 0) + Math.max(0, stillOpen(item)));
  }
  return open;
}

function stillOpen(item: Row): number {
  const done = numberOf(item['is_virtual']) === 1 ? 'qty_invoiced' : 'qty_shipped';
  return numberOf(item['qty_ordered']) - numberOf(item['qty_canceled']) - numberOf(item[done]);
}
