import type { Clock } from '../../src/platform/clock.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import { type Alarm, alarmsOf } from './alarm-rules.ts';
import { type Change, type ControllerStore, decideAndWrite, type Stored } from './store/controller-store.ts';

const idOf = (terminal: TerminalId, code: string): string => `${terminal}/${code}`;

/** Keeps the alarms of all terminals as the rules find them: each begins, may be acknowledged, and ends by itself. */
export class AlarmDesk {
  readonly #store: ControllerStore;
  readonly #clock: Clock;
  /**
   * The alarms of a terminal as they were read, until one changes: with most reports none does, so that the store need not be asked for
   * them. Should somebody else have changed one, the next change meets a conflict, and the look at all finds it.
   */
  readonly #known = new Map<TerminalId, readonly Stored<'alarms'>[]>();

  constructor({ store, clock }: { readonly store: ControllerStore; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Looks at one terminal anew. */
  async look(terminal: TerminalId): Promise<void> {
    const found = await this.#store.get('terminals', terminal);
    const report = await this.#store.get('reports', terminal);
    const alarms = found === null ? [] : alarmsOf(found.value, report?.value ?? null, this.#clock.now());
    const known = this.#known.get(terminal) ?? (await this.#store.list('alarms', { prefix: `${terminal}/` }));
    await this.#bringTo(terminal, alarms, known);
  }

  /** Looks at all: time alone makes some of them. Few questions to the store, however many terminals there are. */
  async lookAtAll(): Promise<void> {
    const reports = new Map((await this.#store.list('reports')).map(({ id, value }) => [id, value]));
    const there = new Map<TerminalId, Stored<'alarms'>[]>();
    for (const alarm of await this.#store.list('alarms')) {
      const { terminal } = alarm.value;
      there.set(terminal, [...(there.get(terminal) ?? []), alarm]);
    }
    const now = this.#clock.now();
    for (const { value } of await this.#store.list('terminals')) {
      const alarms = alarmsOf(value, reports.get(value.terminal) ?? null, now);
      await this.#bringTo(value.terminal, alarms, there.get(value.terminal) ?? []);
    }
  }

  /** Nothing happens if it has ended meanwhile. */
  async acknowledge(id: string, by: string): Promise<void> {
    await decideAndWrite(this.#store, async () => {
      const found = await this.#store.get('alarms', id);
      if (found === null) return { changes: [], answer: null };
      const value = { ...found.value, acknowledged: { by, at: this.#clock.now() } };
      return { changes: [{ collection: 'alarms', id, expected: found.version, value }], answer: null };
    });
  }

  async #bringTo(terminal: TerminalId, alarms: readonly Alarm[], there: readonly Stored<'alarms'>[]): Promise<void> {
    const now = this.#clock.now();
    const wanted = new Map(alarms.map((alarm) => [idOf(terminal, alarm.code), alarm]));
    const changes: Change[] = [];
    const events = [];
    for (const { id, version, value } of there) {
      const alarm = wanted.get(id);
      wanted.delete(id);
      if (alarm === undefined) {
        changes.push({ collection: 'alarms', id, expected: version, value: null });
        events.push({ kind: 'alarm-ended', words: value.words });
      } else if (alarm.words !== value.words || alarm.severity !== value.severity) {
        changes.push({ collection: 'alarms', id, expected: version, value: { ...value, ...alarm } });
      }
    }
    for (const [id, alarm] of wanted) {
      const value = { terminal, ...alarm, since: now, acknowledged: null };
      changes.push({ collection: 'alarms', id, expected: 0, value });
      events.push({ kind: 'alarm', severity: alarm.severity, words: alarm.words });
    }
    if (changes.length === 0) {
      this.#known.set(terminal, there);
      return;
    }
    this.#known.delete(terminal);
    try {
      await this.#store.write(changes, { durable: false });
    } catch (error) {
      // Somebody else looked at the same moment; the next look finds the rest.
      if (isHoldfastError(error, 'controller-store.conflict')) return;
      throw error;
    }
    for (const event of events) await this.#store.append('events', terminal, event, now);
  }
}
