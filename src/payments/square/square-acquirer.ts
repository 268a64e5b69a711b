import { z } from 'zod';
import type { ForwardStatus } from '../../../drivers/payment-terminal/payment-terminal.ts';
import { type Clock, type Instant, instant, seconds } from '../../platform/clock.ts';
import type { Acquirer, AcquirerReport, ForwardedPayment, OutcomesPage } from '../acquirer.ts';
import type { SquareApi } from './square-api.ts';

const answerWithin = seconds(20);

const paymentSchema = z.object({
  id: z.string().min(1).max(100),
  status: z.enum(['APPROVED', 'PENDING', 'COMPLETED', 'CANCELED', 'FAILED']),
  reference_id: z.string().max(100).nullish(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  card_details: z.object({ auth_result_code: z.string().max(12).nullish() }).nullish(),
});
type SquarePayment = z.infer<typeof paymentSchema>;
const paymentAnswer = z.object({ payment: paymentSchema });
const paymentsAnswer = z.object({ payments: z.array(paymentSchema).nullish(), cursor: z.string().nullish() });

export interface SquareAcquirerOptions {
  readonly api: SquareApi;
  readonly clock: Pick<Clock, 'now'>;
  readonly locationId: string;
}

/**
 * Square's word on payments, over its Payments API. A till can't hand Square a card that was taken offline: only Square's own app
 * and terminals can, and they upload by themselves. So forwarding is looking up: our key is the payment's `reference_id`.
 */
export function createSquareAcquirer({ api, clock, locationId }: SquareAcquirerOptions): Acquirer {
  const get = (path: string, query: URLSearchParams) =>
    api.request('GET', `${path}${query.size === 0 ? '' : `?${query}`}`, undefined, answerWithin);

  async function lookUp(payment: ForwardedPayment, signal: AbortSignal): Promise<ForwardStatus> {
    const { psp } = payment.references;
    if (psp !== null) {
      const reply = await get(`/v2/payments/${encodeURIComponent(psp)}`, new URLSearchParams());
      if (reply.kind === 'refused' && reply.code === 'NOT_FOUND') return { kind: 'not-found' };
      if (reply.kind !== 'answer') return { kind: 'unreachable', reason: reply.words };
      const read = paymentAnswer.safeParse(reply.body);
      return read.success ? statusOf(read.data.payment) : notUnderstood;
    }
    const query = new URLSearchParams({
      location_id: locationId,
      begin_time: new Date(payment.takenAt - margin).toISOString(),
      end_time: new Date(clock.now() + margin).toISOString(),
    });
    for (;;) {
      signal.throwIfAborted();
      const page = await paymentsPage(query);
      if ('kind' in page) return page;
      const found = page.payments.find(({ reference_id: reference }) => reference === payment.paymentId);
      if (found !== undefined) return statusOf(found);
      if (page.cursor === null) return { kind: 'not-found' };
      query.set('cursor', page.cursor);
    }
  }

  async function paymentsPage(
    query: URLSearchParams,
  ): Promise<{ readonly payments: readonly SquarePayment[]; readonly cursor: string | null } | Unreachable> {
    const reply = await get('/v2/payments', query);
    if (reply.kind !== 'answer') return { kind: 'unreachable', reason: reply.words };
    const read = paymentsAnswer.safeParse(reply.body);
    if (!read.success) return notUnderstood;
    return { payments: read.data.payments ?? [], cursor: read.data.cursor ?? null };
  }

  return {
    name: 'square',
    forward: (payment, _blob, signal) => guarded(() => lookUp(payment, signal)),
    lookUp: (payment, signal) => guarded(() => lookUp(payment, signal)),
    /** `cursor`: the moment from which payments are listed, and Square's own cursor within the list. */
    async outcomesSince(cursor, signal): Promise<OutcomesPage> {
      const [since = '', inner = ''] = (cursor ?? '').split(' ');
      const from = since === '' ? new Date(clock.now() - firstLookBack).toISOString() : since;
      const query = new URLSearchParams({ location_id: locationId, begin_time: from, sort_order: 'ASC' });
      if (inner !== '') query.set('cursor', inner);
      if (signal.aborted) return { kind: 'unreachable', reason: 'stopped' };
      const page = await paymentsPage(query);
      if ('kind' in page) return page;
      const reports = page.payments.flatMap((payment) => reportOf(payment, clock.now()));
      if (page.cursor !== null) return { kind: 'page', reports, cursor: `${from} ${page.cursor}`, more: true };
      // Payments change their status after they were made, so that the last days are looked through again and again.
      const next = new Date(Math.max(Date.parse(from), clock.now() - firstLookBack)).toISOString();
      return { kind: 'page', reports, cursor: next, more: false };
    },
  };
}

type Unreachable = Extract<ForwardStatus, { kind: 'unreachable' }>;
const notUnderstood: Unreachable = { kind: 'unreachable', reason: 'Square’s answer was not understood' };

/** A till's clock may be off. */
const margin = 12 * 60 * 60 * 1000;
/** Square processes offline payments within 72 hours at most. */
const firstLookBack = 4 * 24 * 60 * 60 * 1000;

function statusOf({ id, status, card_details: details }: SquarePayment): ForwardStatus {
  switch (status) {
    case 'APPROVED':
    case 'COMPLETED':
      return { kind: 'approved', psp: id, authorizationCode: details?.auth_result_code ?? null };
    case 'PENDING':
      return { kind: 'forwarded', psp: id };
    case 'CANCELED':
      return { kind: 'declined', reason: 'cancelled at Square' };
    case 'FAILED':
      return { kind: 'declined', reason: 'declined' };
  }
}

/** Only payments with a key of ours are a till's. */
function reportOf(payment: SquarePayment, now: Instant): readonly AcquirerReport[] {
  const { id, status, reference_id: reference } = payment;
  if (!reference || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(reference)) return [];
  const standing = statusOf(payment);
  const at = momentOf(payment.updated_at ?? payment.created_at, now);
  const common = { at, eventId: `square:${id}:${status}` };
  const about = { paymentId: reference, psp: id };
  switch (standing.kind) {
    case 'approved': {
      const { authorizationCode } = standing;
      return [{ acquirer: 'square', about, event: { ...common, kind: 'issuer-approved', psp: id, authorizationCode } }];
    }
    case 'forwarded':
      return [{ acquirer: 'square', about, event: { ...common, kind: 'forwarded', psp: id } }];
    case 'declined':
      return [{ acquirer: 'square', about, event: { ...common, kind: 'issuer-declined', reason: standing.reason } }];
    default:
      return [];
  }
}

function momentOf(text: string | null | undefined, otherwise: Instant): Instant {
  try {
    return text ? instant(text) : otherwise;
  } catch {
    return otherwise;
  }
}

async function guarded(ask: () => Promise<ForwardStatus>): Promise<ForwardStatus> {
  try {
    return await ask();
  } catch (error) {
    return { kind: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
  }
}
