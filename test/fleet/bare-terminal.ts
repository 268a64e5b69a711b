import { FleetAgent, type FleetAgentOptions } from '../../src/fleet/agent.ts';
import { type Claim, enrol, type FleetPlace } from '../../src/fleet/enrolment.ts';
import { Identity } from '../../src/fleet/identity.ts';
import { type JobExecutors, jobRejected, jobsFile, jobsStateSchema, noJobs } from '../../src/fleet/jobs-agent.ts';
import { mqttLinks } from '../../src/fleet/mqtt-link.ts';
import type { Health } from '../../src/fleet/protocol.ts';
import { type Clock, type Duration, seconds } from '../../src/platform/clock.ts';
import type { DurableFiles } from '../../src/platform/durable-files.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { openStateFile } from '../../src/platform/state-file.ts';
import { systemRandom } from '../../src/platform/system-random.ts';

export interface BareTerminalOptions {
  readonly place: FleetPlace;
  readonly serial: string;
  readonly files: DurableFiles;
  readonly clock: Clock;
  readonly look: () => Promise<Health>;
  readonly reportEvery?: Duration;
}

/** The fleet's part of a terminal, over a real network, with no till behind it. */
export class BareTerminal {
  readonly identity: Identity;
  readonly #options: BareTerminalOptions;

  private constructor(identity: Identity, options: BareTerminalOptions) {
    this.identity = identity;
    this.#options = options;
  }

  static async open(options: BareTerminalOptions): Promise<BareTerminal> {
    return new BareTerminal(await Identity.open(options.files, systemRandom, silentLogger), options);
  }

  /** Joins by the claim, however often it must ask. */
  async enrol(claim: Claim, signal: AbortSignal): Promise<void> {
    await enrol(
      {
        ...this.#world,
        identity: this.identity,
        keepSettings: async () => undefined,
        claim: async () => claim,
        hardware: { model: 'Bench', serial: this.#options.serial },
        tell: () => undefined,
      },
      signal,
    );
  }

  /** The agent of a terminal that has joined; not started yet. */
  async agent(): Promise<FleetAgent> {
    const { files, look, reportEvery = seconds(60) } = this.#options;
    return new FleetAgent({
      ...this.#world,
      identity: this.identity,
      jobs: await openStateFile(files, jobsFile, jobsStateSchema, noJobs, silentLogger),
      settings: settingsInMemory(),
      executors,
      isQuiet: () => true,
      look,
      reportEvery,
    });
  }

  get #world() {
    const { place, clock } = this.#options;
    const open = mqttLinks(() => true);
    return { place, clock, random: systemRandom, log: silentLogger, open, version: '0.1.0' } as const;
  }
}

function settingsInMemory(): FleetAgentOptions['settings'] {
  let kept = 0;
  return {
    get keptVersion() {
      return kept;
    },
    kept: {},
    keep: async ({ version }) => {
      kept = version;
    },
    outcomes: () => ({ 'log.level': { state: 'applied' } }),
    restartWanted: () => undefined,
  };
}

const plain = { waitsForQuiet: false, afterRestart: 'again', run: async () => ({ words: 'Done' }) } as const;
const executors: Omit<JobExecutors, 'rotate-credentials' | 'open-shift'> = {
  'sync-now': plain,
  'refresh-snapshot': plain,
  'show-message': plain,
  'test-print': plain,
  'payment-report': plain,
  'close-shift': plain,
  checklist: plain,
  'reconcile-orders': plain,
  'act-on-case': plain,
  'decide-parked': plain,
  'outage-report': plain,
  restart: plain,
  update: { ...plain, run: () => Promise.reject(jobRejected('No updates here.')) },
  'collect-diagnostics': { ...plain, run: async () => ({ words: 'Collected', result: { log: ['fine'] } }) },
};
