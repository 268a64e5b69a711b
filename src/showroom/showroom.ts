import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlClient } from '../control/client.ts';
import type { SaleEntry, TerminalStatus } from '../control/protocol.ts';
import { type Clock, milliseconds, minutes, seconds } from '../platform/clock.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { EventBus } from '../platform/events.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { type CounterDevices, plugInDevices } from './devices/counter-devices.ts';
import type { CounterState, Ledgers, Showroom } from './facade.ts';
import { alignLedgers, ordersOf } from './ledgers.ts';
import { takeLock } from './lock.ts';
import { type Latency, type SimulatedMagento, startSimulatedMagento } from './magento/index.ts';
import { type NetworkCable, startNetworkCable } from './network.ts';
import { createPowerSwitch, type PowerSwitch } from './power.ts';
import { provision } from './provision.ts';
import { shelfOf } from './shelf.ts';
import { tillConfig } from './till-config.ts';

export interface ShowroomOptions {
  /** Everything is kept here; made if it is not there. A second showroom in the same directory goes on from the first. */
  readonly dir: string;
  /** Empties the directory first: nothing was ever sold. */
  readonly fresh?: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** How long Magento's answers take. Default: as recorded. */
  readonly latency?: Latency;
  /** Settings of the till that differ from the showroom's own, as in its configuration file. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The program `holdfast`; default: this release's, built. */
  readonly program?: string;
}

/**
 * Sets up the shop and the counter. The till's power is off: `power('on')` starts it. Rejects `showroom.already-open` and what
 * the file system says.
 */
export async function startShowroom(options: ShowroomOptions): Promise<Showroom> {
  const { clock, random, log } = options;
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true });
  const undo: (() => Promise<void>)[] = [];
  const keep = async <Part>(starting: Promise<Part>, end: (part: Part) => Promise<void>): Promise<Part> => {
    const part = await starting;
    undo.unshift(() => end(part));
    return part;
  };
  const endAll = async (): Promise<void> => {
    for (const end of undo.splice(0)) await end();
  };

  try {
    const events = new EventBus<{ change: undefined }>(log);
    const onChange = (): void => events.emit('change', undefined);
    const dataDir = join(dir, 'data');
    const control = new ControlClient(join(dataDir, 'control.sock'));
    await keep(takeLock(join(dir, lockName)), (lock) => lock.release());
    await endForgottenTill(control, clock);
    if (options.fresh === true) await empty(dir);
    const magento = await keep(
      startSimulatedMagento({
        port: 0,
        clock,
        random,
        log,
        latency: options.latency ?? 'recorded',
        stateFile: join(dir, 'shop.json'),
      }),
      (shop) => shop.close(),
    );
    await keep(Promise.resolve(saveAsSold(magento, clock, log)), (saver) => saver.end());
    const cable = await keep(startNetworkCable({ target: magento.port, port: 0, clock }), (part) => part.close());
    const devices = await keep(plugInDevices({ clock, random, log, onChange }), (part) => part.close());

    const configFile = join(dir, 'terminal.json');
    const config = tillConfig({ ...devices.sockets, shop: cable.port }, dataDir, magento.integrationToken);
    await writeFile(configFile, `${JSON.stringify({ ...config, ...options.config }, null, 2)}\n`, { mode: 0o600 });
    await chmod(configFile, 0o600);

    const program = options.program ?? fileURLToPath(new URL('../cli/main.js', import.meta.url));
    await provision(program, configFile, environment());
    const power = createPowerSwitch({
      command: process.execPath,
      args: [program, 'run', '--config', configFile],
      env: environment(),
      logFile: join(dir, 'till.log'),
      answers: async () => (await askStatus(control)) !== null,
      onChange,
      clock,
    });
    undo.unshift(() => power.shutDown());
    return showroomOf({ dir, configFile, magento, cable, devices, control, power, clock, events, endAll, onChange });
  } catch (error) {
    await endAll();
    throw error;
  }
}

const lockName = 'showroom.sock';

interface Parts {
  readonly dir: string;
  readonly configFile: string;
  readonly magento: SimulatedMagento;
  readonly cable: NetworkCable;
  readonly devices: CounterDevices;
  readonly control: ControlClient;
  readonly power: PowerSwitch;
  readonly clock: Clock;
  readonly events: EventBus<{ change: undefined }>;
  onChange(): void;
  endAll(): Promise<void>;
}

