import { describe, expect, test } from 'vitest';
import { classify, fillPlaceholders } from '../../../src/magento/client/classify.ts';
import { recorded, wireBody } from './recorded.ts';

const outcomeOf = (name: string) => {
  const exchange = recorded(name);
  const { status, headers } = exchange.response;
  return classify({ kind: 'answer', status, headers, body: wireBody(exchange) }, null);
};

const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
  classify({ kind: 'answer', status, headers, body }, null);

const failure = (code: string, sent: boolean, endedBy: 'timeout' | 'caller' | null = null) =>
  classify({ kind: 'failed', sent, status: null, code, message: code }, endedBy);

describe('what the recorded Magento said', () => {
  test.each([
    ['f12-tax-classes', { kind: 'ok', status: 200 }],
    [
      'a03-no-token',
      { kind: 'unauthorized', message: "The consumer isn't authorized to access Magento_Catalog::products." },
    ],
    ['a13-expired-admin-token', { kind: 'unauthorized' }],
    ['b26-place-repeated', { kind: 'refused', status: 404, message: 'No such entity with cartId = 1184' }],
    [
      'c03-post-orders-same-increment-id',
      { kind: 'refused', status: 400, template: 'Unique constraint violation found' },
    ],
    ['h43-filter-unknown-attribute', { kind: 'refused', status: 400 }],
    ['g10-method-not-allowed', { kind: 'refused', status: 405 }],
    ['f08b-source-items-updated-filter', { kind: 'unknown', code: 'server-error', status: 500 }],
    ['f33-salable-unknown-sku', { kind: 'unknown', code: 'server-error', status: 500 }],
    ['g13-accept-xml-none', { kind: 'unknown', code: 'server-error', status: 500 }],
    ['h30-maintenance', { kind: 'unavailable', code: 'maintenance' }],
  ])('%s', (name, expected) => {
    expect(outcomeOf(name)).toMatchObject(expected);
  });

  test('the details of a refusal follow its message', () => {
    const outcome = outcomeOf('e13-partial-transfer-too-many');
    expect(outcome).toMatchObject({ kind: 'refused', status: 400 });
    if (outcome.kind !== 'refused') throw new Error('expected a refusal');
    expect(outcome.message).toMatch(
      /^Transfer validation failed.+Requested transfer amount for sku \S+ is not available/,
    );
    expect(outcome.message).not.toContain('%');
  });
});

describe('was it done?', () => {
  test.each([
    [answer(200, '{"items":[{"id":1'), 'unknown', 'bad-answer'],
    [answer(200, '<html><title>Free WiFi</title>'), 'unknown', 'bad-answer'],
    [answer(200, ''), 'unknown', 'bad-answer'],
    [answer(302, ''), 'unavailable', 'not-magento'],
    [answer(403, '<html><title>Access denied</title></html>'), 'unavailable', 'not-magento'],
    [answer(429, 'slow down', { 'retry-after': '30' }), 'unavailable', 'overloaded'],
    [answer(503, 'busy', { 'retry-after': '30' }), 'unavailable', 'overloaded'],
    [answer(503, '<title>503 Backend fetch failed</title>'), 'unknown', 'server-error'],
    [answer(502, ''), 'unknown', 'server-error'],
    [answer(504, ''), 'unknown', 'server-error'],
    [answer(408, ''), 'unknown', 'server-error'],
    [failure('ECONNREFUSED', false), 'unavailable', 'no-connection'],
    [failure('ENOTFOUND', false), 'unavailable', 'no-such-host'],
    [failure('CERT_HAS_EXPIRED', false), 'unavailable', 'tls'],
    [failure('DEPTH_ZERO_SELF_SIGNED_CERT', false), 'unavailable', 'tls'],
    [failure('ERR_TLS_CERT_ALTNAME_INVALID', false), 'unavailable', 'tls'],
    [failure('aborted', false, 'timeout'), 'unavailable', 'connect-timeout'],
    [failure('aborted', false, 'caller'), 'unavailable', 'cancelled'],
    [failure('ECONNRESET', true), 'unknown', 'connection-lost'],
    [failure('aborted', true, 'timeout'), 'unknown', 'timeout'],
    [failure('aborted', true, 'caller'), 'unknown', 'cancelled'],
    [failure('too-large', true), 'unknown', 'answer-too-large'],
  ])('case %#', (outcome, kind, code) => {
    expect(outcome).toMatchObject({ kind, code });
  });

  test('a server that names a time is taken at its word', () => {
    expect(answer(429, '', { 'retry-after': '30' })).toMatchObject({ retryAfter: 30_000 });
    expect(answer(429, '', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' })).toMatchObject({ retryAfter: null });
  });
});

test('placeholders: by name, by position, longest name first, unknown ones left alone', () => {
  expect(fillPlaceholders('%field of %fieldName', { field: 'a', fieldName: 'b' })).toBe('a of b');
  expect(fillPlaceholders('%1 and %2', ['x', 7])).toBe('x and 7');
  expect(fillPlaceholders('100% of %what', { other: 1 })).toBe('100% of %what');
});
