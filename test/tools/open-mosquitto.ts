import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Mosquitto without TLS and accounts, that may be stopped and started again on the same port. */
export interface OpenMosquitto {
  readonly url: string;
  readonly processId: number;
  /** SIGTERM, and gone when it resolves. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  end(): Promise<void>;
}

/** Nobody is asked for a name, nothing is kept, nothing is dropped: as quick as this broker is. */
const configured = [
  'allow_anonymous true',
  'persistence false',
  'log_type none',
  'max_queued_messages 0',
  'set_tcp_nodelay true',
];

/** `limits`: more lines of its configuration (mosquitto.conf(5)). */
export async function startOpenMosquitto(program: string, limits: readonly string[] = []): Promise<OpenMosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-open-mosquitto-'));
  const port = await freePort();
  const configuration = join(folder, 'mosquitto.conf');
  writeFileSync(configuration, `${[`listener ${port} 127.0.0.1`, ...configured, ...limits].join('\n')}\n`);
  let broker: ChildProcess | null = null;
  const stop = async (): Promise<void> => {
    const ending = broker;
    broker = null;
    if (ending === null || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill();
    await ended;
  };
  const start = async (): Promise<void> => {
    const child = spawn(program, ['-c', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
    broker = child;
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words = `${words}${chunk.toString()}`.slice(-2000);
    });
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`mosquitto ended before it listened: ${words}`);
      await sleep(20);
    }
  };
  await start();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    get processId() {
      return broker?.pid ?? 0;
    },
    stop,
    start,
    async end() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It can't be told to take one that is free, so another is asked for first. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
