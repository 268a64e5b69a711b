import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { JoinWishes } from '../assembly/join-fleet.ts';
import { type ConfigSources, loadConfig } from '../config/load.ts';
import type { TerminalConfig } from '../config/schema.ts';
import { ControlClient } from '../control/client.ts';
import type { Clock } from '../platform/clock.ts';
import type { Rehearsed } from '../updates/update-desk.ts';
import type { Output } from './output.ts';

export type JournalTools = Pick<
  typeof import('../assembly/journal-tools.ts'),
  'verifyMedium' | 'exportMedium' | 'importJournal' | 'whileStopped'
>;

/** What the command line needs of the world. */
export interface CliWorld {
  readonly output: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Pick<Clock, 'now'>;
  readonly version: string;
  /** Runs the terminal until it is told to stop, or is to be run again with its configuration read anew. */
  run(config: TerminalConfig, sources: ConfigSources): Promise<'stopped' | 'restarting' | 'relaunching'>;
  /** Begins the journal of a terminal that has none; its receipts begin with this counter. */
  provision(config: TerminalConfig, firstReceiptCounter?: number): Promise<'begun' | 'had-one'>;
  /** Makes the device a terminal of its fleet, unless it is one or its file names none (null); then begins its journal. */
  joinFleet?(sources: ConfigSources, wishes: Omit<JoinWishes, 'version' | 'signal'>): Promise<string | null>;
  /** Loads all that a terminal runs with, and says what this release is. */
  rehearse?(): Promise<Rehearsed>;
  /** Asks a fleet's controller; absent: Node's own. */
  readonly fetch?: typeof fetch;
  /** What can be done with a journal while its terminal does not run. */
  journalTools(): Promise<JournalTools>;
}

/** What nearly every command takes. */
export interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** Adds `--config`. */
export function configured(command: Command, world: CliWorld): Command {
  return command.addOption(
    new Option('-c, --config <file>', 'the terminal’s configuration')
      .env('HOLDFAST_CONFIG')
      .default(world.env['HOLDFAST_CONFIG'] ?? '/etc/holdfast/terminal.json'),
  );
}

/** Adds `--json`. */
export const forMachines = (command: Command): Command => command.option('--json', 'print JSON for machines');

export const sourcesOf = (options: CommonOptions, world: CliWorld): ConfigSources => ({
  file: options.config,
  env: world.env,
});

export const load = (options: CommonOptions, world: CliWorld): TerminalConfig => loadConfig(sourcesOf(options, world));

/** Speaks to the terminal that the configuration names. */
export const connect = (options: CommonOptions, world: CliWorld): ControlClient =>
  new ControlClient(join(load(options, world).dataDir, 'control.sock'));

/** Prints the answer: JSON for machines, else as people read it. */
export function print<Answer>(
  world: CliWorld,
  options: Pick<CommonOptions, 'json'>,
  answer: Answer,
  show: (answer: Answer) => string,
): void {
  world.output.out(`${options.json === true ? JSON.stringify(answer, null, 2) : show(answer)}\n`);
}
