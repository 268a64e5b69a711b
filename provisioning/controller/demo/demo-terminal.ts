import { FleetAgent } from '../../../src/fleet/agent.ts';
import { type BrokerLink, LinkError, type OpenBrokerLink } from '../../../src/fleet/broker-link.ts';
import { type Claim, enrol, type FleetPlace } from '../../../src/fleet/enrolment.ts';
import { Identity } from '../../../src/fleet/identity.ts';
import {
  type JobExecutor,
  type JobExecutors,
  type JobResult,
  jobRejected,
  jobsFile,
  jobsStateSchema,
  noJobs,
} from '../../../src/fleet/jobs-agent.ts';
import type { JobKind } from '../../../src/fleet/protocol.ts';
import { defaultReconnectPolicy } from '../../../src/fleet/reconnect-policy.ts';
import type { SettingsPort } from '../../../src/fleet/settings-agent.ts';
import type { JsonValue } from '../../../src/platform/brand.ts';
import { type Clock, instant, type Monotonic, seconds } from '../../../src/platform/clock.ts';
import type { DurableFiles } from '../../../src/platform/durable-files.ts';
import { HoldfastError } from '../../../src/platform/errors.ts';
import type { TerminalId } from '../../../src/platform/ids.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryDisk } from '../../../src/platform/memory-disk.ts';
import type { Random } from '../../../src/platform/random.ts';
import { openStateFile } from '../../../src/platform/state-file.ts';
import { type DemoTill, demoModel } from './demo-till.ts';

export interface DemoTerminalOptions {
  readonly place: FleetPlace;
  readonly serial: string;
  readonly claim: Claim;
  readonly release: string;
  readonly open: OpenBrokerLink;
  readonly clock: Clock;
  readonly random: Random;
}

const knownAfter = seconds(10);
/** An outage of the demo may be short: nobody waits five minutes to see its end. */
const policy = { ...defaultReconnectPolicy, longest: seconds(30) };

/** A terminal of the demo fleet: the agent that real ones run, over a till that is imagined. */
export class DemoTerminal {
  readonly terminal: TerminalId;
  readonly #options: DemoTerminalOptions;
  readonly #files: DurableFiles;
  readonly #identity: Identity;
  readonly #settings = keptSettings();
  #till: DemoTill | null = null;
  #link: BrokerLink | null = null;
  #agent: FleetAgent | null = null;
  #firstToldAt: Monotonic | null = null;

  private constructor(terminal: TerminalId, options: DemoTerminalOptions, files: DurableFiles, identity: Identity) {
    this.terminal = terminal;
    this.#options = options;
    this.#files = files;
    this.#identity = identity;
  }

  /** Joins the fleet, and is told its number. */
  static async join(options: DemoTerminalOptions, signal: AbortSignal): Promise<DemoTerminal> {
    const { place, serial, claim, release, open, clock, random } = options;
    const files = new MemoryDisk().files(serial);
    const identity = await Identity.open(files, random, silentLogger);
    const member = await enrol(
      {
        place,
        identity,
        keepSettings: async () => undefined,
        claim: async () => claim,
        hardware: { model: demoModel, serial },
        version: release,
        open,
        clock,
        random,
        log: silentLogger,
        tell: () => undefined,
      },
      signal,
    );
    return new DemoTerminal(member, options, files, identity);
  }

  /** Begins to tell how the till is. */
  async start(till: DemoTill): Promise<void> {
    this.#till = till;
    await this.#startAgent(till);
  }

  /** Lives until now: what the till has come to, the connection follows. */
  live(): void {
    this.#till?.advance(this.#options.clock.now());
    if (this.#isCut) this.#link?.drop();
  }

  async stop(): Promise<void> {
    await this.#agent?.stop('stopped');
  }

  /** Without internet, once it has told of itself: nobody would know of one that never had any. */
  get #isCut(): boolean {
    const { clock } = this.#options;
    const isKnown = this.#firstToldAt !== null && clock.monotonic() - this.#firstToldAt > knownAfter;
    return isKnown && this.#till?.hasInternet === false;
  }

