import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { instant } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { declinedCase, sampleHandlers } from '../control/sample-answers.ts';

let folder: string;
let server: ControlServer;
let calls: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-cases-'));
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

it('lists cases with who looks after them and how long they are open', async () => {
  const { code, out } = await holdfast('cases', 'list');
  expect(code).toBe(0);
  expect(out).toContain('payment-declined:019a');
  expect(out).toContain('in-hand (Jo)');
  expect(calls).toEqual(['cases false 100']);
});

it('shows what to do, how it may end, and the history', async () => {
  const { out } = await holdfast('cases', 'show', declinedCase.caseId);
  expect(out).toContain('Ask the customer.');
  expect(out).toContain('paid-otherwise, written-off');
  expect(out).toContain('Holdfast: opened: declined');
});

it('passes on who does what, and refuses outcomes that no case has', async () => {
  await holdfast('cases', 'take', 'payment-declined:019a', '--by', 'Mara', '--owner', 'Jo');
  const close = ['cases', 'close', 'payment-declined:019a', '--by', 'Mara', '--words', 'cash'];
  await holdfast(...close, '--outcome', 'paid-otherwise');
  expect(calls).toEqual(['case take Mara Jo', 'case close Mara paid-otherwise cash']);
  const { code, err } = await holdfast(...close, '--outcome', 'forgotten');
  expect(code).not.toBe(0);
  expect(err).toContain('--outcome');
});

it('says so when there is no such case', async () => {
  const { code, err } = await holdfast('cases', 'show', 'order-missing:1');
  expect(code).not.toBe(0);
  expect(err).toContain('There is no case order-missing:1');
});
