import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import { type ShowroomFleet, startShowroomFleet } from '../../src/showroom/fleet.ts';
import { cardDataIn } from '../payments/card-data-search.ts';
import { displays, openShowroom, removeFolder, showroomFolder } from '../showroom/open-showroom.ts';

const leaked = { number: '4761739001010119', track: '4761739001010119=29122011765443219900' };

let dir: string;
let fleet: ShowroomFleet;
let showroom: Showroom;
let line: Awaited<ReturnType<typeof tappedLine>>;

/** Passes everything on to the broker at `port`, and keeps what travels. */
async function tappedLine(port: number) {
  const travelled: Buffer[] = [];
  const server = createServer((till) => {
    const broker = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [till, broker],
      [broker, till],
    ] as const) {
      from.on('data', (bytes) => travelled.push(bytes));
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => Buffer.concat(travelled),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

beforeEach(async () => {
  dir = showroomFolder();
  const clock = new SystemClock('Europe/Berlin');
  fleet = await startShowroomFleet({ dir: join(dir, 'fleet'), fresh: true, clock, random: seededRandom(7) });
});
afterEach(async () => {
  await showroom.close();
  await fleet.close();
  await line.close();
  removeFolder(dir);
});

it('tells a fleet nothing of a card, whatever its terminal tells the till', { timeout: 240_000 }, async () => {
  const { broker, ...rest } = fleet.tillConfig['fleet'] as { readonly broker: string };
  line = await tappedLine(Number(new URL(broker).port));
  const config = { fleet: { ...rest, broker: `mqtt://127.0.0.1:${line.port}` } };
  showroom = await openShowroom(join(dir, 'shop'), { config });
  await displays(showroom, 'Shift closed');
  await showroom.until('the till is in the fleet', () => line.bytes().includes('telemetry.report'));
  showroom.press('100 enter');
  await displays(showroom, 'Shift open');
  showroom.leakCard(leaked);
  await payByCard('Paid');
  await showroom.until('it is in Magento', async () => (await showroom.status())?.sales.confirmed === 1);
  const compared = await typed('fleet', 'reconcile', 'orders');
  expect(compared).toMatch(/^0: [\s\S]*sales compared +1\n[\s\S]*All terminals and Magento agree/);
  await showroom.network('off');
  await payByCard('Not final');

  const before = line.bytes().length;
  expect(await diagnosticsOf('K1')).toContain('"stored":{"count":1');
  const travelled = line.bytes();
  // What was looked through holds the terminal's word on its cards.
  expect(travelled.subarray(before).toString('latin1')).toMatch(/stored/);
  expect(cardDataIn(new Map([['MQTT', travelled]]), [leaked])).toEqual([]);
});

async function payByCard(shows: string): Promise<void> {
  showroom.scan('4063000000025');
  await displays(showroom, 'Total');
  showroom.press('total');
  await displays(showroom, 'To pay');
  showroom.press('times');
  await showroom.until('the card terminal waits', ({ cardTerminal }) => cardTerminal.state === 'waiting');
  showroom.tap();
  await displays(showroom, shows);
}

/** Asks the controller as a fleet manager. */
async function manager() {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const ask = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${fleet.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const session = await ask('POST', '/api/session', { name: fleet.user, password: fleet.password });
  headers['cookie'] = session.headers.get('set-cookie')?.split(';')[0] ?? '';
  return ask;
}

/** What somebody types on the morning after. */
async function typed(...args: readonly string[]): Promise<string> {
  const ask = await manager();
  const made = await ask('POST', '/api/tokens', { label: 'cli', role: 'operator' });
  const { token } = (await made.json()) as { readonly token: string };
  let said = '';
  const out = (text: string): void => {
    said += text;
  };
  const never = () => Promise.reject(new Error('not here'));
  const code = await runCli(args, {
    output: { out, err: out, terminal: false },
    env: { HOLDFAST_CONTROLLER: fleet.url, HOLDFAST_TOKEN: token },
    clock: new SystemClock('Europe/Berlin'),
    version: '0.1.0',
    run: never,
    provision: never,
    journalTools: never,
  });
  return `${code}: ${said}`;
}

/** Orders the till's diagnostics, as a fleet manager does, and gives what the till sent. */
async function diagnosticsOf(terminal: string): Promise<string> {
  const ask = await manager();
  const ordered = await ask('POST', `/api/terminals/${terminal}/jobs`, { job: { kind: 'collect-diagnostics' } });
  const { jobId } = (await ordered.json()) as { readonly jobId: string };
  let result = '';
  await showroom.until('the diagnostics have come', async () => {
    const answer = await ask('GET', `/api/terminals/${terminal}/jobs/${jobId}`);
    const job = (await answer.json()) as { readonly state: string; readonly result?: unknown };
    if (job.state !== 'succeeded') return false;
    result = JSON.stringify(job.result);
    return true;
  });
  return result;
}
