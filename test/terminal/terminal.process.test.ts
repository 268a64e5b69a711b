import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { minutes, seconds } from '../../src/platform/clock.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import { openShowroom, removeFolder, showroomFolder } from '../showroom/open-showroom.ts';

// The real daemon as a process, at the real command line, with what goes wrong around it.

const program = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

function holdfast(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child: ChildProcess = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout?.on('data', (text) => out.push(String(text)));
  child.stderr?.on('data', (text) => err.push(String(text)));
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code, out: out.join(''), err: err.join('') })),
  );
}

let dir: string;
let showroom: Showroom;

beforeEach(async () => {
  dir = showroomFolder();
  showroom = await openShowroom(dir);
});
afterEach(async () => {
  await showroom.close();
  removeFolder(dir);
});

/** The configuration as it is, with changes. */
function configWith(change: (config: Record<string, unknown>) => void): string {
  const config = JSON.parse(readFileSync(showroom.configFile, 'utf8'));
  change(config);
  const file = join(dir, 'changed.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

describe('holdfast run', () => {
  it('ends with 78 and the key for a bad configuration', async () => {
    const file = configWith((config) => {
      config['terminal'] = { id: 'lower case' };
    });
    const ended = await holdfast('run', '--config', file);
    expect(ended.code).toBe(exitCode.configuration);
    expect(ended.err).toContain('terminal.id: 1 to 12 of A–Z, 0–9 and "-"');
  });

  it('refuses a second daemon on the same data, and the first goes on', async () => {
    await showroom.power('on');
    const second = await holdfast('run', '--config', showroom.configFile);
    expect(second.code).toBe(exitCode.dataDirectory);
    expect(second.err).toContain(String((await showroom.status())?.pid));
    expect(await showroom.status()).not.toBeNull();
  });

  it('refuses a data directory that is none, and one that has no journal although it should', async () => {
    writeFileSync(join(dir, 'a-file'), '');
    const noFolder = configWith((config) => {
      config['dataDir'] = join(dir, 'a-file', 'data');
    });
    const ended = await holdfast('run', '--config', noFolder);
    expect(ended.code).toBe(exitCode.dataDirectory);
    expect(ended.err).toContain("The data directory can't be used");

    mkdirSync(join(dir, 'unmounted'));
    const empty = configWith((config) => {
      config['dataDir'] = join(dir, 'unmounted');
    });
    const unprovisioned = await holdfast('run', '--config', empty);
    expect(unprovisioned.code).toBe(exitCode.dataDirectory);
    expect(unprovisioned.err).toContain('holdfast provision');
  });

  it('finishes the sale in hand on SIGTERM', async () => {
    await showroom.power('on');
    await showroom.until('the shop is copied', async () => (await showroom.status())?.snapshot?.generation === 1);
    showroom.press('50 enter');
    await showroom.until('a shift', async () => (await showroom.status())?.shift.open === true);
    const before = showroom.state().display.rows.join();
    showroom.press('1 enter');
    await showroom.until('an article', ({ display }) => display.rows.join() !== before);
    showroom.press('total');
    await showroom.until('what is to pay', ({ display }) => /To pay/.test(display.rows.join()));
    const pid = (await showroom.status())?.pid ?? 0;
    showroom.press('enter');
    process.kill(pid, 'SIGTERM');
    await showroom.until('the process has ended', ({ power }) => power.state === 'stopped', minutes(1));
    expect(readFileSync(join(dir, 'till.log'), 'utf8')).toContain('"msg":"stopped"');
    await showroom.power('on');
    const paid = (await showroom.status())?.sales.total;
    // Either the key came before the signal, and the sale is whole, or it did not, and nothing was sold.
    expect(showroom.receipts().filter(({ text }) => text.includes('K1-00000001')).length).toBe(paid);
  });
});

describe('bad input at the counter', () => {
  beforeEach(async () => {
    await showroom.power('on');
    await showroom.until('the shop is copied', async () => (await showroom.status())?.snapshot?.generation === 1);
    showroom.press('50 enter');
    await showroom.until('a shift', async () => (await showroom.status())?.shift.open === true);
  });

  const shows = (pattern: RegExp) =>
    showroom.until(
      String(pattern),
      ({ display }) => pattern.test(display.rows.join(' ').replaceAll(/\s+/g, ' ')),
      seconds(20),
    );

  it('says so for an unknown barcode, a misread one and an absurd quantity, and sells on', async () => {
    showroom.scan('4006381333931');
    await shows(/unknown|not known/i);
    showroom.scan('4063000000019');
    await shows(/misread|again/i);
    showroom.press('clear');
    showroom.press('99999 times');
    await shows(/quantity|at most|too/i);
    showroom.press('clear 0 times');
    await shows(/quantity|at most|too/i);
    showroom.press('clear');
    showroom.scan('4063000000018');
    await shows(/35[.,]81/);
    showroom.press('total');
    showroom.press('enter');
    await showroom.until('the receipt', ({ printed }) => printed === 1);
    expect((await showroom.status())?.sales.total).toBe(1);
  });

  it('keeps selling from the snapshot it has when Magento sends half a page, a broken one, or refuses the token', async () => {
    for (const [fault, code] of [
      [{ action: { kind: 'truncate' }, path: '/V1/products' }, /cut|broken|JSON|page|end/i],
      [{ action: { kind: 'answer', status: 401 } }, /token|sign|accept|allow|authori/i],
    ] as const) {
      showroom.faults().set([fault]);
      const pulled = await holdfast('snapshot', 'pull', '--config', showroom.configFile);
      expect(pulled.code).toBe(exitCode.failed);
      expect(pulled.err).toMatch(code);
      expect((await showroom.status())?.snapshot?.generation).toBe(1);
    }
    showroom.faults().clear();
    const pulled = await holdfast('snapshot', 'pull', '--config', showroom.configFile, '--json');
    expect(pulled.code).toBe(exitCode.done);
    expect(JSON.parse(pulled.out).counts.product).toBe(67);
  });
});
