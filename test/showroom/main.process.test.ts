import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from '../../src/control/client.ts';
import { listenOnLoopback } from '../../src/showroom/loopback.ts';
import { removeFolder, showroomFolder } from './open-showroom.ts';

const main = fileURLToPath(new URL('../../dist/src/showroom/main.js', import.meta.url));

/** `npm start` with these options. */
class Started {
  readonly #process: ChildProcess;
  readonly ended: Promise<number | null>;
  out = '';
  err = '';

  constructor(...options: string[]) {
    this.#process = spawn(process.execPath, [main, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process.stdout?.on('data', (text) => {
      this.out += text;
    });
    this.#process.stderr?.on('data', (text) => {
      this.err += text;
    });
    this.ended = new Promise((resolve) => this.#process.once('close', resolve));
  }

  /** The one address it prints. */
  async url(): Promise<string> {
    await expect.poll(() => this.out + this.err, { timeout: 120_000 }).toMatch(/Ctrl-C|could not/);
    const urls = this.out.match(/http:\/\/\S+/g) ?? [];
    expect(urls).toHaveLength(1);
    return urls[0] ?? '';
  }

  /** Ctrl-C. */
  async interrupt(): Promise<number | null> {
    this.#process.kill('SIGINT');
    return this.ended;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

let dir: string;
let started: Started[];
const start = (...options: string[]): Started => {
  const begun = new Started(...options);
  started.push(begun);
  return begun;
};
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeEach(() => {
  dir = showroomFolder();
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((showroom) => showroom.interrupt()));
  removeFolder(dir);
});

describe('npm start', () => {
  it('prints one address, serves the page there, and Ctrl-C leaves nothing behind', { timeout: 240_000 }, async () => {
    const showroom = start('--dir', dir, '--port', '0', '--quick');
    const url = await showroom.url();
    expect(await (await fetch(url)).text()).toContain('<title>Holdfast');
    const { pid } = await new ControlClient(join(dir, 'data', 'control.sock')).status();
    expect(isAlive(pid)).toBe(true);
    expect(await showroom.interrupt()).toBe(0);
    expect(isAlive(pid)).toBe(false);
    await expect(fetch(url)).rejects.toThrow();
    expect(showroom.err).toBe('');
  });

  it('takes over the till of a showroom that was killed', { timeout: 240_000 }, async () => {
    const killed = start('--dir', dir, '--port', '0', '--quick');
    await killed.url();
    const control = new ControlClient(join(dir, 'data', 'control.sock'));
    const { pid } = await control.status();
    await expect.poll(() => existsSync(join(dir, 'shop.json')), { timeout: 240_000 }).toBe(true);
    killed.kill();
    await killed.ended;
    expect((await control.status()).pid).toBe(pid);
    await start('--dir', dir, '--port', '0', '--quick').url();
    expect((await control.status()).pid).not.toBe(pid);
  });

  it('says what is wrong with an option, a port, a directory', { timeout: 240_000 }, async () => {
    const wrong = start('--colour', 'red');
    expect(await wrong.ended).toBe(64);
    expect(wrong.err).toContain('--fresh');

    const taken = await listenOnLoopback(createServer(), 0);
    const refused = start('--dir', dir, '--port', String(taken.port), '--quick');
    expect(await refused.ended).toBe(1);
    expect(refused.err).toContain(`Port ${taken.port} is taken`);
    await taken.close();

    const first = start('--dir', dir, '--quick');
    const firstUrl = await first.url();
    const second = start('--dir', dir, '--quick', '--fresh');
    expect(await second.ended).toBe(1);
    expect(second.err).toContain('Another showroom is open');
    expect((await fetch(firstUrl)).status).toBe(200);
    expect(existsSync(join(dir, 'data', 'control.sock'))).toBe(true);

    const elsewhere = showroomFolder();
    const third = start('--dir', elsewhere, '--quick');
    expect(await third.url()).not.toBe(firstUrl);
    await third.interrupt();
    removeFolder(elsewhere);
  });
});
