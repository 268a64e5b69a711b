import { readFileSync } from 'node:fs';
import { type FleetLayer, fleetLayerSchema, fleetSettingsFile } from '../config/fleet-layer.ts';
import { type FleetValues, judgeSettings, layered, valueAt } from '../config/fleet-settings.ts';
import { type TerminalConfig, terminalConfigSchema } from '../config/schema.ts';
import { variableName } from '../config/variable-name.ts';
import { FleetAgent, type FleetStatus } from '../fleet/agent.ts';
import type { OpenBrokerLink } from '../fleet/broker-link.ts';
import type { FleetPlace } from '../fleet/enrolment.ts';
import { Identity } from '../fleet/identity.ts';
import { type JobExecutors, type JobsState, jobsFile, jobsStateSchema, noJobs } from '../fleet/jobs-agent.ts';
import type { Messenger } from '../fleet/messenger.ts';
import { type FleetName, fleetNameSchema, type Health, type SettingOutcome } from '../fleet/protocol.ts';
import type { SettingsPort } from '../fleet/settings-agent.ts';
import { type Clock, milliseconds, seconds } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { openStateFile, type StateFile } from '../platform/state-file.ts';
import { isLive, type LiveSettings, liveKeys } from './live-settings.ts';

/** What a terminal that belongs to a fleet has of it when its process begins. */
export interface FleetWorld {
  readonly identity: Identity;
  readonly jobs: StateFile<JobsState>;
  readonly settings: StateFile<FleetLayer>;
  readonly open: OpenBrokerLink;
  readonly authorities: readonly string[];
  /** The terminal's own file, as it is written, and its variables: what the fleet's settings lie over. */
  readonly own: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the process in order and starts it again; null: nothing here can. */
  readonly restart: (() => void) | null;
}

