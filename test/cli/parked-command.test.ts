import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { instant } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { sampleHandlers } from '../control/sample-answers.ts';

let folder: string;
let server: ControlServer;
let calls: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-parked-'));
  mkdirSync(join(folder, 'data'));
  calls = [];
  writeFileSync(
    join(folder, 'terminal.json'),
    JSON.stringify({
      terminal: { id: 'K1' },
      dataDir: 'data',
      magento: {
        baseUrl: 'http://127.0.0.1:1',
        sourceCode: 'store-berlin',
        auth: { type: 'token', token: 'x' },
        address: { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' },
      },
    }),
  );
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
  let out = '';
  let err = '';
  const code = await runCli(args, {
    output: {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      terminal: false,
    },
    env: { HOLDFAST_CONFIG: join(folder, 'terminal.json') },
    clock: { now: () => instant('2026-11-23T09:00:00Z') },
    version: '0.1.0',
    run: () => Promise.reject(new Error('not in this test')),
    provision: () => Promise.resolve('begun'),
    journalTools: () => Promise.reject(new Error('not in this test')),
  });
  return { code, out, err };
}

const receipt = 'K1-00000001';

it('passes each decision on with who took it', async () => {
  const decisions = [
    [['retry'], 'retry Mara'],
    [['map-sku', '--from', 'A', '--to', 'B'], 'map-sku Mara A B'],
    [['drop-coupon'], 'drop-coupon Mara'],
    [['deliver-as-sold'], 'deliver-as-sold Mara module'],
    [['deliver-as-sold', '--direct'], 'deliver-as-sold Mara direct'],
    [['entered-by-hand', '--order', '000000123'], 'entered-by-hand Mara 000000123 false'],
    [['cancel', '--why', 'wrong goods'], 'cancel Mara wrong goods'],
    [['undo', '--why', 'a mistake'], 'undo Mara a mistake'],
  ] as const;
  for (const [[name, ...options], expected] of decisions) {
    calls.length = 0;
    const { code, err } = await holdfast('parked', name, receipt, '--by', 'Mara', ...options);
    expect([code, err]).toEqual([0, '']);
    expect(calls).toEqual([`decide ${expected}`]);
  }
});

it('asks for what is parked only, and says so when there is no such receipt', async () => {
  await holdfast('parked', 'list');
  expect(calls).toEqual(['queue parked 10000']);
  const { code, err } = await holdfast('parked', 'retry', 'K1-00000099', '--by', 'Mara');
  expect(code).not.toBe(0);
  expect(err).toContain('K1-00000099');
});

it('decides nothing without a name', async () => {
  const { code } = await holdfast('parked', 'retry', receipt);
  expect(code).not.toBe(0);
  expect(calls).toEqual([]);
});
