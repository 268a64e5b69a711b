import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { systemServiceManager } from '../../src/platform/system-service-manager.ts';
import { until } from '../drivers/wait.ts';
import { describeWith } from '../tools/needs.ts';
import { program, provisionedTerminal } from './small-terminal.ts';

/** systemd's end of the socket, in the language that every Debian has: Node can't open one. */
const receiver = `
use IO::Socket::UNIX; use Socket;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die $!;
$| = 1; print "listening\\n"; my $message;
while (defined $socket->recv($message, 4096)) { $message =~ s/\\n/ /g; print "$message\\n"; }
`;

let folder: string;
let listening: ChildProcess;
let heard: string[];
let socket: string;

const said = (words: string): boolean => heard.some((message) => message.includes(words));

describeWith('systemd-notify', 'under systemd', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-notify-'));
    socket = join(folder, 'notify');
    heard = [];
    listening = spawn('perl', ['-e', receiver, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    listening.stdout?.on('data', (text) =>
      heard.push(
        ...String(text)
          .split('\n')
          .filter((line) => line !== ''),
      ),
    );
    await until(() => said('listening'));
  });
  afterEach(() => {
    listening.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('a till says that it starts, can sell, is well and stops', async () => {
    const terminal = await provisionedTerminal();
    const till = spawn(process.execPath, [program, 'run', '--config', terminal.configFile], {
      env: { ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '1500000' },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => till.once('exit', resolve));
    await until(() => said('READY=1'));
    expect(said('EXTEND_TIMEOUT_USEC=180000000')).toBe(true);
    expect(said('STATUS=ready to sell')).toBe(true);
    heard.length = 0;
    await until(() => heard.filter((message) => message === 'WATCHDOG=1').length >= 2);
    till.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(said('STOPPING=1')).toBe(true);
    heard.length = 0;
    terminal.remove();
  });
});

it('knows who supervises it by what is in its environment', async () => {
  const alone = systemServiceManager({ pid: 7, env: {} }, silentLogger);
  expect(alone.watchdog).toBeNull();
  await alone.tell({ kind: 'ready', words: '' });

  const told: string[] = [];
  const pm2 = systemServiceManager({ pid: 7, env: {}, send: (message) => told.push(message) }, silentLogger);
  for (const kind of ['alive', 'stopping'] as const) await pm2.tell({ kind });
  await pm2.tell({ kind: 'ready', words: 'ready to sell' });
  expect(told).toEqual(['ready']);
  pm2.release();
  let channel = true;
  const disconnect = (): void => {
    channel = false;
  };
  systemServiceManager({ pid: 7, env: {}, connected: true, disconnect }, silentLogger).release();
  expect(channel).toBe(false);

  const env = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '90000000' };
  const handedOn: Record<string, string | undefined> = { ...env, PATH: '/usr/bin' };
  expect(systemServiceManager({ pid: 7, env: handedOn }, silentLogger).watchdog).toBe(seconds(90));
  // Programs that the till starts are not told whom to speak to.
  expect(handedOn).toEqual({ PATH: '/usr/bin' });
  expect(systemServiceManager({ pid: 7, env: { ...env, WATCHDOG_PID: '7' } }, silentLogger).watchdog).toBe(seconds(90));
  expect(systemServiceManager({ pid: 7, env: { ...env, WATCHDOG_PID: '8' } }, silentLogger).watchdog).toBeNull();
});
