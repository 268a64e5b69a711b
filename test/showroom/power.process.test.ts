import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { createPowerSwitch, type PowerSwitch } from '../../src/showroom/power.ts';

let folder: string;
let power: PowerSwitch;
let changes: string[];

/** A stand-in for the till: it is ready once its file is there, and writes down a SIGTERM. */
function till(script: string): PowerSwitch {
  changes = [];
  power = createPowerSwitch({
    command: process.execPath,
    args: ['-e', script],
    env: process.env,
    logFile: join(folder, 'till.log'),
    answers: async () => existsSync(join(folder, 'ready')),
    onChange: () => changes.push(power.state),
    clock: new SystemClock(),
  });
  return power;
}
const ready = (): string => `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'ready'))}, '');`;
const isAlive = (pid: number | null): boolean => {
  try {
    return pid !== null && process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-power-'));
});
afterEach(async () => {
  await power.off();
  rmSync(folder, { recursive: true, force: true });
});

describe('the mains switch', () => {
  it('is on when the till answers, and off when its process is gone', async () => {
    till(`${ready()} setInterval(() => {}, 1000)`);
    await power.on();
    const { pid } = power;
    expect([power.state, isAlive(pid)]).toEqual(['on', true]);
    await power.off();
    expect([power.state, power.words, isAlive(pid)]).toEqual(['off', 'switched off', false]);
    await power.on();
    expect(power.pid).not.toBe(pid);
    expect(changes.slice(0, 3)).toEqual(['starting', 'on', 'off']);
  });

  it('kills: the till gets no chance to tidy up', async () => {
    const marker = join(folder, 'tidied');
    till(`process.on('SIGTERM', () => require('node:fs').writeFileSync(${JSON.stringify(marker)}, ''));
      ${ready()} setInterval(() => {}, 1000)`);
    await power.on();
    await power.off();
    expect(existsSync(marker)).toBe(false);
  });

  it('shuts down politely when the showroom closes', async () => {
    const marker = join(folder, 'tidied');
    till(`process.on('SIGTERM', () => { require('node:fs').writeFileSync(${JSON.stringify(marker)}, ''); process.exit(0); });
      ${ready()} setInterval(() => {}, 1000)`);
    await power.on();
    await power.shutDown();
    expect([existsSync(marker), power.state]).toEqual([true, 'off']);
  });

  it('says how a till ended that nobody switched off', async () => {
    till('console.log("the data directory is full"); process.exit(75)');
    await expect(power.on()).rejects.toMatchObject({
      code: 'showroom.till-stopped',
      message: expect.stringContaining('stopped by itself (exit code 75): the data directory is full'),
    });
    expect(power.state).toBe('stopped');
    expect(readFileSync(join(folder, 'till.log'), 'utf8')).toContain('the data directory is full');
  });

  it('names the error of a till that crashed', async () => {
    till('null.price');
    await expect(power.on()).rejects.toMatchObject({ message: expect.stringContaining('TypeError: Cannot read') });
  });

  it('can be switched off while the till is still starting', async () => {
    till('setInterval(() => {}, 1000)');
    const starting = power.on();
    await expect.poll(() => power.pid).not.toBeNull();
    await power.off();
    await starting;
    expect(power.state).toBe('off');
    writeFileSync(join(folder, 'ready'), '');
  });
});
