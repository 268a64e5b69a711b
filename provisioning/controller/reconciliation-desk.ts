import {
  type AbsentTerminal,
  mostAbsent,
  type OrdersCompared,
  ordersComparedSchema,
} from '../../src/fleet/order-comparison.ts';
import { type BodyOf, isFinal } from '../../src/fleet/protocol.ts';
import { type Clock, hours, type Instant, instant } from '../../src/platform/clock.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import { type TerminalId, uuidv7 } from '../../src/platform/ids.ts';
import type { Random } from '../../src/platform/random.ts';
import { absentTerminals, endAbsentCases, keepAbsentCases, shopKey } from './absent-terminals.ts';
import { refusal } from './enrolment-desk.ts';
import type { FleetCaseDesk } from './fleet-case-desk.ts';
import { isOpen, type JobsDesk, jobKey } from './jobs-desk.ts';
import type { Change, ControllerStore, Stored } from './store/controller-store.ts';
import type { JobDocument, ReconciliationDocument, ReportDocument } from './store/documents.ts';

export interface ReconciliationDeskOptions {
  readonly store: ControllerStore;
  readonly jobs: JobsDesk;
  readonly cases: FleetCaseDesk;
  readonly clock: Clock;
  readonly random: Random;
}

/** Terminals that read the shop at once: each keeps to its own budget of requests, and the shop has other customers. */
const atOnce = 20;
/** Who is not connected within this is named, not waited for. */
const waitsFor = hours(24);
const keptFor = hours(24 * 60);
/** Looks that can still be shown; what they found is in the cases. */
const mostKept = 50;

type Entry = ReconciliationDocument['terminals'][number];

/**
 * Has every terminal compare its journal with Magento's orders, a few at a time. Sales do not travel: each terminal judges its own and
 * keeps the cases; for terminals that are gone another one of the same shop looks, and the controller keeps the cases.
 */
export class ReconciliationDesk {
  readonly #options: ReconciliationDeskOptions;
  /** As far as is known here; while none runs, the store is not asked. */
  #mayRun = true;

  constructor(options: ReconciliationDeskOptions) {
    this.#options = options;
  }

  /** `members`: terminals that compare; `numbers`: all whose sales are looked for, null: whoever ever was one. Throws `fleet.nobody-chosen`. */
  async begin(wishes: {
    readonly since: Instant;
    readonly members: readonly TerminalId[];
    readonly numbers: readonly TerminalId[] | null;
    readonly by: string;
  }): Promise<ReconciliationDocument> {
    const { store, clock, random } = this.#options;
    const { since, members, numbers, by } = wishes;
    const absent = await absentTerminals(store, numbers === null ? null : new Set(numbers), since, clock.now());
    if (members.length + absent.length === 0) {
      throw refusal('fleet.nobody-chosen', 'No terminal is chosen', 'operator');
    }
    const value: ReconciliationDocument = {
      reconciliationId: uuidv7(clock, random),
      since,
      state: 'running',
      terminals: members.map((terminal) => ({ terminal, jobId: null, state: 'later', words: '', compared: null })),
      absent: absent.map((each) => ({ ...each, lookedFor: null, missing: null })),
      createdAt: clock.now(),
      createdBy: by,
    };
    await store.write([{ collection: 'reconciliations', id: value.reconciliationId, expected: 0, value }]);
    this.wake();
    return value;
  }

  /**
   * Takes what a terminal's look brought, before it counts as done, so that no case is lost; the same again changes nothing. What is
   * not such a look is left.
   */
  async heard(terminal: TerminalId, { jobId, state, result }: BodyOf<'job.status'>): Promise<void> {
    const { store, cases } = this.#options;
    if (state !== 'succeeded') return;
    const job = (await store.get('jobs', jobKey(terminal, jobId)))?.value;
    if (job?.job.kind !== 'reconcile-orders' || !isOpen(job.state)) return;
    const compared = comparedIn(result);
    if (compared === null) return;
    const doubled = compared.differences.flatMap(({ caseId, receiptNumber }) =>
      caseId.startsWith('order-doubled:') && receiptNumber !== null ? [receiptNumber] : [],
    );
    await endAbsentCases(cases, store, terminal, new Set(doubled));
    for (const judgement of compared.absent) await keepAbsentCases(cases, store, judgement);
  }

  /** Somebody began one, here or at another controller. */
  wake(): void {
    this.#mayRun = true;
  }

