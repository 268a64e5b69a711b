import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { ControlClient } from '../../src/control/client.ts';
import { payment, payments } from '../control/sample-answers.ts';
import { AskedTerminal } from './asked-terminal.ts';

let terminal: AskedTerminal;
let calls: string[];
beforeEach(async () => {
  terminal = new AskedTerminal();
  calls = terminal.calls;
  await terminal.start();
});
afterEach(() => terminal.stop());

const holdfast = (...args: readonly string[]) => terminal.holdfast(...args);

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
  const client = new ControlClient(terminal.socketPath);
  await expect(client.resolvePayment(payment.paymentId, { as: 'charged', by: ' ' })).rejects.toMatchObject({
    code: 'control.bad-request',
  });
});
