import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type Clock, milliseconds } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { PowerState } from './facade.ts';

/** The mains switch of a till: the process and nothing of it survives being switched off. */
export interface PowerSwitch {
  readonly state: PowerState;
  /** For people: "running", "switched off", "stopped by itself: …". */
  readonly words: string;
  readonly pid: number | null;
  /** Starts the process; resolves when `answers` says so. Rejects `showroom.till-stopped` when it ends before. */
  on(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  off(): Promise<void>;
  /** SIGTERM, as a service manager stops it; SIGKILL when it takes longer than 12 s. */
  shutDown(): Promise<void>;
}

export interface PowerSwitchOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Gets what the process writes, appended. */
  readonly logFile: string;
  /** Whether the process is ready for work; asked again and again while it starts. */
  answers(): Promise<boolean>;
  onChange(): void;
  readonly clock: Clock;
}

const askEvery = milliseconds(40);
const patience = milliseconds(12_000);

export function createPowerSwitch(options: PowerSwitchOptions): PowerSwitch {
  const { clock } = options;
  let state: PowerState = 'off';
  let words = 'switched off';
  let child: ChildProcess | null = null;
  let gone: Promise<void> = Promise.resolve();

  function enter(next: PowerState, description: string): void {
    state = next;
    words = description;
    options.onChange();
  }

  async function on(): Promise<void> {
    if (child !== null) return;
    const log = openSync(options.logFile, 'a');
    const started = spawn(options.command, options.args, { env: options.env, stdio: ['ignore', log, log] });
    closeSync(log);
    child = started;
    gone = new Promise((resolve) => {
      const ended = (how: string): void => {
        if (child !== started) return;
        child = null;
        if (state === 'off') options.onChange();
        else enter('stopped', how);
        resolve();
      };
      started.once('error', (error) => ended(`could not be started: ${error.message}`));
      started.once('exit', (code, signal) =>
        ended(`stopped by itself (${signal ?? `exit code ${code}`}): ${lastLine(options.logFile)}`),
      );
    });
    enter('starting', 'starting');
    while (child === started && state === 'starting') {
      if (await options.answers()) {
        if (child === started) enter('on', 'running');
        return;
      }
      await clock.sleep(askEvery);
    }
    // Switched off again meanwhile is not an error.
    if (state === 'off') return;
    throw new HoldfastError('showroom.till-stopped', `The till ${words}`, {
      remedy: 'operator',
      hint: `Its log is ${options.logFile}.`,
    });
  }

  async function off(): Promise<void> {
    enter('off', 'switched off');
    child?.kill('SIGKILL');
    await gone;
  }

  async function shutDown(): Promise<void> {
    enter('off', 'switched off');
    child?.kill('SIGTERM');
    const late = clock.schedule(patience, () => child?.kill('SIGKILL'));
    await gone;
    late.cancel();
  }

  return {
    get state() {
      return state;
    },
    get words() {
      return words;
    },
    get pid() {
      return child?.pid ?? null;
    },
    on,
    off,
    shutDown,
  };
}

/** The last line that says something: neither a stack's nor the version that Node ends a crash with. */
function lastLine(file: string): string {
  const lines = readFileSync(file, 'utf8').split('\n');
  return (lines.findLast((line) => /^(?!\s+at |Node\.js v)\s*[\w{]/.test(line)) ?? '').trim().slice(0, 300);
}
