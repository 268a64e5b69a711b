import { describe, expect, it } from 'vitest';
import { createMagentoClient } from '../../../src/magento/client/client.ts';
import { createModuleCalls, type ModuleCalls, type ModuleResult } from '../../../src/magento/module/calls.ts';
import type { JsonValue } from '../../../src/platform/brand.ts';
import type { HttpRequest, HttpTransport } from '../../../src/platform/http-transport.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { rowOf } from '../../../src/showroom/magento/json.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import type { Exchange } from '../replay/exchange.ts';
import { answersOfTheModule, moduleExchanges } from './recordings.ts';

/** The terminal's own client, over a wire that gives the recorded answer to whatever is asked, and keeps what that was. */
function terminal(status: number, body: JsonValue | string): { calls: ModuleCalls; asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  const transport: HttpTransport = {
    async exchange(exchange) {
      asked.push(exchange);
      exchange.onConnected?.();
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return { kind: 'answer', status, headers: {}, body: text };
    },
    close: () => undefined,
  };
  const clock = new ManualClock(0);
  const auth = { type: 'token', token: 'a token' } as const;
  const client = createMagentoClient({
    baseUrl: 'http://shop.example',
    storeCode: 'default',
    auth,
    transport,
    clock,
    log: silentLogger,
  });
  return { calls: createModuleCalls(client, clock), asked };
}

/** The call of the client that sends what was sent in an exchange. */
function repeated(calls: ModuleCalls, { request }: Exchange): Promise<ModuleResult<unknown>> {
  const [path = '', query = ''] = request.path.replace('/rest/V1/holdfast', '').split('?');
  const parameters = new URLSearchParams(query);
  const number = (name: string): number => Number(parameters.get(name) ?? parameters.get('afterId'));
  const body = request.body as JsonValue;
  if (path === '/sales') return calls.postSale(body);
  if (path.startsWith('/sales/')) return calls.findSale(path.slice('/sales/'.length));
  if (path === '/returns') return calls.postReturn(body);
  if (path === '/payments/outcome') return calls.postPaymentOutcome(body);
  if (path === '/snapshot/catalog-rule-prices') return calls.cataloguePrices(number('after_id'), number('limit'));
  if (path === '/snapshot/changes') return calls.changes(number('cursor'), number('limit'));
  if (path === '/snapshot/settings') return calls.settings();
  throw new Error(`no call for ${path}`);
}

/** What the client makes of each recorded refusal. */
const verdicts: Readonly<Record<string, { readonly next: string; readonly scope: string; readonly code: string }>> = {
  'm13-same-id-other-contents': { next: 'park', scope: 'document', code: 'magento.conflict' },
  'm14-other-id-same-receipt-number': { next: 'park', scope: 'document', code: 'magento.refused' },
  'm16-totals-do-not-add-up': { next: 'park', scope: 'document', code: 'magento.refused' },
  'm17-missing-field': { next: 'park', scope: 'document', code: 'magento.refused' },
  'm18-unknown-field': { next: 'retry', scope: 'lane', code: 'magento.module-mismatch' },
  'm19-qty-not-a-number': { next: 'retry', scope: 'lane', code: 'magento.module-mismatch' },
  'm19b-totals-missing': { next: 'park', scope: 'document', code: 'magento.refused' },
  'm19c-no-token': { next: 'retry', scope: 'lane', code: 'magento.unauthorized' },
  'm19d-receipt-60-chars': { next: 'park', scope: 'document', code: 'magento.refused' },
  'm19f-unknown-store': { next: 'retry', scope: 'lane', code: 'magento.unknown-store' },
  'm19g-unknown-source': { next: 'retry', scope: 'document', code: 'magento.not-written' },
  'm25-no-row-in-source': { next: 'park', scope: 'document', code: 'magento.refused' },
  'm27-configurable-parent-sku-alone': { next: 'retry', scope: 'document', code: 'magento.not-written' },
  'm30-bundle-sku-alone': { next: 'look', scope: 'document', code: 'magento.server-error' },
  'm59-outcome-unknown-sale': { next: 'not-there', scope: 'document', code: 'magento.not-there' },
  'm72-return-same-id-other-contents': { next: 'park', scope: 'document', code: 'magento.conflict' },
  'm75-return-too-many': { next: 'park', scope: 'document', code: 'magento.refused' },
  'm80-return-of-unpaid-sale': { next: 'park', scope: 'document', code: 'magento.refused' },
  'm82-return-unknown-sale': { next: 'not-there', scope: 'document', code: 'magento.not-there' },
};

describe('the terminal’s client and every recorded exchange with the module', () => {
  it.each(moduleExchanges.map((exchange) => [exchange.name, exchange] as const))('%s', async (name, exchange) => {
    const { status, body } = exchange.response;
    const { calls, asked } = terminal(status, body as JsonValue);
    const result = await repeated(calls, exchange);
    const [sent] = asked;
    expect(sent?.method).toBe(exchange.request.method);
    expect(new URL(sent?.url ?? '').pathname.replace('/rest/default/', '/rest/')).toBe(
      exchange.request.path.split('?')[0],
    );
    expect(sent?.body == null ? null : JSON.parse(sent.body)).toEqual(exchange.request.body);
    if (status === 200) {
      expect(result.ok).toBe(true);
      // Nothing that the module says is lost on the way, and what it leaves out is null.
      if (result.ok && !Array.isArray(body)) {
        const { timings: _prototype, ...said } = rowOf(body);
        expect(result.answer).toMatchObject(said);
      }
      if (result.ok && Array.isArray(body)) expect(result.answer).toMatchObject(body);
    } else if (name === 'm04-get-sale-unknown') {
      expect(result).toEqual({ ok: true, answer: null });
    } else {
      expect(result).toMatchObject({ ok: false, verdict: verdicts[name] ?? 'no verdict is written down for this' });
    }
  });

  it('reads what the module itself answers where the prototype did otherwise', async () => {
    for (const [name, { status, body }] of Object.entries(answersOfTheModule)) {
      const { calls } = terminal(status, body as JsonValue);
      const result = await repeated(calls, moduleExchanges.find((exchange) => exchange.name === name)!);
      if (status === 200) expect(result).toMatchObject({ ok: true });
      else if (status === 409) expect(result).toMatchObject({ verdict: { next: 'park', code: 'magento.conflict' } });
      else expect(result).toMatchObject({ verdict: { scope: 'lane', code: 'magento.unknown-source' } });
    }
  });
});
