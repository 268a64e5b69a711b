import type { JsonValue } from '../../platform/brand.ts';
import { isHoldfastError } from '../../platform/errors.ts';
import type { Lane, Reachability } from '../../sync/lane.ts';
import { Calls } from './calls.ts';
import { type DeliveryContext, deliverSale } from './deliver.ts';
import { describeProgress } from './plan.ts';
import { readProgress } from './progress.ts';

/**
 * The way that needs nothing installed in the shop: Magento's stock REST calls, by recipe C (cart, order, amended to the
 * figures sold, invoice, shipment). One sale's `deliver` must never run twice at the same time; the outbox sees to that.
 */
export function createHttpLane(context: DeliveryContext): Lane {
  return {
    name: 'http',
    recipe: 'stock REST, recipe C',
    deliver: (sale, progress, checkpoint, signal) => deliverSale(context, sale, progress, checkpoint, signal),
    describe,
    probe: (signal) => probe(context, signal),
  };
}

function describe(progress: JsonValue): string {
  try {
    return describeProgress(readProgress(progress));
  } catch (error) {
    if (isHoldfastError(error)) return error.message;
    throw error;
  }
}

/** Asks for an order that can't exist: one look into an index, with the permission that delivery needs. */
async function probe({ client, clock }: DeliveryContext, signal: AbortSignal): Promise<Reachability> {
  const calls = new Calls(client, clock, signal);
  const asked = await calls.list('search-orders', '/V1/orders', 'entity_id', 0, 'total_count');
  if (asked.ok) return { kind: 'reachable' };
  return { kind: 'unreachable', code: asked.verdict.code, answer: asked.verdict.words };
}
