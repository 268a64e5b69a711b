import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/platform/log.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { type Counter, startCounter } from '../../../src/showroom/counter/server.ts';
import { deliveredRow, emptyLedgers, FakeShowroom, statusOf } from './fake-showroom.ts';

let showroom: FakeShowroom;
let counter: Counter;

beforeEach(async () => {
  showroom = new FakeShowroom();
  counter = await startCounter({ showroom, port: 0, clock: new SystemClock(), log: silentLogger });
});
afterEach(() => counter.close());

const get = (path: string): Promise<Response> => fetch(new URL(path, counter.url));
const post = (action: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(`api/${action}`, counter.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** With headers that `fetch` does not let one set. */
function raw(path: string, method: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, counter.url), { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject);
    call.end(method === 'POST' ? '{"state":"off"}' : undefined);
  });
}

/** The events of the feed as they come. */
class Events {
  readonly #aborted = new AbortController();
  readonly seen: { readonly event: string; readonly data: unknown }[] = [];

  async open(): Promise<void> {
    const response = await fetch(new URL('api/events', counter.url), { signal: this.#aborted.signal });
    void this.#read(response).catch(() => undefined);
  }
  close(): void {
    this.#aborted.abort();
  }
  last(event: string): unknown {
    return this.seen.findLast((entry) => entry.event === event)?.data;
  }
  async #read(response: Response): Promise<void> {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, event = '', data = 'null'] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
        if (event !== '') this.seen.push({ event, data: JSON.parse(data) });
        text = text.slice(end + 2);
      }
    }
  }
}

describe('the counter’s page', () => {
  it('is served whole, and refers to nothing that is not there or elsewhere', async () => {
    const page = await (await get('/')).text();
    const wanted = [...page.matchAll(/(?:href|src)="([^"#]+)"/g)].map((match) => match[1] ?? '');
    expect(wanted).toContain('counter.js');
    for (const path of wanted) {
      const response = await get(path);
      expect(response.status, path).toBe(200);
      const script = path.endsWith('.js') ? await response.text() : '';
      for (const [, module = ''] of script.matchAll(/from '\.\/([^']+)'/g))
        expect((await get(module)).status).toBe(200);
    }
    expect(page).not.toMatch(/https?:\/\//);
  });

  it('forbids scripts, frames and sources from elsewhere', async () => {
    const policy = (await get('/')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('serves nothing outside its folder', async () => {
    for (const path of ['/../server.ts', '/%2e%2e/server.ts', '/page-files.ts', '/counter.js/..%2f..%2fserver.ts']) {
      expect((await get(path)).status).toBe(404);
    }
  });

  it('shows the articles and the receipts', async () => {
    showroom.slips.push({ number: 1, text: 'Total 9.70', svg: '<svg xmlns="http://www.w3.org/2000/svg"/>' });
    expect(await (await get('api/catalogue')).json()).toEqual(showroom.articles);
    const drawn = await get('api/receipts/1.svg');
    expect([drawn.headers.get('content-type'), await drawn.text()]).toEqual(['image/svg+xml', showroom.slips[0]?.svg]);
    expect(await (await get('api/receipts/1.txt')).text()).toBe('Total 9.70');
    expect((await get('api/receipts/2.svg')).status).toBe(404);
  });
});

describe('the counter’s actions', () => {
  it('reach the showroom', async () => {
    await post('press', { keys: '100 enter' });
    await post('scan', { code: '4063000000025' });
    for (const action of ['tap', 'decline', 'remove']) await post('card', { action });
    await post('drawer', {});
    await post('network', { cable: 'slow' });
    await post('paper', { state: 'out' });
    expect(await (await post('power', { state: 'off' })).json()).toEqual({ done: true });
    expect(showroom.calls).toEqual([
      ['press', '100 enter'],
      ['scan', '4063000000025'],
      ['tap'],
      ['decline'],
      ['removeCard'],
      ['closeDrawer'],
      ['network', 'slow'],
      ['paper', 'out'],
      ['power', 'off'],
    ]);
  });

  it.each([
    ['power', { state: 'maybe' }, 400],
    ['press', {}, 400],
    ['press', { keys: 'x'.repeat(5_000) }, 400],
    ['scan', { code: '1', and: 'more' }, 400],
    ['card', 'no json', 400],
    ['explode', {}, 404],
  ])('refuse %s %j', async (action, body, status) => {
    const response = await post(action, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code: expect.stringMatching(/^counter\./) });
    expect(showroom.calls).toEqual([]);
  });

  it('refuse what another website can make a browser send', async () => {
    const host = new URL(counter.url).host;
    const json = { 'content-type': 'application/json' };
    expect(await raw('/api/power', 'POST', { host, 'content-type': 'text/plain' })).toBe(403);
    expect(await raw('/api/power', 'POST', { host, ...json, origin: 'https://elsewhere.example' })).toBe(403);
    expect(await raw('/api/power', 'POST', { host: 'elsewhere.example', ...json })).toBe(421);
    expect(await raw('/', 'GET', { host: 'elsewhere.example' })).toBe(421);
    expect(await raw('/', 'DELETE', { host })).toBe(405);
    expect(showroom.calls).toEqual([]);
    expect(await raw('/api/power', 'POST', { host, ...json, origin: `http://${host}` })).toBe(200);
  });
});

describe('the counter’s feed', () => {
  it('tells the state at once, then each change once', async () => {
    const events = new Events();
    await events.open();
    await expect.poll(() => events.last('state')).toMatchObject({ drawer: 'closed' });
    showroom.change({ drawer: 'open' });
    showroom.change({ drawer: 'open' });
    await expect.poll(() => events.last('state')).toMatchObject({ drawer: 'open' });
    expect(events.seen.filter(({ event }) => event === 'state')).toHaveLength(2);
    events.close();
  });

  it('tells the ledgers and the till while somebody looks, to latecomers too', async () => {
    showroom.tillStatus = statusOf('online', true);
    const first = new Events();
    await first.open();
    await expect.poll(() => first.last('ledger')).toEqual(emptyLedgers);
    expect(first.last('till')).toEqual({ shiftOpen: true, connection: 'online', words: 'Magento answers' });

    showroom.tillStatus = null;
    showroom.ledgers = { ...emptyLedgers, rows: [deliveredRow(1, '9.70')] };
    await expect.poll(() => first.last('ledger'), { timeout: 240_000 }).toEqual(showroom.ledgers);
    await expect.poll(() => first.last('till')).toEqual({ shiftOpen: null, connection: null, words: null });
    const late = new Events();
    await late.open();
    await expect.poll(() => late.last('ledger')).toEqual(showroom.ledgers);
    first.close();
    late.close();
  });

  it('goes on when the ledgers can’t be read', async () => {
    const events = new Events();
    const ledger = showroom.ledger.bind(showroom);
    let failures = 0;
    showroom.ledger = async () => {
      failures += 1;
      if (failures === 1) throw new Error('the shop is busy');
      return ledger();
    };
    await events.open();
    await expect.poll(() => events.last('ledger'), { timeout: 240_000 }).toEqual(emptyLedgers);
    events.close();
  });
});

describe('startCounter', () => {
  it('says that a port is taken', async () => {
    const port = Number(new URL(counter.url).port);
    await expect(startCounter({ showroom, port, clock: new SystemClock(), log: silentLogger })).rejects.toMatchObject({
      code: 'counter.port-taken',
    });
  });
});
