import { z } from 'zod';
import type { ForwardStatus } from '../../drivers/payment-terminal/payment-terminal.ts';
import { decimal } from '../money/money.ts';
import { instant } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { HttpTransport } from '../platform/http-transport.ts';
import type { Acquirer, AcquirerReport, ForwardedPayment, OutcomesPage, SealedBlob } from './acquirer.ts';

/**
 * The protocol of the showroom's acquirer, ours: JSON over HTTP.
 *
 * - `PUT /payments/{payment id}` hands over a payment taken without network; however often, it is one payment. Answer:
 *   {@link statusAnswer}
 * - `GET /payments/{payment id}` how it stands; 404: not known
 * - `GET /events?after=3` what happened since the third event, oldest first; {@link eventsAnswer}
 */
export const forwardRequest = z.strictObject({
  amount: z.string().regex(/^\d{1,9}\.\d{2}$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
  reference: z.string().max(80),
  takenAt: z.iso.datetime(),
  /** Base64 of what was sealed to its key; null: the terminal has uploaded it. */
  blob: z.base64().max(100_000).nullable(),
});

export const statusAnswer = z.object({
  status: z.enum(['forwarded', 'approved', 'declined']),
  psp: z.string().max(40).nullable(),
  authorizationCode: z.string().max(12).nullable(),
  reason: z.string().max(80),
});

export const eventsAnswer = z.object({
  events: z.array(
    z.object({
      number: z.int(),
      eventId: z.string().min(1).max(80),
      paymentId: z.string().min(1).max(80),
      psp: z.string().max(40),
      kind: z.enum(['approved', 'declined', 'charged-back', 'reversed']),
      at: z.iso.datetime(),
      reason: z.string().max(80),
    }),
  ),
});

type AcquirerEvent = z.infer<typeof eventsAnswer>['events'][number];

const longestAnswer = 1_000_000;

/** Speaks to the showroom's acquirer. */
export function createSimulatedAcquirer(baseUrl: string, transport: HttpTransport): Acquirer {
  async function ask(
    method: 'GET' | 'PUT',
    path: string,
    signal: AbortSignal,
    body: unknown = null,
  ): Promise<{ readonly status: number; readonly body: unknown } | { readonly reason: string }> {
    const result = await transport.exchange({
      method,
      url: `${baseUrl}${path}`,
      headers: body === null ? {} : { 'content-type': 'application/json' },
      body: body === null ? null : JSON.stringify(body),
      maximumAnswer: longestAnswer,
      signal,
    });
    if (result.kind === 'failed') return { reason: `the acquirer can’t be reached: ${result.code}` };
    if (result.status >= 500) return { reason: `the acquirer answers ${result.status}` };
    try {
      return { status: result.status, body: JSON.parse(result.body) };
    } catch (error) {
      return { reason: `the acquirer’s answer makes no sense: ${messageOf(error)}` };
    }
  }

  async function standing(
    method: 'GET' | 'PUT',
    paymentId: string,
    signal: AbortSignal,
    body: unknown = null,
  ): Promise<ForwardStatus> {
    const answer = await ask(method, `/payments/${paymentId}`, signal, body);
    if ('reason' in answer) return { kind: 'unreachable', reason: answer.reason };
    if (answer.status === 404) return { kind: 'not-found' };
    const read = statusAnswer.safeParse(answer.body);
    if (answer.status !== 200 || !read.success) {
      return { kind: 'unreachable', reason: `the acquirer’s answer makes no sense (${answer.status})` };
    }
    const { status, psp, authorizationCode, reason } = read.data;
    if (status === 'declined') return { kind: status, reason };
    return status === 'forwarded' ? { kind: status, psp } : { kind: status, psp, authorizationCode };
  }

  return {
    name: 'simulated',
    forward: (payment: ForwardedPayment, blob: SealedBlob | null, signal) =>
      standing('PUT', payment.paymentId, signal, {
        amount: decimal(payment.amount),
        currency: payment.currency,
        reference: payment.references.merchant ?? '',
        takenAt: new Date(payment.takenAt).toISOString(),
        blob: blob === null ? null : Buffer.from(blob).toString('base64'),
      } satisfies z.infer<typeof forwardRequest>),
    lookUp: (payment, signal) => standing('GET', payment.paymentId, signal),
    async outcomesSince(cursor, signal): Promise<OutcomesPage> {
      const answer = await ask('GET', `/events?after=${cursor ?? '0'}`, signal);
      if ('reason' in answer) return { kind: 'unreachable', reason: answer.reason };
      const read = eventsAnswer.safeParse(answer.body);
      if (!read.success) return { kind: 'unreachable', reason: 'the acquirer’s list of events makes no sense' };
      const { events } = read.data;
      const last = events.at(-1)?.number;
      return {
        kind: 'page',
        reports: events.map(reportOf),
        cursor: last === undefined ? (cursor ?? '0') : String(last),
        more: events.length > 0,
      };
    },
  };
}

function reportOf({ eventId, paymentId, psp, kind, at, reason }: AcquirerEvent): AcquirerReport {
  const when = { at: instant(at), eventId };
  return { acquirer: 'simulated', about: { paymentId, psp }, event: laterEvent() };

  function laterEvent(): AcquirerReport['event'] {
    switch (kind) {
      case 'approved':
        return { kind: 'issuer-approved', psp, authorizationCode: null, ...when };
      case 'declined':
        return { kind: 'issuer-declined', reason, ...when };
      case 'charged-back':
      case 'reversed':
        return { kind, reason, ...when };
    }
  }
}
