import { z } from 'zod';
import type { JsonValue } from '../platform/brand.ts';
import { type Clock, instant, seconds } from '../platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { StateFile } from '../platform/state-file.ts';
import type { Messenger } from './messenger.ts';
import {
  isFinal,
  type Job,
  type JobId,
  type JobKind,
  type JobOffer,
  type JobState,
  type JobStatus,
  jobOfferSchema,
  jobStatusSchema,
} from './protocol.ts';

/** Where a terminal remembers what it was told to do. */
export const jobsFile = 'fleet-jobs.json';

const knownJob = z.object({
  offer: jobOfferSchema,
  status: jobStatusSchema,
  /** It has been begun, perhaps by another release and before its deadline. */
  isBegun: z.boolean().default(false),
});
export const jobsStateSchema = z.object({ version: z.literal(1), jobs: z.array(knownJob) });
export type JobsState = z.infer<typeof jobsStateSchema>;
type KnownJob = JobsState['jobs'][number];

export const noJobs: JobsState = { version: 1, jobs: [] };

export interface JobContext {
  readonly jobId: JobId;
  /** 0 to 1, or null where nobody knows. */
  tell(words: string, progress: number | null): void;
  /** Aborts when the job is cancelled. */
  readonly signal: AbortSignal;
}

export interface JobResult {
  readonly words: string;
  readonly result?: JsonValue;
}

/** How one kind of job is carried out. */
export interface JobExecutor<Kind extends JobKind = JobKind> {
  /** Whether it waits until no sale is in hand and no card payment under way. */
  readonly waitsForQuiet: boolean;
  /**
   * When the process ended while it ran: do it again (its effect is the same twice), count it as done (the end of the process was its
   * effect), or give it up (its effect may have happened, and twice would be wrong).
   */
  readonly afterRestart: 'again' | 'done' | 'lost';
  /** Resolves when it is done; throws what went wrong, `fleet.job-rejected` where it is not to be done at all. */
  run(job: Extract<Job, { readonly kind: Kind }>, context: JobContext): Promise<JobResult>;
}

export type JobExecutors = { readonly [Kind in JobKind]: JobExecutor<Kind> };

export interface JobsAgentOptions {
  readonly messenger: Messenger;
  readonly state: StateFile<JobsState>;
  readonly executors: JobExecutors;
  /** Nobody sells and nobody pays. */
  readonly isQuiet: () => boolean;
  /** The release that runs. */
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Jobs that are over are remembered up to this many, so that none is begun a second time. */
const mostRemembered = 200;
const lookAgainAfter = seconds(2);

export const jobRejected = (words: string, hint?: string): HoldfastError =>
  new HoldfastError('fleet.job-rejected', words, { remedy: 'never', ...(hint === undefined ? {} : { hint }) });

/**
 * Does what the fleet orders, one job after the other. A job is remembered durably before it begins, so that it has its effect once,
 * however often it is offered and whenever the process ends.
 */
export class JobsAgent {
  readonly #options: JobsAgentOptions;
  readonly #cancelled = new Map<JobId, AbortController>();
  #changing: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: JobsAgentOptions) {
    this.#options = options;
    options.messenger.on('job.offer', ({ body }) => void this.#offered([body]));
    options.messenger.on('job.cancel', ({ body }) => void this.#cancel(body.jobId));
  }

  start(signal: AbortSignal): void {
    this.#ended = this.#run(signal);
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  ended(): Promise<void> {
    return this.#ended;
  }

  /**
   * After each connection: tells how every job stands that the controller still waits for, and takes on what is new. False: it could not,
   * and should be asked to again.
   */
  async synchronise(): Promise<boolean> {
    try {
      const { offers } = await this.#options.messenger.ask('jobs.get', {});
      await this.#offered(offers);
      return true;
    } catch (error) {
      this.#options.log.info({ error: messageOf(error) }, 'fleet: jobs have to wait');
      return false;
    }
  }

  /** Jobs that are not over, oldest first. */
  get open(): readonly KnownJob[] {
    return this.#options.state.value.jobs.filter(({ status }) => !isFinal(status.state));
  }

  async #offered(offers: readonly JobOffer[]): Promise<void> {
    for (const offer of offers) {
      const known = this.#find(offer.jobId);
      // Asked again: its last status was lost on the way.
      if (known !== undefined) await this.#report(known.status);
      else await this.#remember(offer).catch((error: unknown) => this.#failed(error));
    }
    this.#wake();
  }

  async #remember(offer: JobOffer): Promise<void> {
    const status: JobStatus = {
      jobId: offer.jobId,
      revision: 1,
      state: 'held',
      words: 'Waits for its turn',
      progress: null,
      result: null,
    };
    await this.#change((jobs) =>
      jobs.some((job) => job.offer.jobId === offer.jobId) ? jobs : [...jobs, { offer, status, isBegun: false }],
    );
    await this.#report(status);
  }

