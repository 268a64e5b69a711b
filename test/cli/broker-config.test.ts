import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { ManualClock } from '../tools/manual-clock.ts';

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  out = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): Promise<number> {
  const write = (text: string): void => {
    out += text;
  };
  const refuse = () => {
    throw new Error('not here');
  };
  return runCli(args, {
    output: { out: write, err: write, terminal: false },
    env: {},
    clock: new ManualClock(),
    version: '0',
    run: refuse,
    provision: refuse,
    journalTools: refuse,
  });
}

test('holdfast fleet broker-config writes what Mosquitto needs, once', async () => {
  const dir = join(folder, 'broker');
  const ask = ['fleet', 'broker-config', 'mosquitto', '--output', dir, '--fleet', 'acme', '--port', '8884'];
  expect(await run(...ask)).toBe(0);
  const names = readdirSync(dir);
  expect(names).toEqual(expect.arrayContaining(['controller.password', 'dynamic-security.json', 'mosquitto.conf']));
  for (const name of names.filter((each) => !each.endsWith('.conf'))) {
    expect(statSync(join(dir, name)).mode & 0o077).toBe(0);
  }
  expect(readFileSync(join(dir, 'mosquitto.conf'), 'utf8')).toContain('listener 8884 0.0.0.0');
  const password = readFileSync(join(dir, 'controller.password'), 'utf8');
  expect(readFileSync(join(dir, 'dynamic-security.json'), 'utf8')).not.toContain(password.trim());

  expect(await run(...ask)).toBe(1);
  expect(out).toContain('it holds accounts');
  expect(readFileSync(join(dir, 'controller.password'), 'utf8')).toBe(password);
  expect(await run('fleet', 'broker-config', 'emqx', '--output', dir, '--fleet', 'acme')).toBe(2);
  expect(await run('fleet', 'broker-config', 'mosquitto', '--output', dir, '--fleet', 'No Name')).toBe(2);
});
