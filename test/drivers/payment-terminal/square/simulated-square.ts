import type { HttpRequest, HttpResult, HttpTransport } from '../../../../src/platform/http-transport.ts';
import type { ManualClock } from '../../../tools/manual-clock.ts';

interface Checkout {
  id: string;
  created_at: string;
  status: 'PENDING' | 'IN_PROGRESS' | 'CANCELED' | 'COMPLETED';
  reference_id: string;
  amount_money: { amount: number; currency: string };
  cancel_reason?: string;
  payment_ids?: string[];
}

interface Payment {
  id: string;
  created_at: string;
  status: string;
  total_money: { amount: number; currency: string };
  reference_id: string;
  card_details: object;
}

/** What the till's requests hold, as far as it is looked at here. */
interface Wish {
  readonly idempotency_key?: string;
  readonly checkout?: Pick<Checkout, 'reference_id' | 'amount_money'>;
  readonly query?: { readonly filter: { readonly created_at: { readonly start_at: string; readonly end_at: string } } };
  readonly cursor?: string;
  readonly payment_id?: string;
  readonly reason?: string;
}

/**
 * Square's side as its API reference describes it: idempotency keys that give the first answer again (and refuse another body),
 * checkouts that a terminal works through, payments, refunds, payouts with pages of entries.
 */
export class SimulatedSquare implements HttpTransport {
  readonly #clock: ManualClock;
  readonly checkouts: Checkout[] = [];
  readonly payments: Payment[] = [];
  readonly refunds: { id: string; created_at: string; status: string; reason: string; payment_id: string }[] = [];
  payouts: { id: string; created_at: string; entries: object[] }[] = [];
  readonly #answers = new Map<string, { readonly body: string; readonly answer: object }>();
  readonly requests: string[] = [];
  reachable = true;
  /** The next request is done, but its answer is lost. */
  loseNextAnswer = false;
  /** Largest page. */
  page = 2;
  chargeInstead: number | null = null;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  close(): void {}

  async exchange(request: HttpRequest): Promise<HttpResult> {
    if (!this.reachable) return { kind: 'failed', sent: false, status: null, code: 'ENOTFOUND', message: 'no network' };
    if (request.headers['authorization'] !== 'Bearer token')
      return this.#reply(401, error('UNAUTHORIZED', 'who are you?'));
    const url = new URL(request.url);
    this.requests.push(`${request.method} ${url.pathname}`);
    const { status, body } = this.#answer(request.method, url, request.body);
    if (this.loseNextAnswer) {
      this.loseNextAnswer = false;
      return { kind: 'failed', sent: true, status: null, code: 'ECONNRESET', message: 'cut' };
    }
    return this.#reply(status, body);
  }

  /** The customer presents a card at the terminal. */
  present(): boolean {
    const checkout = this.checkouts.find(({ status }) => status === 'PENDING');
    if (checkout === undefined) return false;
    const payment: Payment = {
      id: `PAY${this.payments.length + 1}`,
      created_at: this.#now(),
      status: 'COMPLETED',
      total_money: { ...checkout.amount_money, amount: this.chargeInstead ?? checkout.amount_money.amount },
      reference_id: checkout.reference_id,
      card_details: {
        entry_method: 'CONTACTLESS',
        auth_result_code: 'A1B2C3',
        card: { card_brand: 'AMERICAN_EXPRESS', last_4: '1234', bin: '371449', fingerprint: 'sq-1-secret' },
      },
    };
    this.payments.push(payment);
    checkout.status = 'COMPLETED';
    checkout.payment_ids = [payment.id];
    return true;
  }

  walkAway(): void {
    for (const checkout of this.checkouts) if (checkout.status === 'PENDING') cancel(checkout, 'TIMED_OUT');
  }