export interface FleetParts {
  readonly world: FleetWorld;
  readonly live: LiveSettings;
  readonly config: TerminalConfig;
  readonly version: string;
  readonly executors: Omit<JobExecutors, 'rotate-credentials' | 'open-shift'>;
  readonly isQuiet: () => boolean;
  readonly look: () => Promise<Health>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** A terminal's part in its fleet. */
export interface Fleet {
  /** What speaks for this terminal. */
  readonly messenger: Messenger;
  /** Called whenever the broker is reached. */
  onOnline(listener: () => void): void;
  status(): FleetStatus;
  /** Tells at once what has changed. */
  lookNow(): void;
  /** Never throws: a terminal sells also without its fleet. */
  start(): Promise<void>;
  stop(why: 'stopped' | 'restarting'): Promise<void>;
}

/** Quiet for so long: nobody is about to begin a sale in this very second. */
const quietFor = seconds(20);
const lookEvery = seconds(5);

export function createFleet(parts: FleetParts): Fleet {
  const { world, config, clock, log } = parts;
  const { fleet } = config;
  if (fleet === null) throw new TypeError('No fleet is configured');
  const end = new AbortController();
  let isRestartWanted = false;
  const settings = settingsPort(parts, () => {
    if (isRestartWanted || fleet.restartFor === 'never' || world.restart === null) return;
    isRestartWanted = true;
    void restartWhenQuiet(parts, world.restart, end.signal);
  });
  const agent = new FleetAgent({
    ...parts,
    ...world,
    place: fleetPlace(fleet, world.authorities),
    settings,
    reportEvery: milliseconds(fleet.reportEvery),
    log: log.child({ room: 'fleet' }),
  });
  return {
    messenger: agent.messenger,
    onOnline(listener) {
      agent.connection.onChange(({ name }) => {
        if (name === 'online') listener();
      });
    },
    status: () => agent.status(),
    lookNow: () => agent.lookNow(),
    async start() {
      try {
        await agent.start();
      } catch (error) {
        log.error({ error: messageOf(error) }, 'the terminal runs without its fleet');
      }
    },
    async stop(why) {
      end.abort();
      await agent.stop(why);
      await clock.sleep(milliseconds(0));
    },
  };
}

export function fleetPlace(fleet: NonNullable<TerminalConfig['fleet']>, authorities: readonly string[]): FleetPlace {
  const versions = { auto: 'auto', '5': 5, '3.1.1': 4 } as const;
  return {
    fleet: fleetNameOf(fleet),
    url: fleet.broker,
    authorities,
    mqttVersion: versions[fleet.mqttVersion],
  };
}

export const fleetNameOf = ({ name }: { readonly name: string }): FleetName => fleetNameSchema.parse(name);

/** PEM of what is trusted beside the system's authorities. Throws `config.invalid`. */
export function readAuthorities(caFile: string): readonly string[] {
  if (caFile === '') return [];
  try {
    return [readFileSync(caFile, 'utf8')];
  } catch (error) {
    throw new HoldfastError('config.invalid', `fleet.caFile: can't read it: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
    });
  }
}

/** What lies in the data folder of a terminal that belongs to a fleet. */
export async function openFleetFiles(files: DurableFiles, random: Random, log: Logger) {
  const nothing: FleetLayer = { version: 1, terminal: '', desiredVersion: 0, wanted: {} };
  return {
    identity: await Identity.open(files, random, log),
    jobs: await openStateFile(files, jobsFile, jobsStateSchema, noJobs, log),
    settings: await openStateFile(files, fleetSettingsFile, fleetLayerSchema, nothing, log),
  };
}

/**
 * The settings of this process were read when it began. What the fleet has changed since counts at once where the terminal can
 * (live-settings.ts), else from its next start.
 */
function settingsPort({ world, config, live }: FleetParts, restartWanted: () => void): SettingsPort {
  const { settings, own, env } = world;
  const numbered = { ...(own as object), terminal: { ...config.terminal } };
  const accepted = (layer: FleetLayer) => judgeSettings(numbered, layer.wanted, env);
  /** Also what is taken back: then the terminal's own file counts again. A variable on the device wins over both. */
  const applyLive = (values: FleetValues): void => {
    const byVariable = liveKeys.filter((key) => env[variableName(key.split('.'))] !== undefined);
    const decided = Object.fromEntries(byVariable.map((key) => [key, live.valueOf(key)]));
    const wanted = terminalConfigSchema.safeParse(layered(layered(numbered, values), decided));
    if (wanted.success) live.apply(wanted.data);
  };
  const atStart = accepted(settings.value).accepted;
  const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  return {
    get keptVersion() {
      return settings.value.desiredVersion;
    },
    get kept() {
      return settings.value.wanted;
    },
    async keep({ version, values }) {
      await settings.save({ ...settings.value, desiredVersion: version, wanted: values });
      const now = accepted(settings.value).accepted;
      applyLive(now);
      const isTakenBack = Object.keys(atStart).some((key) => !Object.hasOwn(now, key) && !isLive(key));
      if (isTakenBack) restartWanted();
    },
    outcomes() {
      const judged = accepted(settings.value);
      const outcomes: Record<string, SettingOutcome> = {};
      for (const [key, reason] of Object.entries(judged.rejected)) {
        outcomes[key] = { state: 'rejected', reason: reason.slice(0, 500) };
      }
      for (const [key, value] of Object.entries(judged.accepted)) {
        const isInForce = isLive(key)
          ? isSame(live.valueOf(key), value)
          : isSame(atStart[key], value) || isSame(valueAt(config, key), value);
        outcomes[key] = { state: isInForce ? 'applied' : 'pending-restart' };
      }
      return outcomes;
    },
    restartWanted,
  };
}

async function restartWhenQuiet({ isQuiet, clock, log }: FleetParts, restart: () => void, signal: AbortSignal) {
  let quiet = 0;
  while (!signal.aborted && quiet < quietFor) {
    await clock.sleep(lookEvery, signal);
    quiet = isQuiet() ? quiet + lookEvery : 0;
  }
  if (signal.aborted) return;
  log.info({}, 'restarting, so that the fleet’s settings count');
  restart();
}
