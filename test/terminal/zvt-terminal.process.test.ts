import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { VirtualZvtTerminal } from '../../drivers/payment-terminal/zvt/virtual-zvt-terminal.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { patience, until } from '../drivers/wait.ts';
import { program, provisionedTerminal, ran, type SmallTerminal } from '../supervision/small-terminal.ts';

// The real daemon with a ZVT terminal in its network, from the settings to the command line.

/** Each look starts a process. */
const often = { ...patience, interval: 300 };
const cardNumber = '5413330089604111';

let card: VirtualZvtTerminal;
let server: Server;
let connection: Socket | null;
let terminal: SmallTerminal;
let till: ChildProcess;
let log: string;

beforeEach(async () => {
  connection = null;
  card = new VirtualZvtTerminal({
    clock: new SystemClock('Europe/Berlin'),
    transport: 'tcp',
    password: '123456',
    send: (bytes) => connection?.write(bytes),
    hangUp: () => connection?.destroy(),
  });
  // It tells of its last payment, when asked, with everything that it must not tell.
  card.faults.leaksCardData = true;
  card.payByHand(1250);
  server = createServer((socket) => {
    connection = socket;
    card.connected();
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => card.receive(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  terminal = await provisionedTerminal();
  const config = JSON.parse(readFileSync(terminal.configFile, 'utf8'));
  const link = { type: 'tcp', host: '127.0.0.1', port };
  config.devices = { paymentTerminal: { driver: 'zvt', link, password: '123456', printsOn: 'till' } };
  config.log = { level: 'debug' };
  writeFileSync(terminal.configFile, JSON.stringify(config));
  log = '';
  till = spawn(process.execPath, [program, 'run', '--config', terminal.configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [till.stdout, till.stderr]) stream?.on('data', (text) => (log += String(text)));
  await until(() => log.includes('ready to sell') && card.registered);
});
afterEach(async () => {
  if (till.exitCode === null) {
    const ended = new Promise((resolve) => till.once('exit', resolve));
    till.kill('SIGTERM');
    await ended;
  }
  connection?.destroy();
  await new Promise((resolve) => server.close(resolve));
  terminal.remove();
});

const holdfast = (...args: readonly string[]) =>
  ran(process.execPath, [program, ...args, '--config', terminal.configFile]);

it('is listed, tried out and watched, and no card data leaves it', async () => {
  await expect.poll(async () => (await holdfast('devices', 'list')).text, often).toMatch(/zvt.*ready/);
  const monitor = spawn(process.execPath, [
    program,
    'devices',
    'monitor',
    'card-terminal',
    '--config',
    terminal.configFile,
  ]);
  let watched = '';
  monitor.stdout.on('data', (text) => (watched += String(text)));

  // The monitor may not be listening yet when the first test is over.
  await expect
    .poll(async () => {
      const tested = await holdfast('devices', 'test', 'card-terminal');
      expect(tested.text).toContain('it answers and knows of no such payment');
      return watched;
    }, often)
    .toMatch(/\d+ bytes/);
  monitor.kill('SIGKILL');

  const { text } = await holdfast('config', 'print');
  expect(text).not.toContain('123456');

  const everything = [
    log,
    watched,
    ...filesIn(join(terminal.folder, 'data')).map((path) => readFileSync(path, 'latin1')),
  ].join('\n');
  // The notes about it are among what was searched.
  expect(everything).toContain('"receiptNumber":471');
  expect(everything).not.toContain(cardNumber);
  expect(everything).not.toMatch(/D2912|=2912/i);
  expect(watched).not.toMatch(/06 01|04 0f|05 01/);
});

it('is logged off when the till stops', async () => {
  const ended = new Promise((resolve) => till.once('exit', resolve));
  till.kill('SIGTERM');
  await ended;
  expect(card.registered).toBe(false);
  expect(card.problems).toEqual([]);
});

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const entry = statSync(path);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}
