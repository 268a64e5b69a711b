import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { runCli } from '../../src/cli/program.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { instant } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { sampleHandlers } from '../control/sample-answers.ts';

let folder: string;
let server: ControlServer;
let calls: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-checklist-'));
  mkdirSync(join(folder, 'data'));
  calls = [];
  const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
  const magento = { baseUrl: 'http://127.0.0.1:1', sourceCode: 's', auth: { type: 'token', token: 'x' }, address };
  writeFileSync(join(folder, 'terminal.json'), JSON.stringify({ terminal: { id: 'K1' }, dataDir: 'data', magento }));
  server = await startControlServer({
    socketPath: join(folder, 'data', 'control.sock'),
    handlers: sampleHandlers(calls),
    log: silentLogger,
  });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function holdfast(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(args, {
    output: { out: (text) => out.push(text), err: (text) => err.push(text), terminal: false },
    env: { HOLDFAST_CONFIG: join(folder, 'terminal.json') },
    clock: { now: () => instant('2026-11-23T09:00:00Z') },
    version: '0.1.0',
    run: () => Promise.reject(new Error('not in this test')),
    provision: () => Promise.resolve('begun'),
    journalTools: () => Promise.reject(new Error('not in this test')),
  });
  return { code, out: out.join(''), err: err.join('') };
}

it('says the worst by the exit code, and each line with its next step', async () => {
  const { code, out } = await holdfast('checklist');
  expect(code).toBe(exitCode.attention);
  expect(out).toMatch(/attention +cases +1 open +docs\/runbooks\/order-parked\.md/);
  expect(JSON.parse((await holdfast('checklist', '--json')).out)).toMatchObject({ verdict: 'attention' });
  expect(calls).toEqual([]);
  await holdfast('checklist', '--print');
  expect(calls).toEqual(['checklist printed']);
});

it('is ready for the hours asked about, eight unless told', async () => {
  expect((await holdfast('ready')).code).toBe(exitCode.done);
  await holdfast('ready', '--hours', '12');
  expect(calls).toEqual(['ready 8', 'ready 12']);
  expect((await holdfast('ready', '--hours', 'long')).code).toBe(exitCode.usage);
});

it('compares orders of two weeks, and delivers again only under a name', async () => {
  expect(await holdfast('reconcile', 'orders')).toMatchObject({ code: 0, out: expect.stringContaining('agree') });
  await holdfast('reconcile', 'orders', '--since', '2026-11-22', '--redeliver-missing', '--by', 'Mara');
  expect(calls).toEqual(['orders 2026-11-09T09:00:00.000Z nobody', 'orders 2026-11-22T00:00:00.000Z Mara']);
  expect((await holdfast('reconcile', 'orders', '--redeliver-missing')).code).toBe(exitCode.usage);
  expect((await holdfast('reconcile', 'orders', '--since', 'yesterday')).code).toBe(exitCode.usage);
});
