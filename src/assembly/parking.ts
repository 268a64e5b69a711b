import { z } from 'zod';
import type { TerminalConfig } from '../config/schema.ts';
import type { LiveJournal } from '../journal/live-journal.ts';
import type { MagentoClient } from '../magento/client/outcome.ts';
import type { SearchFilter } from '../magento/client/search-criteria.ts';
import { Calls } from '../magento/delivery/calls.ts';
import { money } from '../money/money.ts';
import type { Clock } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import { sku } from '../platform/ids.ts';
import type { CaseDesk } from '../reconciliation/case-desk.ts';
import { type OrderSeen, ParkingDesk } from '../reconciliation/parking-desk.ts';
import type { Catalogue } from '../snapshot/catalogue.ts';
import type { Outbox } from '../sync/outbox-port.ts';

export interface ParkingParts {
  readonly config: TerminalConfig;
  readonly journal: LiveJournal;
  readonly outbox: Outbox;
  readonly cases: CaseDesk;
  readonly catalogue: Catalogue;
  readonly client: MagentoClient;
  readonly clock: Clock;
  readonly end: AbortSignal;
}

/** The parking desk of a terminal, which looks orders up in its shop. */
export function createParkingDesk(parts: ParkingParts): ParkingDesk {
  const { config, journal, outbox, cases, catalogue, client, clock, end } = parts;
  return new ParkingDesk({
    journal,
    deliveries: outbox,
    cases,
    order: (number) => orderByNumber(new Calls(client, clock, end), number),
    ordersOf: (receiptNumber) => ordersOfReceipt(new Calls(client, clock, end), receiptNumber),
    knowsArticle: (code) => catalogue.bySku(sku(code)) !== undefined,
    may: (by) => mayDecide(config, by),
  });
}

/** Where the staff is known, those who may use the service menu; else whoever may ask the terminal at all. */
export function mayDecide({ staff }: TerminalConfig, by: string): boolean {
  if (staff.members.length === 0) return true;
  return staff.members.some(({ name, supervisor, may }) => name === by && (supervisor || may.includes('service')));
}

const orders = z.object({
  items: z.array(
    z.object({
      increment_id: z.string(),
      grand_total: z.number(),
      ext_order_id: z.string().nullish(),
      state: z.string().nullish(),
    }),
  ),
});

async function orderByNumber(calls: Calls, number: string): Promise<OrderSeen | null> {
  const [found] = await ordersWhere(calls, [{ field: 'increment_id', condition: 'eq', value: number }]);
  return found ?? null;
}

/** By the receipt number that the stock recipes and the module leave in an order; cancelled ones count for nothing. */
function ordersOfReceipt(calls: Calls, receiptNumber: string): Promise<readonly OrderSeen[]> {
  const own = { field: 'ext_order_id', or: ['increment_id'], condition: 'eq', value: receiptNumber } as const;
  return ordersWhere(calls, [own, { field: 'state', condition: 'neq', value: 'canceled' }]);
}

async function ordersWhere(calls: Calls, filters: readonly SearchFilter[]): Promise<readonly OrderSeen[]> {
  const fields = 'items[increment_id,grand_total,ext_order_id,state]';
  const asked = await calls.search('search-orders', '/V1/orders', filters, fields);
  if (!asked.ok) {
    throw new HoldfastError('shop.unreachable', `Orders can’t be looked up: ${asked.verdict.words}`, {
      remedy: 'retry',
      hint: 'Try again once the shop can be reached.',
    });
  }
  return orders.parse(asked.body).items.map(({ increment_id, grand_total, ext_order_id }) => ({
    orderNumber: increment_id,
    total: money(grand_total),
    receiptNumber: ext_order_id ?? null,
  }));
}
