import { execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mosquittoConfig } from '../../provisioning/brokers/mosquitto-config.ts';
import type { FleetName } from '../../src/fleet/protocol.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { TestAuthority } from './certificates.ts';
import { findProgram } from './needs.ts';

export interface TestMosquitto {
  /** `mqtts://localhost:…`. */
  readonly url: string;
  readonly port: number;
  /** PEM of who signed its certificate. */
  readonly authority: string;
  /** Of one of the accounts that the generated configuration has. */
  password(account: string): string;
  /** Ends at once and starts again with what it has kept. */
  restart(): Promise<void>;
  /** What it has logged. */
  said(): string;
  stop(): Promise<void>;
}

/** A Mosquitto as `holdfast fleet broker-config` sets it up, with TLS, on a port of the system's choice. */
export async function startMosquitto(program: string, fleet: FleetName): Promise<TestMosquitto> {
  const openssl = findProgram('openssl');
  if (openssl === undefined) throw new Error('needs openssl');
  const root = mkdtempSync(join(tmpdir(), 'holdfast-mosquitto-'));
  const folder = join(root, 'broker');
  mkdirSync(folder, { mode: 0o700 });
  const authority = new TestAuthority(openssl);
  const { key, certificate } = authority.issue('localhost');
  writeFileSync(join(folder, 'broker.key'), key, { mode: 0o600 });
  writeFileSync(join(folder, 'broker.pem'), certificate);
  const port = await freePort();
  const files = mosquittoConfig(
    {
      fleet,
      folder,
      host: '127.0.0.1',
      port,
      certFile: join(folder, 'broker.pem'),
      keyFile: join(folder, 'broker.key'),
      plugin: installedPlugin(),
    },
    systemRandom,
  );
  for (const { name, mode, text } of files) writeFileSync(join(folder, name), text, { mode });
  giveToMosquitto(root);
  let said = '';
  const begin = async () => {
    const broker = spawn(program, ['-c', join(folder, 'mosquitto.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
    broker.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    const ended = new Promise<void>((resolve) => broker.once('exit', () => resolve()));
    while (!(await answers(port))) {
      if (broker.exitCode !== null) throw new Error(`Mosquitto ended at once: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { broker, ended };
  };
  const end = async ({ broker, ended }: Awaited<ReturnType<typeof begin>>, signal: NodeJS.Signals) => {
    broker.kill(signal);
    await ended;
  };
  let running = await begin();
  return {
    url: `mqtts://localhost:${port}`,
    port,
    authority: authority.certificate,
    password: (account) => readFileSync(join(folder, `${account}.password`), 'utf8').trim(),
    restart: async () => {
      await end(running, 'SIGTERM');
      running = await begin();
    },
    said: () => said,
    stop: async () => {
      await end(running, 'SIGTERM');
      authority.remove();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Started by root it becomes the user that Debian's package brings, who then needs its files. */
function giveToMosquitto(root: string): void {
  if (process.getuid?.() !== 0) return;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'mosquitto'], { encoding: 'utf8' }));
  const [uid, gid] = [id('-u'), id('-g')];
  for (const path of [root, ...readdirSync(root, { recursive: true }).map((name) => join(root, String(name)))]) {
    chownSync(path, uid, gid);
  }
}

function installedPlugin(): string {
  const folders = ['/usr/lib', ...readdirSync('/usr/lib').map((folder) => join('/usr/lib', folder))];
  const path = folders.map((folder) => join(folder, 'mosquitto_dynamic_security.so')).find((each) => existsSync(each));
  if (path === undefined) throw new Error('Mosquitto’s dynamic security plugin is not installed');
  return path;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
