import type { z } from 'zod';
import { HoldfastError } from '../platform/errors.ts';
import type { Exchange } from './exchange.ts';
import { parkingDecision } from './parked-protocol.ts';
import type { QueueDetail } from './protocol.ts';

/** What the control socket needs to pass decisions on. */
export interface ParkedHandlers {
  /**
   * Undefined: there is no such document. `authority`: whose rules say who may; for `fleet` its controller has said so. Throws
   * `parked.…` and `queue.…`.
   */
  decideParked(
    idOrReceipt: string,
    decision: z.infer<typeof parkingDecision>,
    authority?: 'staff' | 'fleet',
  ): Promise<QueueDetail | undefined>;
}

/** The answer to a request below `/parked`; undefined: there is no such request. */
export async function answerParked(handlers: ParkedHandlers, exchange: Exchange): Promise<unknown> {
  const { request, rest } = exchange;
  if (request.method !== 'POST' || rest === '') return undefined;
  const name = decodeURIComponent(rest);
  const detail = await handlers.decideParked(name, await exchange.readBody(request, parkingDecision));
  if (detail !== undefined) return detail;
  throw new HoldfastError('control.not-found', `Nothing has the id or receipt number "${name}".`, { remedy: 'never' });
}
