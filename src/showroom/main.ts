import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Clock } from '../platform/clock.ts';
import { minutes } from '../platform/clock.ts';
import { isHoldfastError, messageOf } from '../platform/errors.ts';
import { type Logger, silentLogger } from '../platform/log.ts';
import { SystemClock } from '../platform/system-clock.ts';
import { systemRandom } from '../platform/system-random.ts';
import { type Counter, startCounter } from './counter/server.ts';
import type { Showroom } from './facade.ts';
import type { ShowroomFleet } from './fleet.ts';
import { startShowroom } from './showroom.ts';
import { kioskSettings } from './till-config.ts';

const usage = `npm start [-- options]

Opens the showroom: a simulated shop, a counter in the browser, and the real till between them.

  --dir DIR    keep everything in DIR (default .holdfast/showroom)
  --fresh      forget what was sold before
  --port N     serve the page on port N (default 8470, or the next free one)
  --fleet      run a fleet's controller as well, with the till in it
  --profile P  stall (default): a trader at a keypad; kiosk: customers serve themselves, staff's PIN is 1234
  --quick      Magento answers at once instead of as slowly as the recorded one
  --help       this text
`;

const firstPort = 8470;
const portsTried = 20;

/** `npm start`. Exit code 1 when the showroom could not be opened, 64 (EX_USAGE) for options that it does not have. */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) {
    process.stderr.write(usage);
    return 64;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const clock = new SystemClock('Europe/Berlin');
  const dir = resolve(options.dir);
  const stopped = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });

  say('Opening the shop…');
  const fleet = options.fleet ? await openFleet(`${dir}-fleet`, options.fresh, clock) : null;
  const showroom = await startShowroom({
    dir,
    config: { ...fleet?.tillConfig, ...(options.profile === 'kiosk' ? kioskSettings : {}) },
    fresh: options.fresh,
    clock,
    random: systemRandom,
    log: silentLogger,
    latency: options.quick ? 'none' : 'recorded',
  });
  try {
    const opened = open(showroom, options.port, clock);
    const counter = await Promise.race([opened, stopped]);
    if (fleet !== null)
      say(`The fleet’s controller is ${fleet.url} (user ${fleet.user}, password "${fleet.password}").`);
    await stopped;
    say('Closing…');
    await counter?.close();
  } finally {
    await showroom.close();
    await fleet?.close();
  }
  return 0;
}

/** Loaded only where it is wanted: it brings a broker along. */
async function openFleet(dir: string, fresh: boolean, clock: Clock): Promise<ShowroomFleet> {
  const { startShowroomFleet } = await import('./fleet.ts');
  return startShowroomFleet({ dir, fresh, clock, random: systemRandom });
}

/** Starts the till and, when it can sell, the page. */
async function open(showroom: Showroom, port: number | null, clock: Clock): Promise<Counter> {
  say('Starting the till…');
  await showroom.power('on');
  const hasCatalogue = async (): Promise<boolean> => ((await showroom.status())?.snapshot ?? null) !== null;
  if (!(await hasCatalogue())) {
    say('Copying the catalogue…');
    await showroom.until('the catalogue is copied', hasCatalogue, minutes(5));
  }
  const counter = await openCounter(showroom, port, clock, silentLogger);
  say(`Open ${counter.url} in a browser. Ctrl-C closes the showroom.`);
  return counter;
}

interface Options {
  readonly dir: string;
  readonly fresh: boolean;
  readonly fleet: boolean;
  readonly quick: boolean;
  readonly help: boolean;
  readonly profile: 'stall' | 'kiosk';
  /** Null: the usual one, or the next that is free. */
  readonly port: number | null;
}

function readOptions(): Options | null {
  try {
    const { values } = parseArgs({
      options: {
        dir: { type: 'string', default: '.holdfast/showroom' },
        fresh: { type: 'boolean', default: false },
        fleet: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        port: { type: 'string' },
        profile: { type: 'string', default: 'stall' },
      },
    });
    const port = values.port === undefined ? null : Number(values.port);
    if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) return null;
    const { profile } = values;
    if (profile !== 'stall' && profile !== 'kiosk') return null;
    return { ...values, port, profile };
  } catch {
    return null;
  }
}

/** A port that was asked for must be free; the usual one may be taken by another showroom. */
async function openCounter(showroom: Showroom, port: number | null, clock: Clock, log: Logger): Promise<Counter> {
  const last = port ?? firstPort + portsTried - 1;
  for (let candidate = port ?? firstPort; ; candidate += 1) {
    try {
      return await startCounter({ showroom, port: candidate, clock, log });
    } catch (error) {
      if (!isHoldfastError(error, 'counter.port-taken') || candidate === last) throw error;
    }
  }
}

function say(words: string): void {
  process.stdout.write(`${words}\n`);
}

try {
  // Explicitly: a start that was interrupted may still be waiting for something.
  process.exit(await main());
} catch (error) {
  const hint = isHoldfastError(error) && error.hint !== undefined ? `\n${error.hint}` : '';
  process.stderr.write(`The showroom could not be opened: ${messageOf(error)}${hint}\n`);
  process.exit(1);
}
