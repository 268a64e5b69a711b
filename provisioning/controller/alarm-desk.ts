import type { Clock, Instant } from '../../src/platform/clock.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import { type Alarm, alarmsOf } from './alarm-rules.ts';
import { type Change, type ControllerStore, decideAndWrite } from './store/controller-store.ts';
import type { TerminalDocument } from './store/documents.ts';

const idOf = (terminal: TerminalId, code: string): string => `${terminal}/${code}`;

/** Keeps the alarms of all terminals as the rules find them: each begins, may be acknowledged, and ends by itself. */
export class AlarmDesk {
  readonly #store: ControllerStore;
  readonly #clock: Clock;

  constructor({ store, clock }: { readonly store: ControllerStore; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Looks at one terminal anew. */
  async look(terminal: TerminalId): Promise<void> {
    const found = await this.#store.get('terminals', terminal);
    if (found === null) await this.#bringTo(terminal, []);
    else await this.#lookAt(found.value, this.#clock.now());
  }

  /** Looks at all: time alone makes some of them. */
  async lookAtAll(): Promise<void> {
    const now = this.#clock.now();
    for (const { value } of await this.#store.list('terminals')) await this.#lookAt(value, now);
  }

  /** Throws `fleet.no-such-alarm`. */
  async acknowledge(id: string, by: string): Promise<void> {
    await decideAndWrite(this.#store, async () => {
      const found = await this.#store.get('alarms', id);
      if (found === null) return { changes: [], answer: null };
      const value = { ...found.value, acknowledged: { by, at: this.#clock.now() } };
      return { changes: [{ collection: 'alarms', id, expected: found.version, value }], answer: null };
    });
  }

  async #lookAt(terminal: TerminalDocument, now: Instant): Promise<void> {
    const report = await this.#store.get('reports', terminal.terminal);
    await this.#bringTo(terminal.terminal, alarmsOf(terminal, report?.value ?? null, now));
  }

  async #bringTo(terminal: TerminalId, alarms: readonly Alarm[]): Promise<void> {
    const now = this.#clock.now();
    const wanted = new Map(alarms.map((alarm) => [idOf(terminal, alarm.code), alarm]));
    const there = await this.#store.list('alarms', { prefix: `${terminal}/` });
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
    if (changes.length === 0) return;
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
