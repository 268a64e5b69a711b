import type { Clock, Duration } from '../../../src/platform/clock.ts';
import type { HttpTransport } from '../../../src/platform/http-transport.ts';

/** The version of Square's API that the bodies here are written for. */
const apiVersion = '2024-11-20';
const longestAnswer = 4 * 1024 * 1024;

export interface SquareClientOptions {
  /** `https://connect.squareup.com`, or the sandbox's. */
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly transport: HttpTransport;
  readonly clock: Clock;
}

export type SquareAnswer =
  | { readonly kind: 'answer'; readonly body: unknown }
  /** Square said no; `code` is its own, e.g. `NOT_FOUND`, `IDEMPOTENCY_KEY_REUSED`. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly words: string }
  /** Nobody knows whether it arrived, unless `sent` is false. */
  | { readonly kind: 'unreachable'; readonly sent: boolean; readonly words: string };

export interface SquareClient {
  /** Never rejects. Repeats nothing: the body's idempotency key makes that safe for whoever wants to. */
  request(method: 'GET' | 'POST', path: string, body: unknown, timeout: Duration): Promise<SquareAnswer>;
}

export function createSquareClient({ baseUrl, accessToken, transport, clock }: SquareClientOptions): SquareClient {
  return {
    async request(method, path, body, timeout) {
      const end = new AbortController();
      const timer = clock.schedule(timeout, () => end.abort());
      const result = await transport.exchange({
        method,
        url: `${baseUrl.replace(/\/+$/, '')}${path}`,
        headers: {
          authorization: `Bearer ${accessToken}`,
          'square-version': apiVersion,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        maximumAnswer: longestAnswer,
        signal: end.signal,
      });
      timer.cancel();
      if (result.kind === 'failed') {
        const words = result.code === 'aborted' ? 'Square did not answer in time' : 'Square can’t be reached';
        return { kind: 'unreachable', sent: result.sent, words };
      }
      const content = parsed(result.body);
      if (result.status >= 200 && result.status < 300 && content !== null) return { kind: 'answer', body: content };
      // A gateway's error says nothing about whether Square did it.
      if (result.status >= 500 || result.status === 408)
        return { kind: 'unreachable', sent: true, words: `Square answered ${result.status}` };
      const { code, detail } = firstError(content);
      return {
        kind: 'refused',
        status: result.status,
        code: code ?? `HTTP_${result.status}`,
        words: detail ?? `Square refused (${code ?? result.status})`,
      };
    },
  };
}

function firstError(content: unknown): { readonly code: string | null; readonly detail: string | null } {
  const errors = isRecord(content) ? content['errors'] : null;
  const error: unknown = Array.isArray(errors) ? errors[0] : null;
  if (!isRecord(error)) return { code: null, detail: null };
  const { code, detail } = error;
  return {
    code: typeof code === 'string' ? code : null,
    detail: typeof detail === 'string' ? detail.slice(0, 120) : null,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
