import { messageOf } from '../../src/platform/errors.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { ControllerStore } from './store/controller-store.ts';
import type {
  AlarmDocument,
  CaseDocument,
  CollectionName,
  ReportDocument,
  TerminalDocument,
} from './store/documents.ts';

/** A terminal as a list shows it. */
export interface TerminalRow {
  readonly terminal: TerminalId;
  readonly label: string;
  readonly group: string | null;
  readonly membership: 'expected' | 'enrolling' | 'enrolled' | 'revoked';
  readonly presence: ReportDocument['presence']['state'];
  readonly presenceSince: number;
  readonly lastHeard: number | null;
  readonly version: string | null;
  readonly waiting: number;
  readonly parked: number;
  readonly oldestUnconfirmedAt: string | null;
  readonly delivery: string | null;
  readonly storage: string | null;
  readonly snapshotAt: string | null;
  readonly alarms: number;
  readonly warnings: number;
  /** The worst alarm in words. */
  readonly worst: string | null;
}

export interface RowFilter {
  readonly search?: string | undefined;
  readonly group?: string | undefined;
  readonly presence?: TerminalRow['presence'] | undefined;
  readonly membership?: TerminalRow['membership'] | undefined;
  /** Only those with an alarm or warning, or only those without. */
  readonly troubled?: boolean | undefined;
}

/** All terminals of the fleet in memory, kept true by what the store tells, so that lists and figures cost no look at the store. */
export class FleetView {
  readonly #store: ControllerStore;
  readonly #log: Logger;
  readonly #terminals = new Map<string, TerminalDocument>();
  readonly #reports = new Map<string, ReportDocument>();
  readonly #alarms = new Map<string, Map<string, AlarmDocument>>();
  readonly #cases = new Map<string, CaseDocument>();
  readonly #listeners = new Set<(terminal: string) => void>();
  #unwatch: () => void = () => undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor({ store, log }: { readonly store: ControllerStore; readonly log: Logger }) {
    this.#store = store;
    this.#log = log;
  }

  async open(): Promise<void> {
    this.#unwatch = this.#store.onChange((collection, id) => {
      this.#reading = this.#reading.then(() => this.#changed(collection, id));
    });
    for (const { id, value } of await this.#store.list('terminals')) this.#terminals.set(id, value);
    for (const { id, value } of await this.#store.list('reports')) this.#reports.set(id, value);
    for (const { id, value } of await this.#store.list('alarms')) this.#alarmsOf(value.terminal).set(id, value);
    for (const { id, value } of await this.#store.list('cases')) this.#cases.set(id, value);
  }

  close(): void {
    this.#unwatch();
  }

  /** Called when something of a terminal has changed. */
  onChange(listener: (terminal: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** In the order of their numbers, K2 before K10. */
  rows(filter: RowFilter = {}): TerminalRow[] {
    const words = (filter.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    return [...this.#terminals.values()]
      .map((terminal) => this.#row(terminal))
      .filter(
        (row) =>
          (filter.group === undefined || row.group === filter.group) &&
          (filter.presence === undefined || row.presence === filter.presence) &&
          (filter.membership === undefined || row.membership === filter.membership) &&
          (filter.troubled === undefined || filter.troubled === row.alarms + row.warnings > 0) &&
          words.every((word) => textOf(row).includes(word)),
      )
      .sort((one, other) => order.compare(one.terminal, other.terminal));
  }

  row(terminal: string): TerminalRow | undefined {
    const found = this.#terminals.get(terminal);
    return found === undefined ? undefined : this.#row(found);
  }

  /** Worst and longest first. */
  alarms(terminal?: string): AlarmDocument[] {
    const of = terminal === undefined ? [...this.#alarms.values()] : [this.#alarmsOf(terminal)];
    const all = of.flatMap((alarms) => [...alarms.values()]);
    const rank = ({ severity }: AlarmDocument): number => (severity === 'alarm' ? 0 : 1);
    return all.sort((one, other) => rank(one) - rank(other) || one.since - other.since);
  }

  health(terminal: string): ReportDocument['health'] {
    return this.#reports.get(terminal)?.health ?? {};
  }

  /** Cases that the controller keeps itself, open and closed. */
  ownCases(): readonly CaseDocument[] {
    return [...this.#cases.values()];
  }

  #row(terminal: TerminalDocument): TerminalRow {
    const report = this.#reports.get(terminal.terminal);
    const alarms = [...this.#alarmsOf(terminal.terminal).values()];
    const health = report?.health ?? {};
    const severe = alarms.filter(({ severity }) => severity === 'alarm');
    return {
      terminal: terminal.terminal,
      label: terminal.label,
      group: terminal.group,
      membership: membershipOf(terminal),
      presence: report?.presence.state ?? 'never',
      presenceSince: report?.presence.since ?? terminal.createdAt,
      lastHeard: report?.lastHeard ?? null,
      version: health.versions?.holdfast ?? null,
      waiting: health.queue?.waiting ?? 0,
      parked: health.queue?.parked ?? 0,
      oldestUnconfirmedAt: health.queue?.oldestUnconfirmed?.soldAt ?? null,
      delivery: health.delivery?.state ?? null,
      storage: health.storage?.level ?? null,
      snapshotAt: health.snapshot?.takenAt ?? null,
      alarms: severe.length,
      warnings: alarms.length - severe.length,
      worst: (severe[0] ?? alarms[0])?.words ?? null,
    };
  }

  #alarmsOf(terminal: string): Map<string, AlarmDocument> {
    const alarms = this.#alarms.get(terminal) ?? new Map<string, AlarmDocument>();
    this.#alarms.set(terminal, alarms);
    return alarms;
  }

  async #changed(collection: CollectionName, id: string): Promise<void> {
    try {
      if (collection === 'terminals') setOrDelete(this.#terminals, id, await this.#store.get('terminals', id));
      else if (collection === 'reports') setOrDelete(this.#reports, id, await this.#store.get('reports', id));
      else if (collection === 'cases') setOrDelete(this.#cases, id, await this.#store.get('cases', id));
      else if (collection === 'alarms') {
        setOrDelete(this.#alarmsOf(id.slice(0, id.indexOf('/'))), id, await this.#store.get('alarms', id));
      } else return;
    } catch (error) {
      this.#log.error({ collection, id, error: messageOf(error) }, 'a change could not be read');
      return;
    }
    const [terminal = id] = id.split('/');
    for (const listener of this.#listeners) listener(terminal);
  }
}

/** K2 comes before K10. */
const order = new Intl.Collator('en', { numeric: true });

const textOf = ({ terminal, label, group, version, worst }: TerminalRow): string =>
  [terminal, label, group, version, worst].join(' ').toLowerCase();

export function membershipOf({ member, pending, revoked }: TerminalDocument): TerminalRow['membership'] {
  if (member !== null) return 'enrolled';
  if (pending !== null) return 'enrolling';
  return revoked === null ? 'expected' : 'revoked';
}

function setOrDelete<Value>(map: Map<string, Value>, id: string, found: { readonly value: Value } | null): void {
  if (found === null) map.delete(id);
  else map.set(id, found.value);
}
