import { z } from 'zod';
import { HoldfastError } from '../platform/errors.ts';
import { type CheckReport, readyFilter } from './checklist-protocol.ts';
import type { Exchange } from './exchange.ts';

export interface ChecklistHandlers {
  checklist(): Promise<CheckReport>;
  /** Throws `till.no-printer`, `till.not-printed`. */
  printChecklist(): Promise<CheckReport>;
  ready(hours: number): Promise<CheckReport>;
}

/** The answer to a request below `/checklist`; undefined: there is no such request. */
export async function answerChecklist(
  handlers: ChecklistHandlers,
  { request, url, rest }: Exchange,
): Promise<CheckReport | undefined> {
  const asked = `${request.method} ${rest}`;
  if (asked === 'GET ') return handlers.checklist();
  if (asked === 'POST print') return handlers.printChecklist();
  if (asked !== 'GET ready') return undefined;
  const read = readyFilter.safeParse(Object.fromEntries(url.searchParams));
  if (!read.success) throw new HoldfastError('control.bad-request', z.prettifyError(read.error), { remedy: 'never' });
  return handlers.ready(read.data.hours);
}