function showroomOf(parts: Parts): Showroom {
  const { magento, cable, devices, control, power, clock, events, onChange } = parts;
  /** The till's side of the ledger when it was last asked. */
  let lastQueue: readonly SaleEntry[] = [];
  let lastOnline = true;

  const state = (): CounterState => ({
    power: { state: power.state, words: power.words },
    network: cable.state,
    ...devices.state(),
  });

  async function ledger(): Promise<Ledgers> {
    let stale = false;
    try {
      lastQueue = await queue();
      lastOnline = (await control.status()).connection.state === 'online';
    } catch {
      stale = true;
    }
    return alignLedgers(lastQueue, ordersOf(magento.shop.ledger), { stale, online: lastOnline });
  }

  const queue = async (): Promise<readonly SaleEntry[]> => {
    const states = ['waiting', 'parked', 'confirmed', 'withdrawn'];
    const entries = await control.queue({ states, limit: 1_000_000 });
    return entries.filter((entry) => entry.kind === 'sale');
  };

  return {
    dir: parts.dir,
    configFile: parts.configFile,
    shop: magento.shop,
    control,

    press: (keys) => devices.press(keys),
    scan: (code) => devices.scan(code),
    tap: () => devices.cardTerminal.tap(),
    decline: () => devices.cardTerminal.decline(),
    removeCard: () => devices.cardTerminal.removeCard(),
    loseNextCardReply() {
      devices.cardTerminal.dropNextReply = true;
    },
    closeDrawer: () => devices.closeDrawer(),

    async network(next) {
      cable.set(next);
      onChange();
    },
    paper: (next) => devices.paper(next),
    async power(next) {
      if (next === 'off') await power.off();
      await devices.power(next === 'on');
      if (next === 'on') await power.on();
    },
    faults: () => magento.faults,

    state,
    receipts: () => devices.slips,
    shelf: () => shelfOf(magento.shop),
    ledger,
    queue,
    status: () => askStatus(control),
    deviceProblems: () => devices.problems,

    onChange: (listener) => events.on('change', listener),
    async until(what, condition, timeout = minutes(1)) {
      const deadline = clock.monotonic() + timeout;
      while (!(await condition(state()))) {
        if (clock.monotonic() > deadline) {
          const { rows } = state().display;
          throw new HoldfastError(
            'showroom.waited-too-long',
            `Waited too long until ${what}. Display: ${rows.join(' | ')}`,
            {
              remedy: 'never',
            },
          );
        }
        await clock.sleep(milliseconds(20));
      }
    },
    close: () => parts.endAll(),
  };
}

async function askStatus(control: ControlClient): Promise<TerminalStatus | null> {
  try {
    return await control.status();
  } catch {
    return null;
  }
}

/** A showroom that was killed leaves its till running; it would keep the data directory to itself. */
async function endForgottenTill(control: ControlClient, clock: Clock): Promise<void> {
  const status = await askStatus(control);
  if (status === null) return;
  try {
    process.kill(status.pid, 'SIGKILL');
  } catch (error) {
    throw new HoldfastError(
      'showroom.forgotten-till',
      `The till of an earlier showroom is still running: ${messageOf(error)}`,
      {
        remedy: 'operator',
        hint: `End process ${status.pid}.`,
      },
    );
  }
  while ((await askStatus(control)) !== null) await clock.sleep(milliseconds(20));
}

/** Saves the shop whenever it has sold something, so that a showroom that is killed forgets at most the last second. */
function saveAsSold(magento: SimulatedMagento, clock: Clock, log: Logger): { end(): Promise<void> } {
  const ended = new AbortController();
  const loop = async (): Promise<void> => {
    let saved = '';
    while (!ended.signal.aborted) {
      const { orders, invoices, shipments } = magento.shop.ledger;
      const now = [orders, invoices, shipments].map(({ length }) => length).join();
      if (now !== saved) {
        saved = now;
        await magento.save();
      }
      await clock.sleep(seconds(1), ended.signal);
    }
  };
  const done = loop().catch((error: unknown) => {
    log.error({ error: messageOf(error) }, 'the simulated shop could not be saved');
  });
  return {
    async end() {
      ended.abort();
      await done;
    },
  };
}

async function empty(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (name !== lockName) await rm(join(dir, name), { recursive: true, force: true });
  }
}

/** The till gets its settings from its file, not from variables that happen to be set here. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HOLDFAST_')));
}
