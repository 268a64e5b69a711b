import type { BodyOf, PresenceSession } from '../../src/fleet/protocol.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import { type ControllerStore, decideAndWrite } from './store/controller-store.ts';
import type { ReportDocument } from './store/documents.ts';

export interface ReportsDeskOptions {
  readonly store: ControllerStore;
  readonly clock: Clock;
}

/** What a decision changes of a report; null: nothing is to be written. */
interface Heard {
  readonly report: ReportDocument | null;
  readonly events?: readonly JsonValue[];
}

/** Keeps what terminals tell of themselves: presence, health, what became of settings. */
export class ReportsDesk {
  readonly #store: ControllerStore;
  readonly #clock: Clock;

  constructor({ store, clock }: ReportsDeskOptions) {
    this.#store = store;
    this.#clock = clock;
  }

  born(terminal: TerminalId, { session, version }: BodyOf<'presence.birth'>): Promise<void> {
    return this.#hear(terminal, (before) => {
      if (isOlder(session, before.presence.session)) return { report: null };
      const presence = { state: 'online', session, since: this.#clock.now() } as const;
      return { report: { ...before, presence }, events: [{ kind: 'online', version }] };
    });
  }

  /** A last will that comes after the next birth is of an older session. */
  ended(terminal: TerminalId, { session, why }: BodyOf<'presence.end'>): Promise<void> {
    return this.#hear(terminal, (before) => {
      if (isOlder(session, before.presence.session)) return { report: null };
      const presence = { state: why, session, since: this.#clock.now() };
      return { report: { ...before, presence }, events: [{ kind: why }] };
    });
  }

  /** Resolves true when something between was lost, so that all of it should be asked for. */
  async telemetry(terminal: TerminalId, report: BodyOf<'telemetry.report'>): Promise<boolean> {
    let isGap = false;
    await this.#hear(terminal, (before) => {
      const { session, sequence, full, sections } = report;
      const last = before.telemetry;
      if (last !== null && isOlder(session, last.session)) return { report: null };
      const isSameSession = last !== null && !isOlder(last.session, session);
      if (isSameSession && sequence <= last.sequence) return { report: null };
      isGap = !full && sequence !== (isSameSession ? last.sequence + 1 : 1);
      const known = full ? {} : before.health;
      const health = { ...known, ...sections } as ReportDocument['health'];
      return {
        report: { ...before, health, telemetry: { session, sequence } },
        events: eventsOf(before.health, health),
      };
    });
    return isGap;
  }

  settings(terminal: TerminalId, reported: BodyOf<'settings.reported'>): Promise<void> {
    return this.#hear(terminal, (before) => ({ report: { ...before, reported } }));
  }

  /** Not durable on purpose: all of it is told again. */
  async #hear(terminal: TerminalId, decide: (before: ReportDocument) => Heard): Promise<void> {
    const now = this.#clock.now();
    const heard = await decideAndWrite(
      this.#store,
      async () => {
        const found = await this.#store.get('reports', terminal);
        const decided = decide(found?.value ?? emptyReport(terminal));
        if (decided.report === null) return { changes: [], answer: decided };
        const value = { ...decided.report, lastHeard: now };
        return {
          changes: [{ collection: 'reports', id: terminal, expected: found?.version ?? 0, value }],
          answer: decided,
        };
      },
      { durable: false },
    );
    for (const event of heard.events ?? []) await this.#store.append('events', terminal, event, now);
  }
}

export const emptyReport = (terminal: TerminalId): ReportDocument => ({
  terminal,
  presence: { state: 'never', session: null, since: 0 },
  lastHeard: null,
  telemetry: null,
  health: {},
  reported: null,
});

function isOlder(one: PresenceSession, than: PresenceSession | null): boolean {
  if (than === null) return false;
  return one.start < than.start || (one.start === than.start && one.connection < than.connection);
}

/** What belongs in a terminal's timeline: turns, not every sale. */
export function eventsOf(before: ReportDocument['health'], now: ReportDocument['health']): JsonValue[] {
  const events: JsonValue[] = [];
  if (now.delivery !== undefined && before.delivery?.state !== now.delivery.state) {
    events.push({ kind: 'delivery', state: now.delivery.state, words: now.delivery.words });
  }
  if (now.queue !== undefined) {
    const { waiting, parked } = now.queue;
    const was = before.queue;
    const turned = depthOf(was?.waiting ?? 0) !== depthOf(waiting) || (was?.parked ?? 0) !== parked;
    if (turned) events.push({ kind: 'queue', waiting, parked });
  }
  if (now.storage !== undefined && before.storage !== undefined && before.storage.level !== now.storage.level) {
    events.push({ kind: 'storage', level: now.storage.level });
  }
  if (
    now.versions !== undefined &&
    before.versions !== undefined &&
    before.versions.holdfast !== now.versions.holdfast
  ) {
    events.push({ kind: 'version', version: now.versions.holdfast });
  }
  return events;
}

/** How deep a queue is, in steps that grow with it: a whole day's outage is drawn by a few lines of the history. */
const depthOf = (waiting: number): number => Math.ceil(Math.log(waiting + 1) / Math.log(1.25));
