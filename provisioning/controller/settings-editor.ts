import { refuseSetting, settingRule } from '../../src/config/fleet-settings.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { type ControllerStore, decideAndWrite } from './store/controller-store.ts';
import type { GroupDocument, TerminalDocument } from './store/documents.ts';
import type { Vault } from './vault.ts';

/** Whose settings: a group's, or one terminal's over them. */
export type SettingsPlace =
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'terminal'; readonly terminal: string };

/** Dotted key → what it is to be; null: no longer decided here. */
export type SettingsWishes = Readonly<Record<string, JsonValue>>;

/** Changes what a fleet wants its terminals to be. What no terminal could take is refused before it is kept. */
export class SettingsEditor {
  readonly #store: ControllerStore;
  readonly #vault: Vault;

  constructor({ store, vault }: { readonly store: ControllerStore; readonly vault: Vault }) {
    this.#store = store;
    this.#vault = vault;
  }

  /**
   * `expectedVersion`: of the document that the person looked at; null: whatever it is. Throws `fleet.bad-settings` (a line a key),
   * `fleet.no-such-terminal`, `fleet.no-such-group`, `controller-store.conflict`.
   */
  async change(place: SettingsPlace, wishes: SettingsWishes, expectedVersion: number | null): Promise<void> {
    const refused = Object.entries(wishes).flatMap(([key, value]) => {
      const reason = value === null ? null : refuseSetting(key, value);
      return reason === null ? [] : [`${key}: ${reason}`];
    });
    if (refused.length > 0) throw badSettings(refused);
    await decideAndWrite(
      this.#store,
      async () => {
        const collection = place.kind === 'group' ? 'groups' : 'terminals';
        const id = place.kind === 'group' ? place.name : place.terminal;
        const found = await this.#store.get(collection, id);
        if (found === null) throw noSuch(place);
        const changed = this.#changed(found.value, wishes);
        const expected = expectedVersion ?? found.version;
        // The document is the one of the collection that it was read from.
        const value = { ...found.value, ...changed } as GroupDocument & TerminalDocument;
        return { changes: [{ collection, id, expected, value }], answer: null };
      },
      { tries: expectedVersion === null ? 8 : 1 },
    );
  }

  #changed(
    { settings, secrets }: Pick<GroupDocument, 'settings' | 'secrets'>,
    wishes: SettingsWishes,
  ): Pick<GroupDocument, 'settings' | 'secrets'> {
    const plain = { ...settings };
    const hidden = { ...secrets };
    for (const [key, value] of Object.entries(wishes)) {
      delete plain[key];
      delete hidden[key];
      if (value === null) continue;
      const isSecret = settingRule(key)?.secret === true;
      if (isSecret) hidden[key] = this.#vault.lock(value);
      else plain[key] = value;
    }
    const clash = overlap([...Object.keys(plain), ...Object.keys(hidden)]);
    if (clash !== null) throw badSettings([`${clash[0]} and ${clash[1]} are both set, and one holds the other`]);
    return { settings: plain, secrets: hidden };
  }
}

/** Two keys of which one is a part of the other. */
function overlap(keys: readonly string[]): readonly [string, string] | null {
  for (const one of keys) for (const other of keys) if (other.startsWith(`${one}.`)) return [one, other];
  return null;
}

function badSettings(lines: readonly string[]): HoldfastError {
  return new HoldfastError('fleet.bad-settings', lines.join('\n'), {
    remedy: 'operator',
    hint: '"holdfast config print --defaults" shows every setting, its type and its meaning.',
  });
}

function noSuch(place: SettingsPlace): HoldfastError {
  return place.kind === 'group'
    ? new HoldfastError('fleet.no-such-group', `There is no group ${place.name}`, { remedy: 'never' })
    : new HoldfastError('fleet.no-such-terminal', `There is no terminal ${place.terminal} in this fleet`, {
        remedy: 'never',
      });
}
