import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { hashPin, pinMatches } from '../../src/platform/pin-hash.ts';
import { tillConfig } from '../../src/showroom/till-config.ts';
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

describe('holdfast keypad sheet', () => {
  test('shows the keys of this terminal, as wide as its paper', async () => {
    const ports = { shop: 1, keypad: 2, display: 3, printer: 4, scanner: 5, cardTerminal: 6 };
    const config = {
      ...tillConfig(ports, folder, 'token'),
      till: {
        quickKeys: { '1': { sku: 'BREAD' }, '12': { sku: 'EGG', quantity: 6 } },
        department: 'FOOD',
        tenders: [{ code: 'voucher', name: 'Voucher' }],
      },
    };
    const file = join(folder, 'terminal.json');
    writeFileSync(file, JSON.stringify(config));
    expect(await run('keypad', 'sheet', '--config', file)).toBe(0);
    for (const line of out.split('\n')) expect([...line].length).toBeLessThanOrEqual(32);
    await expect(out).toMatchFileSnapshot('golden/keypad-sheet.txt');
  });
});

describe('holdfast staff hash-pin', () => {
  test('makes what the configuration wants, and refuses what is no PIN', async () => {
    expect(await run('staff', 'hash-pin', '4711', '--config', join(folder, 'none.json'))).toBe(0);
    expect(out).toContain('Not compared with the PINs of others');
    expect(await pinMatches('4711', out.trim().split('\n').at(-1) ?? '')).toBe(true);
    expect(out).not.toContain('4711');
    out = '';
    expect(await run('staff', 'hash-pin', '12')).not.toBe(0);
    expect(out).toContain('4 to 12 digits');
  });

  test('refuses a PIN that somebody else has', async () => {
    const ports = { shop: 1, keypad: 2, display: 3, printer: 4, scanner: 5, cardTerminal: 6 };
    const file = join(folder, 'terminal.json');
    const write = (members: readonly object[]): void =>
      writeFileSync(file, JSON.stringify({ ...tillConfig(ports, folder, 'token'), staff: { members } }));
    const pinHash = await hashPin('4711');
    write([{ name: 'Anna', pinHash }]);
    expect(await run('staff', 'hash-pin', '4711', '--config', file)).not.toBe(0);
    expect(out).toContain('Somebody has this PIN already');
    expect(out).not.toContain('Anna');
    out = '';
    expect(await run('staff', 'hash-pin', '4711', '--for', 'Anna', '--config', file)).toBe(0);
    expect(await run('staff', 'hash-pin', '4712', '--config', file)).toBe(0);
    out = '';
    write([
      { name: 'Anna', pinHash },
      { name: 'Ben', pinHash },
    ]);
    expect(await run('config', 'check', '--config', file)).not.toBe(0);
    expect(out).toContain('two people have the same pinHash');
  });
});
