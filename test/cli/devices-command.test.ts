import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { ControlClient } from '../../src/control/client.ts';
import { until } from '../drivers/wait.ts';
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

it('lists devices, their names as one word', async () => {
  const { code, out } = await holdfast('devices', 'list');
  expect(code).toBe(exitCode.done);
  expect(out).toMatch(/printer +escpos +ready +60 s +paper is nearly out/);
  expect(out).toMatch(/customer-display +cd5220 +absent +– +not plugged in/);
  expect(JSON.parse((await holdfast('devices', '--json')).out)).toHaveLength(2);
});

it('tests a device step by step and fails when the device does', async () => {
  const { code, out } = await holdfast('devices', 'test', 'printer');
  expect(code).toBe(exitCode.done);
  expect(out).toBe('… printing a test page\npassed: as far as can be told\n');
  const bad = await holdfast('devices', 'test', 'display');
  expect(bad.code).toBe(exitCode.failed);
  expect(bad.err).toBe('failed: as far as can be told\n');
});

it('says why a test could not begin, or could not end', async () => {
  const unknown = await holdfast('devices', 'test', 'fax');
  expect(unknown.code).toBe(exitCode.failed);
  expect(unknown.err).toBe('This terminal has no device "fax".\nIt has: printer.\n');
  expect(unknown.out).toBe('');
  const broken = await holdfast('devices', 'test', 'scale');
  expect(broken.out).toBe('… printing a test page\n');
  expect(broken.err).toBe('Busy.\n');
});

it('monitors until the caller hangs up, and the terminal notices', async () => {
  const client = new ControlClient(terminal.socketPath);
  const seen: unknown[] = [];
  for await (const frame of client.monitorDevices(null)) {
    seen.push(frame.device);
    if (seen.length === 2) break;
  }
  expect(seen).toEqual(['scanner', 'card terminal']);
  await until(() => calls.includes('monitor ended'));
  expect((await holdfast('devices', 'monitor', 'fax')).err).toMatch(/no device "fax"/);
});

it('prints frames as people read them, and never what a card terminal said', async () => {
  const watching = holdfast('devices', 'monitor');
  const closing = new Promise((resolve) => setImmediate(resolve));
  await closing;
  await until(() => calls.includes('monitor begun'));
  await terminal.endSocket();
  const { out } = await watching;
  expect(out).toContain('09:00:00.000 ← scanner  31 32 0d  |12·|');
  expect(out).toContain('09:00:00.000 → card terminal  47 bytes (not shown: may hold card data)');
});

it('prints a receipt again, and says when there is none', async () => {
  expect((await holdfast('receipt', 'print', 'K1-00000007')).out).toBe('K1-00000007 is handed to the printer.\n');
  expect((await holdfast('receipt', 'print')).out).toBe('The last receipt is handed to the printer.\n');
  expect(calls).toEqual(['print K1-00000007', 'print null']);
  const refused = await holdfast('receipt', 'print', 'K1-9');
  expect(refused.code).toBe(exitCode.failed);
  expect(refused.err).toMatch(/no such receipt/);
});

it('identifies without a running terminal', async () => {
  await terminal.endSocket();
  const { code, out } = await holdfast('devices', 'identify', '--root', terminal.folder);
  expect(code).toBe(exitCode.done);
  expect(out).toMatch(/^Nothing was found/);
});
