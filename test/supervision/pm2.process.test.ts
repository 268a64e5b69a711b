import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patience, until } from '../drivers/wait.ts';
import { project, provisionedTerminal, ran, type SmallTerminal } from './small-terminal.ts';

// The ecosystem file, with pm2 itself.

const pm2Program = join(project, 'node_modules/pm2/bin/pm2');

interface Supervised {
  readonly status: string;
  readonly restarts: number;
  readonly pid: number;
}

let home: string;
let terminal: SmallTerminal | null;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-pm2-'));
  terminal = null;
});
afterEach(async () => {
  await pm2('kill');
  terminal?.remove();
  rmSync(home, { recursive: true, force: true });
});

function pm2(...args: readonly string[]) {
  const config = terminal?.configFile;
  return ran(process.execPath, [pm2Program, ...args], { ...process.env, PM2_HOME: home, HOLDFAST_CONFIG: config });
}

async function supervised(name: string): Promise<Supervised | undefined> {
  const { text } = await pm2('jlist');
  const list: { name: string; pid: number; pm2_env: { status: string; restart_time: number } }[] = JSON.parse(
    text.slice(text.indexOf('[{')),
  );
  const found = list.find((each) => each.name === name);
  return found && { status: found.pm2_env.status, restarts: found.pm2_env.restart_time, pid: found.pid };
}

const pm2Log = (): string => readFileSync(join(home, 'pm2.log'), 'utf8');

/** The ecosystem file's own settings around a program that ends at once. */
async function startEndingWith(code: number): Promise<void> {
  const script = join(home, 'ends.cjs');
  writeFileSync(script, `process.exit(${code});`);
  const file = join(home, 'ends.config.cjs');
  const settings = JSON.stringify({ name: 'ends', script, args: '', cwd: home, restart_delay: 20, wait_ready: false });
  const ours = JSON.stringify(join(project, 'ecosystem.config.js'));
  writeFileSync(
    file,
    `const { apps: [till] } = require(${ours}); module.exports = { apps: [{ ...till, ...${settings} }] };`,
  );
  expect((await pm2('start', file)).code).toBe(0);
}

describe('ecosystem.config.js', () => {
  it('never gives up on a till that keeps ending, where pm2 would after sixteen times', async () => {
    await startEndingWith(1);
    const ended = (): number => pm2Log().split('exited with code [1]').length - 1;
    await until(() => ended() > 20);
    const { status, restarts } = (await supervised('ends')) ?? {};
    expect(status).not.toBe('errored');
    expect(restarts).toBeGreaterThan(16);
  });

  it('leaves a till with a wrong configuration to a person', async () => {
    await startEndingWith(78);
    await until(() => pm2Log().includes('exited with code [78]'));
    // pm2 then shows "waiting restart", and does not restart it.
    expect(await supervised('ends')).toMatchObject({ restarts: 0, status: expect.not.stringContaining('online') });
    expect(pm2Log().split('starting in').length - 1).toBe(1);
  });

  it('starts a till, knows when it can sell, starts it again and lets it stop by itself', async () => {
    terminal = await provisionedTerminal();
    const started = await pm2('start', join(project, 'ecosystem.config.js'));
    expect(started.text).toContain('holdfast');
    // With `wait_ready` pm2 returns when the till has said that it is ready.
    const first = await supervised('holdfast');
    expect(first?.status).toBe('online');
    const status = await ran(process.execPath, [
      join(project, 'dist/src/cli/main.js'),
      'status',
      '--config',
      terminal.configFile,
    ]);
    expect(status.code).toBe(0);

    process.kill(first?.pid ?? 0, 'SIGKILL');
    const often = { ...patience, interval: 500 };
    await expect.poll(() => supervised('holdfast'), often).toMatchObject({ status: 'online', restarts: 1 });
    expect((await supervised('holdfast'))?.pid).not.toBe(first?.pid);

    await pm2('stop', 'holdfast');
    expect((await supervised('holdfast'))?.status).toBe('stopped');
    expect(pm2Log()).not.toContain('sending SIGKILL');
    expect((await pm2('logs', '--nostream', '--lines', '40')).text).toContain('"msg":"stopped"');
  });
});
