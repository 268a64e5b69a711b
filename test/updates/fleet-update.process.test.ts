import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Controller } from '../../provisioning/controller/controller.ts';
import { benchController, signedIn } from '../provisioning/controller/controller-bench.ts';
import { removeFolder, showroomFolder } from '../showroom/open-showroom.ts';
import { program } from '../supervision/small-terminal.ts';
import { InstalledMachine } from './machine.ts';

/** As long as a slow machine takes for real processes. */
const patience = { timeout: 240_000, interval: 300 };

const shop = {
  'magento.baseUrl': 'http://127.0.0.1:9',
  'magento.sourceCode': 'market',
  'magento.auth': { type: 'token', token: 'the-token-of-the-shop' },
  'magento.address': { street: 'Markt 1', city: 'Ulm', postcode: '89073', countryId: 'DE', email: 'till@shop.example' },
};

describe('a terminal that its fleet updates', () => {
  let dir: string;
  let machine: InstalledMachine;
  let controller: Controller;
  let ask: Awaited<ReturnType<typeof signedIn>>;
  let till: ChildProcess;

  beforeAll(async () => {
    dir = showroomFolder();
    machine = new InstalledMachine(dir);
    mkdirSync(join(dir, 'bundles'));
    controller = await benchController(undefined, undefined, [], join(dir, 'bundles'));
    ask = await signedIn(controller);
    await ask('POST', '/api/groups', { name: 'market' });
    await ask('PUT', '/api/groups/market/settings', { settings: shop });
    const { body: claim } = await ask('POST', '/api/claims/batches', { name: 'spring', group: 'market' });
    const fleet = { broker: `mqtt://127.0.0.1:${controller.brokerPort}`, name: 'acme', claim };
    const updates = { releases: machine.root, quietFor: 0, steadyFor: 200 };
    writeFileSync(join(dir, 'terminal.json'), JSON.stringify({ dataDir: 'data', fleet, updates }));
    till = spawn(process.execPath, [machine.program, 'run', '--config', join(dir, 'terminal.json')], {
      stdio: 'ignore',
    });
  });
  afterAll(async () => {
    const gone = new Promise((resolve) => till.once('exit', resolve));
    till.kill('SIGTERM');
    await gone;
    await controller.stop();
    removeFolder(dir);
  });

  const version = async () => (await ask('GET', '/api/terminals/K1')).body.health?.versions?.holdfast;
  const cli = async (...args: string[]) => {
    const { token } = (await ask('POST', '/api/tokens', { label: 'cli', role: 'operator' })).body;
    const env = {
      ...process.env,
      HOLDFAST_TOKEN: token,
      HOLDFAST_CONTROLLER: `http://127.0.0.1:${controller.httpPort}`,
    };
    return (await promisify(execFile)(process.execPath, [program, ...args], { env })).stdout;
  };
  /** Hands a release to the controller by the command line, and orders it. */
  const order = async (wanted: string, about: Parameters<InstalledMachine['bundle']>[2] = {}) => {
    const bundle = await machine.bundle(wanted, {}, about);
    const file = join(dir, 'handed.bundle');
    writeFileSync(file, bundle.bytes);
    expect(await cli('fleet', 'release', 'add', file)).toContain(bundle.name);
    const url = `http://127.0.0.1:${controller.httpPort}/releases/${bundle.name}.bundle`;
    const job = { kind: 'update', version: bundle.name, url };
    const { jobId } = (await ask('POST', '/api/terminals/K1/jobs', { job, expectedVersion: await version() })).body;
    return async () => (await ask('GET', `/api/terminals/K1/jobs/${jobId}`)).body;
  };

  it('fetches the release from the controller, proves it, and says so; what is not for it it refuses, and says why', async () => {
    await expect.poll(version, patience).toBe('0.1.0');
    const good = await order('0.2.0');
    await expect.poll(good, patience).toMatchObject({ state: 'succeeded', words: expect.stringContaining('runs') });
    await expect.poll(version, patience).toBe('0.2.0');
    // How one ends that is taken back: update.process.test.ts; here one that is refused.
    const bad = await order('0.3.0', { architecture: process.arch === 'arm' ? 'arm64' : 'arm' });
    await expect.poll(bad, patience).toMatchObject({ state: 'failed', words: expect.stringContaining('is for arm') });
    expect(await version()).toBe('0.2.0');
    expect(await cli('fleet', 'release')).toMatch(/0\.3\.0-[\s\S]*0\.2\.0-/);
    // What runs on the device is what the manifest says.
    const current = join(machine.root, 'current/package.json');
    expect(JSON.parse(readFileSync(current, 'utf8')).version).toBe('0.2.0');
  });
});
