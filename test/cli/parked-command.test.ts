import { afterEach, beforeEach, expect, it } from 'vitest';
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
