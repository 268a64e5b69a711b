import type { JsonValue } from '../../platform/brand.ts';
import { type Duration, seconds } from '../../platform/clock.ts';
import type { HttpResult } from '../../platform/http-transport.ts';
import type { MagentoOutcome, UnavailableCode } from './outcome.ts';

type Answer = Extract<HttpResult, { kind: 'answer' }>;
type Failure = Extract<HttpResult, { kind: 'failed' }>;

/** Why an exchange was ended from this side, if it was. */
export type EndedBy = 'timeout' | 'caller' | null;

/** What an HTTP exchange says about the call, by status and body as measured on Magento 2.4.7-p3. */
export function classify(result: HttpResult, endedBy: EndedBy): MagentoOutcome {
  return result.kind === 'answer' ? classifyAnswer(result) : classifyFailure(result, endedBy);
}

function classifyAnswer(answer: Answer): MagentoOutcome {
  const { status } = answer;
  const body = parse(answer.body);
  if (status >= 200 && status < 300) {
    return body === undefined
      ? {
          kind: 'unknown',
          code: 'bad-answer',
          status,
          message: `HTTP ${status} without whole JSON: ${excerpt(answer.body)}`,
        }
      : { kind: 'ok', status, body };
  }
  const said = saidBy(body);
  if (status === 401) {
    return { kind: 'unauthorized', reason: 'token', message: said?.message ?? 'HTTP 401' };
  }
  const retryAfter = retryAfterOf(answer.headers['retry-after']);
  if (status === 429) return unavailable('overloaded', said?.message ?? 'Too many requests (HTTP 429)', retryAfter);
  if (status === 503) return classify503(answer, said?.message, retryAfter);
  // 408 and 499: a proxy gave up waiting, for the client or for Magento behind it.
  if (status >= 500 || status === 408 || status === 499) {
    const message = said?.message ?? `HTTP ${status}: ${excerpt(answer.body)}`;
    return { kind: 'unknown', code: 'server-error', status, message };
  }
  if (status >= 400 && said !== undefined && body !== undefined) {
    return { kind: 'refused', status, message: said.message, template: said.template, body };
  }
  return unavailable(
    'not-magento',
    `HTTP ${status} that is not from Magento's REST API: ${excerpt(answer.body)}`,
    retryAfter,
  );
}

/**
 * Magento's own maintenance page, and a server that names a time, did nothing. Other 503s come from proxies (Varnish: "Backend
 * fetch failed") that may have passed the request on.
 */
function classify503(answer: Answer, message: string | undefined, retryAfter: Duration | null): MagentoOutcome {
  if (/Service Temporarily Unavailable/.test(answer.body)) {
    return unavailable('maintenance', 'The shop is in maintenance (HTTP 503)', retryAfter);
  }
  if (retryAfter !== null) return unavailable('overloaded', message ?? 'The shop is overloaded (HTTP 503)', retryAfter);
  return {
    kind: 'unknown',
    code: 'server-error',
    status: 503,
    message: message ?? `HTTP 503: ${excerpt(answer.body)}`,
  };
}

function classifyFailure(failure: Failure, endedBy: EndedBy): MagentoOutcome {
  const { status, message } = failure;
  if (failure.sent) {
    if (failure.code === 'too-large') return { kind: 'unknown', code: 'answer-too-large', status, message };
    if (endedBy === 'timeout') {
      return { kind: 'unknown', code: 'timeout', status, message: 'The shop took too long to answer' };
    }
    if (endedBy === 'caller') return { kind: 'unknown', code: 'cancelled', status, message: 'Given up while waiting' };
    const words = `The connection broke before the answer was complete (${message})`;
    return { kind: 'unknown', code: 'connection-lost', status, message: words };
  }
  if (endedBy === 'timeout') return unavailable('connect-timeout', 'The shop does not answer', null);
  if (endedBy === 'caller') return unavailable('cancelled', 'Given up before connecting', null);
  const code = connectionCode(failure.code);
  return unavailable(code, `${wordsOf[code]} (${message})`, null);
}

/** For whoever reads the display; the system's own message follows in brackets. */
const wordsOf: Readonly<Record<ConnectionCode, string>> = {
  'no-connection': 'No connection to the shop',
  'no-such-host': 'The shop’s address can’t be found',
  'connect-timeout': 'The shop does not answer',
  tls: 'The shop can’t prove that it is the shop',
};

type ConnectionCode = Extract<UnavailableCode, 'no-connection' | 'no-such-host' | 'connect-timeout' | 'tls'>;

function connectionCode(code: string): ConnectionCode {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') return 'no-such-host';
  if (code === 'ETIMEDOUT') return 'connect-timeout';
  if (/CERT|SELF_SIGNED|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code)) return 'tls';
  return 'no-connection';
}

const unavailable = (code: UnavailableCode, message: string, retryAfter: Duration | null): MagentoOutcome => ({
  kind: 'unavailable',
  code,
  message,
  retryAfter,
});

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

const isObject = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function saidBy(body: JsonValue | undefined): { message: string; template: string } | undefined {
  if (!isObject(body)) return undefined;
  const template = body['message'];
  if (typeof template !== 'string') return undefined;
  const parts = [fillPlaceholders(template, body['parameters'])];
  const errors = body['errors'];
  for (const error of Array.isArray(errors) ? errors : []) {
    if (isObject(error) && typeof error['message'] === 'string') {
      parts.push(fillPlaceholders(error['message'], error['parameters']));
    }
  }
  return { message: parts.join(' '), template };
}

/** Magento's `%name` and `%1` placeholders filled from `parameters` (an object, or a list counted from 1), longest name first. */
export function fillPlaceholders(template: string, parameters: JsonValue | undefined): string {
  const values = new Map<string, string>();
  if (Array.isArray(parameters)) {
    parameters.forEach((value, index) => {
      values.set(String(index + 1), textOf(value));
    });
  } else if (isObject(parameters)) {
    for (const [name, value] of Object.entries(parameters)) values.set(name, textOf(value));
  }
  if (values.size === 0) return template;
  const names = [...values.keys()].sort((a, b) => b.length - a.length).map(escapePattern);
  return template.replace(new RegExp(`%(${names.join('|')})`, 'g'), (_, name: string) => values.get(name) ?? '');
}

const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));
const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Seconds, as servers under load send it; a date would need a clock that can be trusted. */
function retryAfterOf(header: string | undefined): Duration | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? seconds(Number(header)) : null;
}

/** The first words of a page that is not JSON, without its markup. */
function excerpt(text: string): string {
  const title = /<title>([^<]{1,120})/i.exec(text)?.[1];
  return (title ?? text.slice(0, 400).replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim().slice(0, 120) || '(empty)';
}
