import { z } from 'zod';
import { HoldfastError } from '../platform/errors.ts';
import { type CaseDetail, type CaseEntry, casesFilter, caseWish } from './cases-protocol.ts';
import type { Exchange } from './exchange.ts';

/** What the control socket needs to answer about cases. */
export interface CaseHandlers {
  cases(filter: { readonly all: boolean; readonly limit: number }): Promise<readonly CaseEntry[]>;
  /** Undefined: there is none. */
  case(caseId: string): CaseDetail | undefined;
  /** Throws `case.unknown`, `case.closed`, `case.not-closed`, `case.wrong-outcome`, `case.no-words`. */
  actOnCase(caseId: string, wish: z.infer<typeof caseWish>): Promise<CaseDetail>;
}

/** The answer to a request below `/cases`; undefined: there is no such request. */
export async function answerCases(handlers: CaseHandlers, exchange: Exchange): Promise<unknown> {
  const { request, url, rest } = exchange;
  if (request.method === 'GET' && rest === '') {
    const read = casesFilter.safeParse(Object.fromEntries(url.searchParams));
    if (!read.success) throw new HoldfastError('control.bad-request', z.prettifyError(read.error), { remedy: 'never' });
    return handlers.cases(read.data);
  }
  const id = decodeURIComponent(rest);
  if (request.method === 'GET') {
    const found = handlers.case(id);
    if (found === undefined) {
      throw new HoldfastError('control.not-found', `There is no case ${id}`, { remedy: 'never' });
    }
    return found;
  }
  if (request.method === 'POST' && rest !== '') {
    return handlers.actOnCase(id, await exchange.readBody(request, caseWish));
  }
  return undefined;
}
