import type { Clock, Duration } from '../../../src/platform/clock.ts';
import { isHoldfastError, messageOf } from '../../../src/platform/errors.ts';
import type { HttpTransport } from '../../../src/platform/http-transport.ts';
import type { Random } from '../../../src/platform/random.ts';
import { type NexoKeyName, type NexoKeys, nonceLength } from './nexo-crypto.ts';
import { decodeMessage, encodeMessage, type NexoRequest } from './nexo-message.ts';

export interface AdyenLine {
  /** The terminal in the shop's network. */
  readonly host: string;
  /** 8443 at Adyen. */
  readonly port: number;
  readonly keys: NexoKeys;
  readonly keyName: NexoKeyName;
  readonly transport: HttpTransport;
  readonly clock: Clock;
  readonly random: Random;
}

export type AdyenAnswer =
  | { readonly kind: 'answer'; readonly body: NexoRequest['body'] }
  /** Accepted with nothing to say, as an abort is. */
  | { readonly kind: 'empty' }
  /** The terminal can't have got it. */
  | { readonly kind: 'not-sent'; readonly reason: string }
  /** Nobody knows whether the terminal got it, or what it answered. `key`: it may be that the passphrases differ. */
  | { readonly kind: 'silent'; readonly reason: string; readonly key: boolean };

/** No answer of a terminal comes near this. */
const longestAnswer = 256 * 1024;

/** One request and its answer over HTTPS; never rejects. What is understood is proven to be the answer to this very request. */
export async function exchange(
  line: AdyenLine,
  request: NexoRequest,
  timeout: Duration,
  signal?: AbortSignal,
): Promise<AdyenAnswer> {
  const { keys, keyName, transport, clock, random } = line;
  const end = new AbortController();
  const give = (): void => end.abort();
  const timer = clock.schedule(timeout, give);
  signal?.addEventListener('abort', give, { once: true });
  if (signal?.aborted === true) give();
  try {
    const result = await transport.exchange({
      method: 'POST',
      url: `https://${hostInUrl(line.host)}:${line.port}/nexo/`,
      headers: { 'content-type': 'application/json' },
      body: encodeMessage('SaleToPOIRequest', request, keys, keyName, random.bytes(nonceLength)),
      maximumAnswer: longestAnswer,
      signal: end.signal,
    });
    if (result.kind === 'failed') {
      const reason = failureWords(result.code, result.message);
      return result.sent ? { kind: 'silent', reason, key: false } : { kind: 'not-sent', reason };
    }
    if (result.status === 200 && result.body.trim() === '') return { kind: 'empty' };
    if (result.status !== 200) {
      return { kind: 'silent', reason: `the card terminal answered with HTTP status ${result.status}`, key: false };
    }
    return understood(line, request, result.body);
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', give);
  }
}

function understood(line: AdyenLine, request: NexoRequest, text: string): AdyenAnswer {
  try {
    const { header, body } = decodeMessage('SaleToPOIResponse', text, line.keys, line.keyName);
    const asked = request.header;
    const mine =
      header.MessageType === 'Response' &&
      header.MessageCategory === asked.MessageCategory &&
      header.ServiceID === asked.ServiceID &&
      header.SaleID === asked.SaleID &&
      header.POIID === asked.POIID;
    return mine
      ? { kind: 'answer', body }
      : { kind: 'silent', reason: 'the card terminal answered another request', key: false };
  } catch (error) {
    const key = isHoldfastError(error, 'adyen.not-authentic') || isHoldfastError(error, 'adyen.other-key');
    return { kind: 'silent', reason: messageOf(error), key };
  }
}

const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function failureWords(code: string, message: string): string {
  switch (code) {
    case 'aborted':
      return 'the card terminal did not answer in time';
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
      return 'the card terminal can’t be reached';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the card terminal cut the connection';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'CERT_HAS_EXPIRED':
      return `what answers at the card terminal’s address can’t prove that it is the terminal (${code})`;
    default:
      return `the connection to the card terminal failed: ${message}`;
  }
}
