import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Controller } from '../../provisioning/controller/controller.ts';
import { benchController, signedIn } from '../provisioning/controller/controller-bench.ts';

const program = new URL('../../dist/src/cli/main.js', import.meta.url).pathname;
/** As long as a slow machine takes for real processes. */
const patience = { timeout: 120_000, interval: 200 };

const shop = {
  'magento.baseUrl': 'http://127.0.0.1:9',
  'magento.sourceCode': 'market',
  'magento.auth': { type: 'token', token: 'the-token-of-the-shop' },
  'magento.address': { street: 'Markt 1', city: 'Ulm', postcode: '89073', countryId: 'DE', email: 'till@shop.example' },
};

/** The real program on the real file system, from a box with nothing in it to a terminal of its fleet. */
describe('a device that is unboxed', () => {
  let controller: Controller;
  let ask: Awaited<ReturnType<typeof signedIn>>;
  let folder: string;
  let till: ChildProcess | null = null;
  let said = '';

  beforeAll(async () => {
    controller = await benchController();
    ask = await signedIn(controller);
    folder = mkdtempSync(join(tmpdir(), 'holdfast-unboxed-'));
    await ask('POST', '/api/groups', { name: 'market' });
    expect((await ask('PUT', '/api/groups/market/settings', { settings: shop })).status).toBe(200);
  });
  afterAll(async () => {
    await end();
    await controller.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function begin(): void {
    till = spawn(process.execPath, [program, 'run', '--config', join(folder, 'terminal.json')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [till.stdout, till.stderr]) {
      stream?.on('data', (chunk) => {
        said += String(chunk);
      });
    }
  }

  async function end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const ending = till;
    if (ending === null || ending.exitCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await gone;
  }

  const row = async () => (await ask('GET', '/api/terminals')).body.rows[0];
  const detail = async () => (await ask('GET', '/api/terminals/K1')).body;

  it('joins, begins its journal, and is there; what is ordered is done, also a restart; what is wanted counts after it', async () => {
    const { body } = await ask('POST', '/api/claims/batches', { name: 'spring', group: 'market' });
    const broker = `mqtt://127.0.0.1:${controller.brokerPort}`;
    const own = { dataDir: 'data', fleet: { broker, name: 'acme', claim: body } };
    writeFileSync(join(folder, 'terminal.json'), JSON.stringify(own));
    begin();
    await expect.poll(row, patience).toMatchObject({ terminal: 'K1', presence: 'online', membership: 'enrolled' });
    await expect.poll(async () => (await detail()).health.versions?.holdfast, patience).toBe('0.1.0');
    expect(said).toContain('ready to sell');

    const outcomes = async () => (await detail()).reported?.outcomes;
    // What can count at once does, and so does what is taken back.
    const now = { 'log.level': 'debug', 'sync.retryEvery': 30_000, 'receipt.footer': ['Bye'] };
    await ask('PUT', '/api/terminals/K1/settings', { settings: now });
    for (const key of Object.keys(now)) {
      await expect.poll(async () => (await outcomes())?.[key], patience).toEqual({ state: 'applied' });
    }
    await ask('PUT', '/api/terminals/K1/settings', { settings: { 'log.level': null, 'sync.retryEvery': null } });
    await expect.poll(async () => Object.keys(await outcomes()), patience).not.toContain('log.level');
    expect(said.split('ready to sell').length).toBe(2);

    await ask('PUT', '/api/terminals/K1/settings', { settings: { 'till.cashier': 'Ann', 'sync.overlap': 2 } });
    await expect.poll(outcomes, patience).toMatchObject({ 'till.cashier': { state: 'pending-restart' } });
    const order = async (kind: string) => {
      const { jobId } = (await ask('POST', '/api/terminals/K1/jobs', { job: { kind } })).body;
      return async () => (await ask('GET', `/api/terminals/K1/jobs/${jobId}`)).body;
    };
    await expect.poll(await order('restart'), patience).toMatchObject({ state: 'succeeded' });
    await expect.poll(outcomes, patience).toMatchObject({
      'till.cashier': { state: 'applied' },
      'sync.overlap': { state: 'applied' },
      'magento.auth': { state: 'applied' },
    });
    const diagnostics = await order('collect-diagnostics');
    await expect.poll(async () => (await diagnostics()).state, patience).toBe('succeeded');
    const text = JSON.stringify((await diagnostics()).result);
    expect(text).toContain('"cashier":"Ann"');
    for (const secret of ['the-token-of-the-shop', body.password]) expect(text).not.toContain(secret);

    // The program that people type, against the running terminal and against the controller.
    const { token } = (await ask('POST', '/api/tokens', { label: 'cli', role: 'operator' })).body;
    const env = {
      ...process.env,
      HOLDFAST_TOKEN: token,
      HOLDFAST_CONTROLLER: `http://127.0.0.1:${controller.httpPort}`,
    };
    const cli = async (...args: string[]) =>
      (await promisify(execFile)(process.execPath, [program, ...args], { env })).stdout;
    expect(await cli('status', '--config', join(folder, 'terminal.json'))).toContain('K1');
    expect(await cli('fleet', 'list')).toMatch(/K1\s+market\s+online/);
    await cli('fleet', 'set', 'K1', 'receipt.footer=["Bye"]');
    expect(await cli('fleet', 'show', 'K1')).toContain('receipt.footer = ["Bye"]');
  });

  it('that lost its power comes back as itself, and a wrong setting does not keep it from selling', async () => {
    await end('SIGKILL');
    await expect.poll(async () => (await row()).presence, patience).toBe('lost');
    // Nobody could set this from the console; a later release might not take it any more.
    const terminal = (await controller.parts.store.get('terminals', 'K1'))!;
    const settings = { ...terminal.value.settings, 'sync.overlap': 99, 'log.level': 'debug' };
    await controller.parts.store.write([
      { collection: 'terminals', id: 'K1', expected: null, value: { ...terminal.value, settings } },
    ]);
    begin();
    await expect.poll(async () => (await row()).presence, patience).toBe('online');
    await expect
      .poll(async () => (await detail()).reported?.outcomes['sync.overlap']?.state, patience)
      .toBe('rejected');
    expect((await ask('GET', '/api/alarms')).body.alarms).toContainEqual(
      expect.objectContaining({ terminal: 'K1', code: 'settings' }),
    );
    await end();
    await expect.poll(async () => (await row()).presence, patience).toBe('stopped');
    expect(readFileSync(join(folder, 'data', 'fleet-settings.json'), 'utf8')).toContain('"log.level":"debug"');
  });
});