  /** Brings every look that runs on, where it can. */
  async advance(): Promise<void> {
    if (!this.#mayRun) return;
    this.#mayRun = false;
    for (const stored of await this.#options.store.list('reconciliations')) {
      if (stored.value.state !== 'running') continue;
      this.#mayRun = true;
      await this.#advanceOne(stored).catch((error: unknown) => {
        // Another controller was faster, or a job changed meanwhile: next time.
        if (!isHoldfastError(error, 'controller-store.conflict')) throw error;
      });
    }
  }

  /** Forgets what was over long ago. */
  async sweep(): Promise<void> {
    const { store, cases, clock } = this.#options;
    const before = clock.now() - keptFor;
    const all = await store.list('reconciliations');
    for (const [index, { id, version, value }] of all.entries()) {
      if (value.createdAt > before && index >= all.length - mostKept) continue;
      await store.write([{ collection: 'reconciliations', id, expected: version, value: null }]);
    }
    for (const { id, version, value } of await store.list('former')) {
      const open = await cases.openOf(value.terminal);
      if (value.goneAt > before || open.some(({ finding }) => finding.subject === value.device)) continue;
      await store.write([{ collection: 'former', id, expected: version, value: null }]);
    }
  }

  async #advanceOne({ id, version, value }: Stored<'reconciliations'>): Promise<void> {
    const { store, jobs, clock } = this.#options;
    const entries = [...value.terminals];
    const absent = [...value.absent];
    const deadline = instant(value.createdAt + waitsFor);
    let running = 0;
    for (const [index, entry] of entries.entries()) {
      if (entry.jobId === null || !isOpen(entry.state === 'later' ? 'queued' : entry.state)) continue;
      const job = (await store.get('jobs', jobKey(entry.terminal, entry.jobId)))?.value;
      const now = entryOf(entry, job);
      entries[index] = now;
      if (isUnfinished(now)) {
        if (await this.#isOnline(entry.terminal)) running += 1;
      } else takeAbsent(absent, now, job);
    }
    const changes: Change[] = [];
    for (const [index, entry] of entries.entries()) {
      if (running >= atOnce) break;
      if (entry.state !== 'later' || clock.now() >= deadline) continue;
      const report = (await store.get('reports', entry.terminal))?.value;
      if (report?.presence.state !== 'online') continue;
      const change = jobs.newJob(entry.terminal, {
        job: {
          kind: 'reconcile-orders',
          since: new Date(value.since).toISOString(),
          absent: assign(absent, entry.terminal, report),
        },
        deadline,
        expectedVersion: null,
        rollout: null,
        by: value.createdBy,
      });
      changes.push(change);
      entries[index] = { ...entry, jobId: change.value.jobId, state: 'queued', words: change.value.words };
      running += 1;
    }
    const isOver = entries.every((entry) => !isUnfinished(entry));
    const isTooLate = clock.now() >= deadline && running === 0;
    const after: ReconciliationDocument = {
      ...value,
      terminals: entries,
      absent,
      state: isOver || isTooLate ? 'done' : 'running',
    };
    if (JSON.stringify(after) === JSON.stringify(value)) return;
    // One write: a job is given by exactly one decision.
    await store.write([{ collection: 'reconciliations', id, expected: version, value: after }, ...changes]);
  }

  async #isOnline(terminal: TerminalId): Promise<boolean> {
    return (await this.#options.store.get('reports', terminal))?.value.presence.state === 'online';
  }
}

/** Neither ended nor given up. */
export const isUnfinished = ({ state }: Entry): boolean => state === 'later' || state === 'queued' || !isFinal(state);

function entryOf(entry: Entry, job: JobDocument | undefined): Entry {
  if (job === undefined) return { ...entry, state: 'failed', words: 'Its job was removed' };
  const { state, words, result } = job;
  const compared = state === 'succeeded' ? comparedIn(result) : null;
  if (compared === null) return { ...entry, state, words };
  const { sales, returns, unconfirmed, differing } = compared;
  return { ...entry, state, words, compared: { sales, returns, unconfirmed, differing } };
}

/** Who is gone from this terminal's shop, and has nobody yet who looks. */
function assign(
  absent: ReconciliationDocument['absent'],
  terminal: TerminalId,
  report: ReportDocument,
): AbsentTerminal[] {
  const shop = shopKey(report.health);
  const taken: AbsentTerminal[] = [];
  for (const [index, each] of absent.entries()) {
    if (taken.length >= mostAbsent || each.lookedFor !== null || each.shop !== shop) continue;
    absent[index] = { ...each, lookedFor: terminal };
    taken.push(each.question);
  }
  return taken;
}

/** What it found of those that are gone; where it found nothing out, the next one may look. */
function takeAbsent(absent: ReconciliationDocument['absent'], entry: Entry, job: JobDocument | undefined): void {
  const compared = job?.state === 'succeeded' ? comparedIn(job.result) : null;
  for (const [index, each] of absent.entries()) {
    if (each.lookedFor !== entry.terminal || each.missing !== null) continue;
    const { terminal, device } = each.question;
    const judged = compared?.absent.find((one) => one.terminal === terminal && one.device === device);
    absent[index] = judged === undefined ? { ...each, lookedFor: null } : { ...each, missing: judged.missing };
  }
}

export function comparedIn(result: JobDocument['result']): OrdersCompared | null {
  const read = ordersComparedSchema.safeParse(result);
  return read.success ? read.data : null;
}
