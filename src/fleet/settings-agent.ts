import type { JsonValue } from '../platform/brand.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { DeviceKey } from './device-key.ts';
import type { Messenger } from './messenger.ts';
import type { DesiredSettings, ReportedSettings, SettingOutcome } from './protocol.ts';
import { openSealed } from './sealing.ts';

/** What the agent needs of the terminal whose settings the fleet wants to have a say in. */
export interface SettingsPort {
  /** Of the desired settings that were kept last; 0: none were. */
  readonly keptVersion: number;
  readonly kept: Wanted['values'];
  /** Durable when it resolves: from the next start on, the terminal runs with as much of it as it can. */
  keep(wanted: Wanted): Promise<void>;
  /** What became of each value that was kept last, in the terminal as it runs now. */
  outcomes(): Readonly<Record<string, SettingOutcome>>;
  /** Something kept counts only after a restart; whether and when, the terminal decides. */
  restartWanted(): void;
}

export interface Wanted {
  readonly version: number;
  readonly values: Readonly<Record<string, JsonValue>>;
}

/** For what a setting is sealed: it opens as no other. The controller uses the same. */
export const settingPurpose = (key: string): string => `setting ${key}`;

export interface SettingsAgentOptions {
  readonly messenger: Messenger;
  readonly port: SettingsPort;
  readonly key: DeviceKey;
  readonly log: Logger;
}

/**
 * Brings the terminal's settings to what the fleet wants. Each document is the whole; one after the other is kept, then reported.
 * Doing it twice changes nothing, so a lost message or a power cut costs nothing.
 */
export class SettingsAgent {
  readonly #options: SettingsAgentOptions;
  #working: Promise<unknown> = Promise.resolve();
  /** Secrets that could not be opened, by key. */
  #unopened: Readonly<Record<string, SettingOutcome>> = {};

  constructor(options: SettingsAgentOptions) {
    this.#options = options;
    options.messenger.on('settings.changed', ({ body }) => void this.#next(() => this.#changed(body)));
  }

  /**
   * After each connection, when its topics are subscribed: fetches what is wanted now, whatever was missed, and reports. False: it could not,
   * and should be asked to again.
   */
  synchronise(): Promise<boolean> {
    return this.#next(async () => {
      const desired = await this.#options.messenger.ask('settings.get', {});
      // What was fetched counts, also when it is older: then the controller was restored from a backup.
      if (desired.version !== this.#options.port.keptVersion || this.#hasUnopened) await this.#take(desired);
      else await this.#report();
    });
  }

  get #hasUnopened(): boolean {
    return Object.keys(this.#unopened).length > 0;
  }

  async #changed(desired: DesiredSettings): Promise<void> {
    if (desired.version <= this.#options.port.keptVersion) return;
    await this.#take(desired);
  }

  async #take(desired: DesiredSettings): Promise<void> {
    const { port, log } = this.#options;
    const { values, unopened } = openDesired(desired, this.#options.key);
    // What can't be opened stays as it was: a secret must not be lost by a mistake on the way.
    const held = Object.entries(port.kept).filter(([name]) => Object.hasOwn(unopened, name));
    await port.keep({ version: desired.version, values: { ...values, ...Object.fromEntries(held) } });
    this.#unopened = unopened;
    log.info({ version: desired.version, settings: Object.keys(values) }, 'fleet: settings kept');
    if (Object.values(port.outcomes()).some(({ state }) => state === 'pending-restart')) port.restartWanted();
    await this.#report();
  }

  async #report(): Promise<void> {
    const { port, messenger } = this.#options;
    const reported: ReportedSettings = {
      version: port.keptVersion,
      outcomes: { ...port.outcomes(), ...this.#unopened },
    };
    await messenger.send('settings.reported', reported);
  }

  /** One document at a time. False: it failed. */
  #next(task: () => Promise<void>): Promise<boolean> {
    const done = this.#working.then(task).then(
      () => true,
      (error: unknown) => {
        this.#options.log.info({ error: messageOf(error) }, 'fleet: settings have to wait');
        return false;
      },
    );
    this.#working = done;
    return done;
  }
}

/** The values that a document wants, its secrets opened with the device's key; `unopened`: what is not sealed for it. */
export function openDesired({ settings, secrets }: DesiredSettings, key: DeviceKey) {
  const values: Record<string, JsonValue> = { ...settings };
  const unopened: Record<string, SettingOutcome> = {};
  for (const [name, sealed] of Object.entries(secrets)) {
    try {
      values[name] = JSON.parse(openSealed(key.sealing, sealed, settingPurpose(name)));
    } catch {
      unopened[name] = { state: 'rejected', reason: 'it is not sealed for this device' };
    }
  }
  return { values, unopened };
}