  #answer(method: string, url: URL, text: string | null): { status: number; body: object } {
    const path = url.pathname;
    const body: Wish = text === null ? {} : JSON.parse(text);
    const key = body.idempotency_key;
    if (key !== undefined) {
      const known = this.#answers.get(key);
      if (known !== undefined && known.body !== text) return refused(400, 'IDEMPOTENCY_KEY_REUSED', 'another body');
      if (known !== undefined) return { status: 200, body: known.answer };
    }
    const done = this.#do(method, path, url.searchParams, body);
    if (key !== undefined && done.status === 200) this.#answers.set(key, { body: text ?? '', answer: done.body });
    return done;
  }

  #do(method: string, path: string, query: URLSearchParams, body: Wish): { status: number; body: object } {
    const [, checkoutId, verb] = /^\/v2\/terminals\/checkouts\/([^/]+)(?:\/(cancel))?$/.exec(path) ?? [];
    if (path === '/v2/locations/L1') return ok({ location: { id: 'L1' } });
    const { checkout } = body;
    if (path === '/v2/terminals/checkouts' && method === 'POST' && checkout !== undefined) {
      const made: Checkout = {
        id: `CHK${this.checkouts.length + 1}`,
        created_at: this.#now(),
        status: 'PENDING',
        reference_id: checkout.reference_id,
        amount_money: checkout.amount_money,
      };
      this.checkouts.push(made);
      return ok({ checkout: made });
    }
    if (checkoutId === 'search') {
      const { start_at = '', end_at = '9' } = body.query?.filter.created_at ?? {};
      return this.#paged('checkouts', this.checkouts.filter(within(start_at, end_at)), body.cursor);
    }
    if (checkoutId !== undefined) {
      const known = this.checkouts.find(({ id }) => id === checkoutId);
      if (known === undefined) return refused(404, 'NOT_FOUND', 'no such checkout');
      if (verb === 'cancel' && known.status === 'PENDING') cancel(known, 'SELLER_CANCELED');
      return ok({ checkout: known });
    }
    const [, paymentId] = /^\/v2\/payments\/(.+)$/.exec(path) ?? [];
    if (paymentId !== undefined) {
      const payment = this.payments.find(({ id }) => id === paymentId);
      return payment === undefined ? refused(404, 'NOT_FOUND', 'no such payment') : ok({ payment });
    }
    if (path === '/v2/payments') {
      const from = query.get('begin_time') ?? '';
      return this.#paged(
        'payments',
        this.payments.filter(within(from, query.get('end_time') ?? '9')),
        query.get('cursor'),
      );
    }
    if (path === '/v2/refunds' && method === 'POST') {
      if (!this.payments.some(({ id }) => id === body.payment_id)) return refused(404, 'NOT_FOUND', 'no such payment');
      const refund = {
        id: `REF${this.refunds.length + 1}`,
        created_at: this.#now(),
        status: 'PENDING',
        reason: body.reason ?? '',
        payment_id: body.payment_id ?? '',
      };
      this.refunds.push(refund);
      return ok({ refund });
    }
    if (path === '/v2/refunds') return this.#paged('refunds', this.refunds, query.get('cursor'));
    if (path === '/v2/payouts') return this.#paged('payouts', this.payouts, query.get('cursor'));
    const [, payoutId] = /^\/v2\/payouts\/([^/]+)\/payout-entries$/.exec(path) ?? [];
    const payout = this.payouts.find(({ id }) => id === payoutId);
    if (payout !== undefined) return this.#paged('payout_entries', payout.entries, query.get('cursor'));
    return refused(404, 'NOT_FOUND', path);
  }

  #paged(name: string, all: readonly object[], cursor: string | null | undefined): { status: number; body: object } {
    const from = Number(cursor ?? 0);
    const end = from + this.page;
    return ok({ [name]: all.slice(from, end), ...(end < all.length ? { cursor: String(end) } : {}) });
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }

  #reply(status: number, body: object): HttpResult {
    return { kind: 'answer', status, headers: {}, body: JSON.stringify(body) };
  }
}

const ok = (body: object) => ({ status: 200, body });
const error = (code: string, detail: string) => ({ errors: [{ category: 'API_ERROR', code, detail }] });
const refused = (status: number, code: string, detail: string) => ({ status, body: error(code, detail) });

const within =
  (from: string, until: string) =>
  ({ created_at }: { created_at: string }): boolean =>
    created_at >= from && created_at <= until;

function cancel(checkout: Checkout, reason: string): void {
  checkout.status = 'CANCELED';
  checkout.cancel_reason = reason;
}
