import type { DesiredSettings, DeviceId } from '../../src/fleet/protocol.ts';
import { sealFor } from '../../src/fleet/sealing.ts';
import { settingPurpose } from '../../src/fleet/settings-agent.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import type { Random } from '../../src/platform/random.ts';
import { type ControllerStore, decideAndWrite } from './store/controller-store.ts';
import type { Vault } from './vault.ts';

/** Works out what a terminal's settings are wanted to be: its group's, and over them its own. */
export class SettingsDesk {
  readonly #store: ControllerStore;
  readonly #vault: Vault;
  readonly #random: Random;

  constructor(options: { readonly store: ControllerStore; readonly vault: Vault; readonly random: Random }) {
    this.#store = options.store;
    this.#vault = options.vault;
    this.#random = options.random;
  }

  /**
   * The desired settings as they are sent, with a higher version than any before if something has changed. Undefined: there is no such
   * terminal. Secrets are sealed for the device that is the terminal; for the one that is about to be it only with its grant.
   */
  desired(terminal: TerminalId, to: 'member' | 'pending' = 'member'): Promise<DesiredSettings | undefined> {
    return decideAndWrite(this.#store, async () => {
      const found = await this.#store.get('terminals', terminal);
      if (found === null) return { changes: [], answer: undefined };
      const group = found.value.group === null ? null : await this.#store.get('groups', found.value.group);
      const before = await this.#store.get('desired', terminal);
      const settings = merged(group?.value.settings, found.value.settings);
      const secrets = this.#unlocked(merged(group?.value.secrets, found.value.secrets));
      const { member, pending } = found.value;
      const recipient = to === 'member' ? (member ?? pending) : (pending ?? member);
      const secretsDigest = this.#vault.digest(secrets);
      const device = recipient?.device ?? null;
      if (before !== null && isCurrent(before.value, { settings, secretsDigest, device })) {
        return { changes: [], answer: before.value.desired };
      }
      const desired: DesiredSettings = {
        version: (before?.value.desired.version ?? 0) + 1,
        settings,
        secrets: recipient === null ? {} : this.#sealed(secrets, recipient.sealingKey),
      };
      const value = { terminal, desired, device, secretsDigest };
      return {
        changes: [{ collection: 'desired', id: terminal, expected: before?.version ?? 0, value }],
        answer: desired,
      };
    });
  }

  #unlocked(locked: Readonly<Record<string, string>>): Record<string, JsonValue> {
    return Object.fromEntries(Object.entries(locked).map(([key, value]) => [key, this.#vault.unlock(value)]));
  }

  #sealed(secrets: Readonly<Record<string, JsonValue>>, sealingKey: string): Record<string, string> {
    return Object.fromEntries(
      Object.entries(secrets).map(([key, value]) => [
        key,
        sealFor(sealingKey, JSON.stringify(value), settingPurpose(key), this.#random),
      ]),
    );
  }
}

/** A terminal's own win over its group's, key by key. */
export function merged<Value>(
  group: Readonly<Record<string, Value>> | undefined,
  own: Readonly<Record<string, Value>>,
): Record<string, Value> {
  return { ...group, ...own };
}

function isCurrent(
  before: { readonly desired: DesiredSettings; readonly secretsDigest: string; readonly device: DeviceId | null },
  now: {
    readonly settings: Readonly<Record<string, JsonValue>>;
    readonly secretsDigest: string;
    readonly device: DeviceId | null;
  },
): boolean {
  return (
    before.secretsDigest === now.secretsDigest &&
    before.device === now.device &&
    canonical(before.desired.settings) === canonical(now.settings)
  );
}

/** The same text for the same settings, in whatever order their keys stand. */
export function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner as JsonValue)}`).join(',')}}`;
}
