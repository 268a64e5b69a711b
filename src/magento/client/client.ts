import type { JsonValue } from '../../platform/brand.ts';
import { type Clock, type Duration, seconds } from '../../platform/clock.ts';
import type { HttpTransport } from '../../platform/http-transport.ts';
import type { Logger } from '../../platform/log.ts';
import type { RequestBudget } from './budget.ts';
import { classify, type EndedBy } from './classify.ts';
import type { HttpMethod, MagentoClient, MagentoOutcome, MagentoRequestOptions } from './outcome.ts';
import { createTokenKeeper, type MagentoAuth } from './token.ts';

export interface MagentoClientOptions {
  /** e.g. `https://shop.example`; Magento's own address, with or without a path. */
  readonly baseUrl: string;
  /** The store view whose prices and names count; `all` for the admin scope. */
  readonly storeCode: string;
  readonly auth: MagentoAuth;
  readonly transport: HttpTransport;
  readonly clock: Clock;
  readonly log: Logger;
  /** For a connection to stand; 10 s unless told. */
  readonly connectTimeout?: Duration;
  /** For a whole exchange, unless the call says otherwise; 60 s unless told. */
  readonly requestTimeout?: Duration;
  /** Bytes of one answer; 16 MiB unless told. */
  readonly maximumAnswer?: number;
  readonly budget?: RequestBudget;
}

interface Call {
  readonly method: HttpMethod;
  readonly path: string;
  readonly body: JsonValue | undefined;
  readonly timeout: Duration;
  readonly signal: AbortSignal | undefined;
}

export function createMagentoClient(options: MagentoClientOptions): MagentoClient {
  const { clock, log, transport } = options;
  const root = `${options.baseUrl.replace(/\/+$/, '')}/rest/${encodeURIComponent(options.storeCode)}`;
  const connectTimeout = options.connectTimeout ?? seconds(10);
  const requestTimeout = options.requestTimeout ?? seconds(60);
  const maximumAnswer = options.maximumAnswer ?? 16 * 1024 * 1024;
  const tokens = createTokenKeeper(options.auth, clock, (username, password) =>
    exchange(
      {
        method: 'POST',
        path: '/V1/integration/admin/token',
        body: { username, password },
        timeout: requestTimeout,
        signal: undefined,
      },
      null,
    ),
  );

  async function exchange(call: Call, token: string | null): Promise<MagentoOutcome> {
    const started = clock.monotonic();
    const abort = new AbortController();
    let endedBy: EndedBy = null;
    const end = (by: EndedBy): void => {
      endedBy ??= by;
      abort.abort();
    };
    const giveUp = (): void => end('caller');
    if (call.signal?.aborted === true) giveUp();
    call.signal?.addEventListener('abort', giveUp, { once: true });
    const whole = clock.schedule(call.timeout, () => end('timeout'));
    const connecting = clock.schedule(connectTimeout, () => end('timeout'));
    try {
      const result = await transport.exchange({
        method: call.method,
        url: root + call.path,
        headers: {
          // Without it Magento answers errors as HTML, with status 500.
          accept: 'application/json',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        maximumAnswer,
        signal: abort.signal,
        onConnected: () => connecting.cancel(),
      });
      const outcome = classify(result, endedBy);
      log.debug(
        {
          method: call.method,
          // The query may name customers.
          path: call.path.split('?', 1)[0],
          outcome: outcome.kind,
          status: result.status,
          milliseconds: Math.round(clock.monotonic() - started),
        },
        'magento call',
      );
      return outcome;
    } finally {
      whole.cancel();
      connecting.cancel();
      call.signal?.removeEventListener('abort', giveUp);
    }
  }

  return {
    async request(method, path, body, { signal, timeout = requestTimeout }: MagentoRequestOptions = {}) {
      await options.budget?.admit(signal);
      if (signal?.aborted === true) return cancelled;
      const call: Call = { method, path, body, timeout, signal };
      const token = await tokens.current();
      if (!token.ok) return token.outcome;
      const outcome = await exchange(call, token.token);
      // A 401 means that nothing was done, so that the call may be repeated; once.
      if (outcome.kind !== 'unauthorized') return outcome;
      const renewed = await tokens.renew(token.token);
      if (renewed === null) return outcome;
      return renewed.ok ? exchange(call, renewed.token) : renewed.outcome;
    },
  };
}

const cancelled: MagentoOutcome = {
  kind: 'unavailable',
  code: 'cancelled',
  message: 'Given up before connecting',
  retryAfter: null,
};

/** One segment of a path: a SKU may hold spaces and slashes. */
export const pathSegment = (text: string): string => encodeURIComponent(text);
