import { z } from 'zod';
import { HoldfastError } from '../platform/errors.ts';
import type { Exchange } from './exchange.ts';
import type { ControlHandlers } from './handlers.ts';
import {
  type PaymentDetail,
  type PaymentEntry,
  type PaymentsStatus,
  paymentsFilter,
  resolveRequest,
} from './payments-protocol.ts';

/** What the control socket needs to answer about cards. */
export interface PaymentHandlers {
  paymentsStatus(): PaymentsStatus;
  payments(filter: { readonly open: boolean; readonly limit: number }): Promise<readonly PaymentEntry[]>;
  /** By payment id, or all of a receipt; empty: none. */
  payment(idOrReceipt: string): readonly PaymentDetail[];
  /** One round, now. */
  forwardPayments(signal: AbortSignal): Promise<PaymentsStatus>;
  /** Undefined when there is no such payment. Throws `payments.not-to-resolve`. */
  resolvePayment(paymentId: string, request: z.infer<typeof resolveRequest>): Promise<PaymentDetail | undefined>;
}

/** The answer to a request below `/payments`; undefined: there is no such request. */
export async function answerPayments(handlers: ControlHandlers, exchange: Exchange): Promise<unknown> {
  const { request, response, url, rest } = exchange;
  const route = `${request.method} ${rest}`;
  if (route === 'GET status') return handlers.paymentsStatus();
  if (route === 'POST forward') return handlers.forwardPayments(exchange.goneOf(response));
  if (route === 'GET ') {
    const read = paymentsFilter.safeParse(Object.fromEntries(url.searchParams));
    if (!read.success) throw new HoldfastError('control.bad-request', z.prettifyError(read.error), { remedy: 'never' });
    return handlers.payments(read.data);
  }
  if (request.method === 'GET') {
    const name = decodeURIComponent(rest);
    const found = handlers.payment(name);
    if (found.length === 0) throw noSuchPayment(name);
    return found;
  }
  if (request.method === 'POST' && rest.endsWith('/resolve')) {
    const name = decodeURIComponent(rest.slice(0, -'/resolve'.length));
    const detail = await handlers.resolvePayment(name, await exchange.readBody(request, resolveRequest));
    if (detail === undefined) throw noSuchPayment(name);
    return detail;
  }
  return undefined;
}

const noSuchPayment = (name: string): HoldfastError =>
  new HoldfastError('control.not-found', `No card payment with the id or receipt number "${name}".`, {
    remedy: 'never',
  });