  async #startAgent(till: DemoTill): Promise<void> {
    const { place, open, clock, random } = this.#options;
    this.#agent = new FleetAgent({
      place,
      identity: this.#identity,
      jobs: await openStateFile(this.#files, jobsFile, jobsStateSchema, noJobs, silentLogger),
      settings: this.#settings,
      executors: this.#executors(till),
      isQuiet: () => true,
      look: async () => {
        this.#firstToldAt ??= clock.monotonic();
        return till.health();
      },
      reportEvery: seconds(60),
      version: till.release,
      open: async (settings, events) => {
        if (this.#isCut) throw new LinkError('unreachable', 'no internet');
        this.#link = await open(settings, events);
        return this.#link;
      },
      clock,
      random,
      log: silentLogger,
      policy,
    });
    await this.#agent.start();
  }

  /** The process ends and starts again, as a service manager would do it. */
  #restartSoon(till: DemoTill, release?: string): void {
    const { clock } = this.#options;
    clock.schedule(seconds(1), () => {
      const again = async (): Promise<void> => {
        await this.#agent?.stop('restarting');
        till.restart(release);
        await clock.sleep(seconds(8));
        await this.#startAgent(till);
      };
      void again();
    });
  }

  #executors(till: DemoTill): Omit<JobExecutors, 'rotate-credentials' | 'open-shift'> {
    const { clock, random } = this.#options;
    return {
      'sync-now': does(async () => ({ words: till.hasInternet ? 'Tried at once' : 'The shop can’t be reached' })),
      'refresh-snapshot': does(async () => {
        till.fetchSnapshot();
        return { words: 'The shop’s data is fresh' };
      }),
      'test-print': does(async () => {
        if (till.hasPaper) return { words: 'Printed' };
        throw new HoldfastError('printer.no-paper', 'The printer has no paper', { remedy: 'operator' });
      }),
      'show-message': does(async () => ({ words: 'Shown' })),
      'close-shift': does(() => Promise.reject(jobRejected('Tills of the demo never close their shift'))),
      'payment-report': does(async () => ({ words: 'Noted' })),
      checklist: does(async () => ({ words: 'Made anew' })),
      'act-on-case': does(() => Promise.reject(jobRejected('Tills of the demo keep no cases'))),
      'decide-parked': does(() => Promise.reject(jobRejected('Tills of the demo have no journal'))),
      'reconcile-orders': does(() => Promise.reject(jobRejected('Tills of the demo have no journal to compare'))),
      'outage-report': does(async ({ from, to }) => ({
        words: 'Made of what it remembers',
        result: till.outageReport(instant(from), instant(Math.min(Date.parse(to), clock.now()))) as JsonValue,
      })),
      'collect-diagnostics': does(async () => ({ words: 'Collected', result: { status: till.health().queue } })),
      restart: endsWith(async () => {
        this.#restartSoon(till);
        return { words: 'Restarts' };
      }),
      update: endsWith(async ({ version }, { tell, signal }) => {
        for (let part = 1; part <= 10; part += 1) {
          tell(`Fetching release ${version}`, part / 10);
          await clock.sleep(seconds(1 + random.fraction()), signal);
        }
        if (random.fraction() < 0.04) throw jobRejected('The bundle is not signed by a key that this terminal trusts');
        this.#restartSoon(till, version);
        return { words: `Runs ${version} after a restart` };
      }),
    };
  }
}

const does = <Kind extends JobKind>(
  run: (...given: Parameters<JobExecutor<Kind>['run']>) => Promise<JobResult>,
): JobExecutor<Kind> => ({ waitsForQuiet: false, afterRestart: 'again', run });

/** What is done when the process has started again. */
const endsWith = <Kind extends JobKind>(run: JobExecutor<Kind>['run']): JobExecutor<Kind> => ({
  ...does(run),
  afterRestart: 'done',
});

/** Settings as a terminal keeps them; the demo's tills take whatever the schema lets through. */
function keptSettings(): SettingsPort {
  let kept: { readonly version: number; readonly values: SettingsPort['kept'] } = { version: 0, values: {} };
  return {
    get keptVersion() {
      return kept.version;
    },
    get kept() {
      return kept.values;
    },
    keep: async (wanted) => {
      kept = wanted;
    },
    outcomes: () => Object.fromEntries(Object.keys(kept.values).map((key) => [key, { state: 'applied' }])),
    restartWanted: () => undefined,
  };
}