  async #cancel(jobId: JobId): Promise<void> {
    const known = this.#find(jobId);
    if (known === undefined || isFinal(known.status.state)) return;
    if (known.status.state === 'held') await this.#enter(jobId, 'cancelled', 'Cancelled before it began');
    else this.#cancelled.get(jobId)?.abort();
    this.#wake();
  }

  async #run(signal: AbortSignal): Promise<void> {
    await this.#resume();
    while (!signal.aborted) {
      const next = this.open.find(({ status }) => status.state === 'held');
      if (next !== undefined && (await this.#begin(next).catch((error: unknown) => this.#failed(error)))) {
        continue;
      }
      await this.#rest(next !== undefined, signal);
    }
  }

  /** What ran when the process ended. */
  async #resume(): Promise<void> {
    for (const { offer, status } of this.open) {
      if (status.state !== 'running') continue;
      const rule = offer.job.kind === 'unknown' ? 'lost' : this.#options.executors[offer.job.kind].afterRestart;
      if (rule === 'done') await this.#enter(offer.jobId, 'succeeded', 'Done; the terminal has started again');
      else if (rule === 'again') await this.#enter(offer.jobId, 'held', 'Begins again after a restart');
      else await this.#enter(offer.jobId, 'failed', 'A restart came in between; it is not repeated');
    }
  }

  /** True: something was done about it; false: it waits for quiet. */
  async #begin({ offer, isBegun }: KnownJob): Promise<boolean> {
    const { executors, isQuiet, version, messenger } = this.#options;
    const { jobId, job, deadline, expectedVersion } = offer;
    if (job.kind === 'unknown') {
      await this.#enter(jobId, 'rejected', `This release does not know how to do "${job.name}"`);
      return true;
    }
    if (!isBegun && deadline !== null && messenger.isExpired(instant(deadline))) {
      await this.#enter(jobId, 'timed-out', 'Its deadline was over before it could begin');
      return true;
    }
    if (!isBegun && expectedVersion !== null && expectedVersion !== version) {
      await this.#enter(jobId, 'rejected', `It is meant for release ${expectedVersion}; this is ${version}`);
      return true;
    }
    // Of the union of executors, this is the one of the job's own kind.
    const executor = executors[job.kind] as JobExecutor;
    if (executor.waitsForQuiet && !isQuiet()) {
      const words = 'Waits until nobody sells';
      if (this.#find(jobId)?.status.words !== words) await this.#enter(jobId, 'held', words);
      return false;
    }
    await this.#carryOut(executor, job, jobId);
    return true;
  }

  async #carryOut(executor: JobExecutor, job: Job, jobId: JobId): Promise<void> {
    const cancel = new AbortController();
    this.#cancelled.set(jobId, cancel);
    await this.#enter(jobId, 'running', 'Begun');
    try {
      const { words, result } = await executor.run(job, {
        jobId,
        signal: cancel.signal,
        tell: (text, progress) => void this.#tell(jobId, text, progress),
      });
      // A job whose effect is the end of the process is done after it.
      if (executor.afterRestart === 'done') return;
      await this.#enter(jobId, 'succeeded', words, result);
    } catch (error) {
      const words =
        isHoldfastError(error) && error.hint !== undefined ? `${error.message} ${error.hint}` : messageOf(error);
      if (isHoldfastError(error, 'fleet.job-rejected')) await this.#enter(jobId, 'rejected', words);
      else await this.#enter(jobId, cancel.signal.aborted ? 'cancelled' : 'failed', words);
    } finally {
      this.#cancelled.delete(jobId);
    }
  }

  /** Until there is something new, or for a while where something waits for quiet. */
  async #rest(somethingWaits: boolean, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (!somethingWaits) return woken;
    const rested = new AbortController();
    await Promise.race([woken, this.#options.clock.sleep(lookAgainAfter, rested.signal)]);
    rested.abort();
  }

  /** Progress is told, not kept: after a restart it would not be true. */
  async #tell(jobId: JobId, words: string, progress: number | null): Promise<void> {
    const known = this.#find(jobId);
    if (known === undefined || isFinal(known.status.state)) return;
    await this.#enter(jobId, 'running', words, undefined, progress).catch((error: unknown) => this.#failed(error));
  }

  async #enter(
    jobId: JobId,
    state: JobState,
    words: string,
    result: JsonValue = null,
    progress: number | null = null,
  ): Promise<void> {
    let entered: JobStatus | null = null;
    await this.#change((jobs) =>
      jobs.map((job) => {
        if (job.offer.jobId !== jobId || isFinal(job.status.state)) return job;
        const revision = job.status.revision + 1;
        entered = { jobId, revision, state, words: words.slice(0, 500), progress, result };
        return { ...job, status: entered, isBegun: job.isBegun || state === 'running' };
      }),
    );
    if (entered !== null) await this.#report(entered);
  }

  #change(change: (jobs: readonly KnownJob[]) => readonly KnownJob[]): Promise<void> {
    const changed = this.#changing.then(async () => {
      const jobs = change(this.#options.state.value.jobs);
      await this.#options.state.save({ version: 1, jobs: forgetOldest(jobs) });
    });
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  #find(jobId: JobId): KnownJob | undefined {
    return this.#options.state.value.jobs.find(({ offer }) => offer.jobId === jobId);
  }

  /** A status that gets lost is told again when the job is offered again. */
  async #report(status: JobStatus): Promise<void> {
    try {
      await this.#options.messenger.send('job.status', status);
    } catch (error) {
      this.#options.log.debug({ jobId: status.jobId, error: messageOf(error) }, 'fleet: a job’s status was not sent');
    }
  }

  #failed(error: unknown): false {
    this.#options.log.warn({ error: messageOf(error) }, 'fleet: a job could not be dealt with');
    return false;
  }
}

function forgetOldest(jobs: readonly KnownJob[]): KnownJob[] {
  let surplus = jobs.filter(({ status }) => isFinal(status.state)).length - mostRemembered;
  return jobs.filter(({ status }) => {
    if (surplus <= 0 || !isFinal(status.state)) return true;
    surplus -= 1;
    return false;
  });
}
