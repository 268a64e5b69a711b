import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { runCli } from '../../src/cli/program.ts';
import { ControlClient } from '../../src/control/client.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { instant } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { payment, payments, sampleHandlers } from '../control/sample-answers.ts';

let folder: string;
let server: ControlServer;
let calls: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-payments-'));
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

it('says what is stored and what may still be', async () => {
  const { out, code } = await holdfast('payments', 'status');
  expect(code).toBe(exitCode.done);
  expect(out).toContain('2 payments, 61.00, the oldest 2 h ago');
  expect(out).toContain('up to 50.00 a payment, 73 more payments, any total');
  expect(JSON.parse((await holdfast('payments', 'status', '--json')).out)).toEqual(payments);
});

it('lists payments, all or those that are open', async () => {
  expect((await holdfast('payments', 'list', '--open', '--limit', '7')).out).toMatch(
    /0190b0c0-0000-7000-8000-000000000001 +K1-00000001 +12\.50 EUR +Visa 476173\*{6}0119 +stored \(open\) +2 h/,
  );
  expect(calls).toEqual(['payments true 7']);
});

it('shows one by its id or its receipt, and says when there is none', async () => {
  expect((await holdfast('payments', 'show', 'K1-00000001')).out).toContain('tender T-1');
  const none = await holdfast('payments', 'show', 'K9-1');
  expect([none.code === exitCode.done, none.err]).toEqual([
    false,
    'No card payment with the id or receipt number "K9-1".\n',
  ]);
});

it('forwards, and takes a person’s decision only with a name and a clear word', async () => {
  expect((await holdfast('payments', 'forward')).out).toContain('not reachable');
  await holdfast('payments', 'resolve', payment.paymentId, '--as', 'not-charged', '--by', 'Ada');
  expect(calls).toEqual(['forward', 'resolve not-charged Ada']);
  expect((await holdfast('payments', 'resolve', payment.paymentId, '--as', 'charged')).code).toBe(exitCode.usage);
  expect((await holdfast('payments', 'resolve', payment.paymentId, '--as', 'maybe', '--by', 'Ada')).err).toContain(
    'charged or not-charged',
  );
  const client = new ControlClient(join(folder, 'data', 'control.sock'));
  await expect(client.resolvePayment(payment.paymentId, { as: 'charged', by: ' ' })).rejects.toMatchObject({
    code: 'control.bad-request',
  });
});
