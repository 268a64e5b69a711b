import { afterEach, beforeEach, expect, it } from 'vitest';
import { declinedCase } from '../control/sample-answers.ts';
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
