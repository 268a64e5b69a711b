import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlClient } from '../control/client.ts';
import type { PaymentEntry } from '../control/payments-protocol.ts';
import type { SaleEntry, TerminalStatus } from '../control/protocol.ts';
import { type Clock, milliseconds, minutes, seconds } from '../platform/clock.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { EventBus } from '../platform/events.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { openAcquirer, type SimulatedAcquirer } from './acquirer/acquirer.ts';
import { cardRows } from './card-books.ts';
import { type CounterDevices, plugInDevices } from './devices/counter-devices.ts';
import type { CounterState, Ledgers, Showroom } from './facade.ts';
import { alignLedgers, ordersOf } from './ledgers.ts';
import { takeLock } from './lock.ts';
import { type Latency, type SimulatedMagento, startSimulatedMagento } from './magento/index.ts';
import { type NetworkCable, startNetworkCable } from './network.ts';
import { createPowerSwitch, type PowerSwitch } from './power.ts';
import { provision } from './provision.ts';
import { shelfOf } from './shelf.ts';
import { cardConfig, tillConfig } from './till-config.ts';

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
    const acquirer = await keep(openAcquirer({ dir: join(dir, 'acquirer'), clock, log, onChange }), (part) =>
      part.close(),
    );
    const bankLine = await keep(startNetworkCable({ target: acquirer.port, port: 0, clock }), (part) => part.close());
    const devices = await keep(plugInDevices({ clock, random, log, host: acquirer.books, onChange }), (part) =>
      part.close(),
    );

    const configFile = join(dir, 'terminal.json');
    const config = {
      ...tillConfig({ ...devices.sockets, shop: cable.port }, dataDir, magento.integrationToken),
      ...cardConfig(bankLine.port, acquirer.sealingKeyFile),
    };
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
    const wires = { cable, bankLine };
    return showroomOf({
      dir,
      configFile,
      magento,
      acquirer,
      wires,
      devices,
      control,
      power,
      clock,
      events,
      endAll,
      onChange,
    });
  } catch (error) {
    await endAll();
    throw error;
  }
}

const lockName = 'showroom.sock';
/** As many as somebody looks at. */
const mostCards = 50;

interface Parts {
  readonly dir: string;
  readonly configFile: string;
  readonly magento: SimulatedMagento;
  readonly acquirer: SimulatedAcquirer;
  /** One plug: what leads to the shop and what leads to the bank. */
  readonly wires: { readonly cable: NetworkCable; readonly bankLine: NetworkCable };
  readonly devices: CounterDevices;
  readonly control: ControlClient;
  readonly power: PowerSwitch;
  readonly clock: Clock;
  readonly events: EventBus<{ change: undefined }>;
  onChange(): void;
  endAll(): Promise<void>;
}

function showroomOf(parts: Parts): Showroom {
  const { magento, acquirer, wires, devices, control, power, clock, events, onChange } = parts;
  const { cable, bankLine } = wires;
  /** The till's side of the ledger when it was last asked. */
  let lastQueue: readonly SaleEntry[] = [];
  let lastOnline = true;
  let lastPayments: readonly PaymentEntry[] = [];

  const state = (): CounterState => ({
    power: { state: power.state, words: power.words },
    network: cable.state,
    acquirerDecides: acquirer.books.later,
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
    cardsOffline(mode) {
      devices.cardTerminal.offlineMode = mode;
      onChange();
    },
    leakCard(card) {
      devices.cardTerminal.leaks = card;
    },
    acquirer: {
      decide(later) {
        acquirer.books.later = later;
        onChange();
      },
      approve: (paymentId) => acquirer.books.approveLate(paymentId),
      declineLate: (paymentId) => acquirer.books.declineLate(paymentId),
      chargeBack: (paymentId) => acquirer.books.chargeBack(paymentId),
      settle: () => acquirer.settle(),
      loseReplies: (count) => acquirer.loseReplies(count),
      tellTwice(count) {
        acquirer.books.duplicates = count;
      },
    },

    async network(next) {
      cable.set(next);
      bankLine.set(next);
      devices.cardTerminal.setHost(next !== 'off');
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
    async cards() {
      try {
        lastPayments = await control.payments({ open: false, limit: mostCards });
      } catch {
        // The till is off: its side is as last seen.
      }
      return cardRows(lastPayments, acquirer.books.payments().slice(-mostCards));
    },
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
