import { type BodyOf, isFinal, type Job, type JobId, type JobOffer, type JobState } from '../../src/fleet/protocol.ts';
import { type Clock, hours, type Instant } from '../../src/platform/clock.ts';
import { type TerminalId, uuidv7 } from '../../src/platform/ids.ts';
import type { Random } from '../../src/platform/random.ts';
import { noSuchTerminal } from './device-desk.ts';
import { refusal } from './enrolment-desk.ts';
import { type Change, type ControllerStore, decideAndWrite } from './store/controller-store.ts';
import type { JobDocument } from './store/documents.ts';

export interface JobsDeskOptions {
  readonly store: ControllerStore;
  readonly clock: Clock;
  readonly random: Random;
}

export interface JobWishes {
  readonly job: Job;
  readonly deadline: Instant | null;
  readonly expectedVersion: string | null;
  readonly rollout: string | null;
  readonly by: string;
}

/** Where a job of a terminal is kept: found by terminal, oldest first. */
export const jobKey = (terminal: TerminalId, jobId: string): string => `${terminal}/${jobId}`;

export const isOpen = (state: JobDocument['state']): boolean => state === 'queued' || !isFinal(state);

/** Most offers in one answer. */
const mostOffered = 50;
/** What is over is shown for so long. */
const keptFor = hours(24 * 60);
/** A terminal that has begun a job and never said how it ended. */
const forgottenAfter = hours(24);

/** Orders given to terminals, and how they stand. */
export class JobsDesk {
  readonly #options: JobsDeskOptions;

  constructor(options: JobsDeskOptions) {
    this.#options = options;
  }

  /** Throws `fleet.no-such-terminal`. */
  async order(terminal: TerminalId, wishes: JobWishes): Promise<JobDocument> {
    const { store } = this.#options;
    if ((await store.get('terminals', terminal)) === null) throw noSuchTerminal(terminal);
    const change = this.newJob(terminal, wishes);
    await store.write([change]);
    return change.value;
  }

  newJob(terminal: TerminalId, { job, deadline, expectedVersion, rollout, by }: JobWishes) {
    const { clock, random } = this.#options;
    const jobId = uuidv7(clock, random) as JobId;
    const offer: JobOffer = {
      jobId,
      job,
      deadline: deadline === null ? null : new Date(deadline).toISOString(),
      expectedVersion,
    };
    const value: JobDocument = {
      jobId,
      terminal,
      job,
      offer,
      rollout,
      state: 'queued',
      revision: 0,
      words: 'Not told to the terminal yet',
      progress: null,
      result: null,
      cancelWanted: false,
      createdAt: clock.now(),
      createdBy: by,
      changedAt: clock.now(),
    };
    return { collection: 'jobs', id: jobKey(terminal, jobId), expected: 0, value } as const;
  }

  /** What a terminal is still to do, oldest first. */
  async openOffers(terminal: TerminalId): Promise<readonly JobOffer[]> {
    const jobs = await this.#options.store.list('jobs', { prefix: `${terminal}/` });
    return jobs
      .filter(({ value }) => isOpen(value.state))
      .slice(0, mostOffered)
      .map(({ value }) => value.offer);
  }

  /** Takes what a terminal says of a job; what is older than what is known is left. */
  async status(terminal: TerminalId, status: BodyOf<'job.status'>): Promise<void> {
    const { store, clock } = this.#options;
    const id = jobKey(terminal, status.jobId);
    const ended = await decideAndWrite(store, async () => {
      const found = await store.get('jobs', id);
      if (found === null || status.revision <= found.value.revision) return { changes: [], answer: null };
      const { revision, state, words, progress, result } = status;
      const value = { ...found.value, revision, state, words, progress, result, changedAt: clock.now() };
      const change: Change = { collection: 'jobs', id, expected: found.version, value };
      return { changes: [change], answer: isFinal(state) ? value : null };
    });
    if (ended === null) return;
    const { job, state, words } = ended;
    await store.append('events', terminal, { kind: 'job', job: job.kind, state, words }, clock.now());
  }

  /**
   * A job that no terminal has begun is over at once; else the terminal is asked to stop it. `expectedVersion`: of the document that
   * the person looked at. Throws `fleet.no-such-job`, `controller-store.conflict`.
   */
  async cancel(terminal: TerminalId, jobId: string, expectedVersion: number | null): Promise<JobDocument> {
    const { store, clock } = this.#options;
    const id = jobKey(terminal, jobId);
    const found = await store.get('jobs', id);
    if (found === null) throw refusal('fleet.no-such-job', `There is no job ${jobId} at ${terminal}`, 'never');
    if (!isOpen(found.value.state)) return found.value;
    const isUnknownThere = found.value.state === 'queued';
    const value: JobDocument = {
      ...found.value,
      cancelWanted: true,
      changedAt: clock.now(),
      ...(isUnknownThere ? { state: 'cancelled', words: 'Cancelled before the terminal knew of it' } : {}),
    };
    await store.write([{ collection: 'jobs', id, expected: expectedVersion ?? found.version, value }]);
    return value;
  }

  /** Ends what was never begun in time, or begun long ago and never told of again; forgets what was over long ago. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#options;
    const now = clock.now();
    for (const { id, version, value } of await store.list('jobs')) {
      if (!isOpen(value.state) && value.changedAt < now - keptFor) {
        await store.write([{ collection: 'jobs', id, expected: version, value: null }]).catch(() => undefined);
        continue;
      }
      const over = isOpen(value.state) ? overBecause(value, now) : null;
      if (over === null) continue;
      const ended: JobDocument = { ...value, state: 'timed-out', words: over, changedAt: now };
      await store.write([{ collection: 'jobs', id, expected: version, value: ended }]).catch(() => undefined);
    }
  }
}

function overBecause({ state, offer, changedAt }: JobDocument, now: Instant): string | null {
  if (state === 'queued' && offer.deadline !== null && Date.parse(offer.deadline) < now) {
    return 'Its deadline was over before the terminal came by';
  }
  return state === 'running' && changedAt < now - forgottenAfter ? 'The terminal never said how it ended' : null;
}

export const endedBadly = (state: JobDocument['state'] | JobState): boolean =>
  state === 'failed' || state === 'rejected' || state === 'timed-out';
