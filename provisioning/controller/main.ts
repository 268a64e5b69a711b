#!/usr/bin/env node
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mqttLinks } from '../../src/fleet/mqtt-link.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../../src/platform/errors.ts';
import { openLevelStore } from '../../src/platform/level-store.ts';
import type { Logger } from '../../src/platform/log.ts';
import { pinoLogger } from '../../src/platform/pino-log.ts';
import { acquireProcessLock } from '../../src/platform/process-lock.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { replaceFile } from '../../src/platform/system-durable-files.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { type ReleaseKeys, releaseKeysSchema } from '../../src/updates/release-keys.ts';
import { startController } from './controller.ts';
import { type ControllerConfig, loadControllerConfig } from './controller-config.ts';
import type { SignIn } from './http/sign-in.ts';
import type { ControllerStore } from './store/controller-store.ts';
import { KeyValueControllerStore } from './store/key-value-controller-store.ts';

const usage = `The fleet's controller.

  controller --config FILE                     run it until SIGTERM
  controller --demo NUMBER [--port NUMBER]     so many imagined terminals, all in memory, to see the console alive
  controller --config FILE add-admin NAME      add a user with the role admin, with the password in $HOLDFAST_PASSWORD

docs/fleet.md says what goes into FILE.
`;

/** Runs the controller's process; resolves with its exit code. */
export async function runController(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      config: { type: 'string', default: '/etc/holdfast/controller.json' },
      demo: { type: 'string' },
      port: { type: 'string', default: '8480' },
      help: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.demo !== undefined) {
    await runDemo(Number(values.demo), Number(values.port));
    return 0;
  }
  const config = loadControllerConfig(values.config);
  const log = pinoLogger({ level: config.log.level, terminal: 'controller' });
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const lock = config.store.kind === 'embedded' ? await acquireProcessLock(config.dataDir) : null;
  const store = await openStore(config, log);
  try {
    const [command, name] = positionals;
    if (command === undefined) await run(config, store, log);
    else if (command === 'add-admin' && name !== undefined) await addAdmin(store, name);
    else {
      process.stderr.write(usage);
      return 2;
    }
    return 0;
  } finally {
    await store.close();
    await lock?.release();
  }
}

/** Most imagined terminals: their agents are real, and all run in this process. */
const mostInDemo = 2000;

async function runDemo(terminals: number, port: number): Promise<void> {
  if (!Number.isInteger(terminals) || terminals < 1 || terminals > mostInDemo || !Number.isInteger(port)) {
    throw new HoldfastError('config.invalid', `A demo has 1 to ${mostInDemo} terminals, e.g. --demo 200`, {
      remedy: 'operator',
    });
  }
  const { demoPassword, demoUser, startDemoFleet } = await import('./demo/demo-fleet.ts');
  const stopped = stopSignal();
  const log = pinoLogger({ level: 'error', terminal: 'demo' });
  const demo = await startDemoFleet({ terminals, seed: 1, port, clock: new SystemClock(), random: systemRandom, log });
  process.stdout.write(`The console: ${demo.url}  (name "${demoUser}", password "${demoPassword}")\n`);
  const joined = demo.complete.then(() =>
    process.stdout.write(`All ${terminals} terminals have joined. Ctrl+C ends it.\n`),
  );
  await Promise.race([stopped, joined]);
  await stopped;
  await demo.stop();
}

/** Resolves with the signal that this process is to stop by. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}

async function run(config: ControllerConfig, store: ControllerStore, log: Logger): Promise<void> {
  const { broker } = config;
  const clock = new SystemClock();
  const stopped = stopSignal();
  const controller = await startController({
    config,
    version: packageVersion(),
    store,
    vaultKey: await vaultKey(config),
    brokerPassword: broker.kind === 'external' ? readSecret(broker.passwordFile) : null,
    authorities: broker.kind === 'external' && broker.caFile !== '' ? [readFileSync(broker.caFile, 'utf8')] : [],
    ...(broker.kind === 'embedded' && broker.gatewayPasswordFile !== ''
      ? { gatewayPassword: readSecret(broker.gatewayPasswordFile) }
      : {}),
    adyenKeys: config.adyen === null ? [] : readSecret(config.adyen.hmacKeysFile).split(/\s+/),
    releaseKeys: readReleaseKeys(config.releases.keysFile),
    links: mqttLinks(() => clock.trusted()),
    clock,
    random: systemRandom,
    log,
  });
  if ((await store.list('users', { limit: 1 })).length === 0) {
    log.warn({}, 'nobody can sign in yet: "controller add-admin NAME" adds the first administrator');
  }
  log.info({ signal: await stopped }, 'stopping');
  await controller.stop();
}

async function openStore(config: ControllerConfig, log: Logger): Promise<ControllerStore> {
  if (config.store.kind === 'embedded') {
    const level = await openLevelStore(join(config.dataDir, 'store'), { createIfMissing: true });
    return new KeyValueControllerStore(level, log);
  }
  const { openPostgresStore } = await import('./store/postgres-controller-store.ts');
  const { url, passwordFile } = config.store;
  return openPostgresStore({
    url,
    clock: new SystemClock(),
    log,
    ...(passwordFile === '' ? {} : { password: readSecret(passwordFile) }),
  });
}

async function addAdmin(store: ControllerStore, name: string): Promise<void> {
  const { SignIn: Users } = await import('./http/sign-in.ts');
  const users: SignIn = new Users({ store, clock: new SystemClock(), random: systemRandom });
  await users.addUser(name, process.env['HOLDFAST_PASSWORD'] ?? '', 'admin');
  process.stdout.write(`${name} may sign in as an administrator now.\n`);
}

/** Made once where none is configured; who loses it must set the fleet's secret settings again. */
async function vaultKey({ vaultKeyFile, dataDir }: ControllerConfig): Promise<Uint8Array> {
  const path = vaultKeyFile === '' ? join(dataDir, 'vault.key') : vaultKeyFile;
  if (!existsSync(path) && vaultKeyFile === '') await replaceFile(path, systemRandom.bytes(32));
  const key = readFileSync(path);
  if (key.length === 32) return key;
  throw new HoldfastError('config.invalid', `${path} does not hold 32 bytes`, {
    remedy: 'operator',
    hint: 'Make one: head -c 32 /dev/urandom > FILE, and give all controllers the same.',
  });
}

function readReleaseKeys(file: string): ReleaseKeys | null {
  if (file === '') return null;
  const read = releaseKeysSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (read.success) return read.data;
  throw new HoldfastError('config.invalid', `releases.keysFile: ${file} does not hold two public keys`, {
    remedy: 'operator',
    hint: '"npm run release -- make-keys-file" makes such a file.',
  });
}

const readSecret = (path: string): string => readFileSync(path, 'utf8').trim();

function packageVersion(): string {
  for (const path of ['../../../package.json', '../../package.json']) {
    const url = new URL(path, import.meta.url);
    if (existsSync(url)) return String(JSON.parse(readFileSync(url, 'utf8')).version);
  }
  return 'unknown';
}

if (process.argv[1] !== undefined && import.meta.url.endsWith(process.argv[1].split('/').slice(-3).join('/'))) {
  try {
    process.exitCode = await runController(process.argv.slice(2));
  } catch (error) {
    const hint = isHoldfastError(error) && error.hint !== undefined ? `\n${error.hint}` : '';
    process.stderr.write(`${messageOf(error)}${hint}\n`);
    process.exitCode = isHoldfastError(error) && error.code.startsWith('config.') ? 78 : 1;
  }
}
