import type { Job } from '../../src/fleet/protocol.ts';
import { type Clock, type Instant, instant } from '../../src/platform/clock.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import { type TerminalId, uuidv7 } from '../../src/platform/ids.ts';
import type { Random } from '../../src/platform/random.ts';
import { refusal } from './enrolment-desk.ts';
import { endedBadly, type JobsDesk, jobKey } from './jobs-desk.ts';
import { jobsOfRollout, type RolloutJobs } from './rollout-jobs.ts';
import { decideRollout } from './rollout-plan.ts';
import { type Change, type ControllerStore, decideAndWrite, type Stored } from './store/controller-store.ts';
import type { JobDocument, RolloutDocument } from './store/documents.ts';

export interface RolloutDeskOptions {
  readonly store: ControllerStore;
  readonly jobs: JobsDesk;
  readonly clock: Clock;
  readonly random: Random;
}

export interface RolloutWishes {
  readonly label: string;
  readonly job: Job;
  readonly terminals: readonly TerminalId[];
  readonly steps: readonly number[];
  readonly pauseAfterStep: boolean;
  readonly pauseAt: number | null;
  readonly abortAt: number | null;
  readonly expectedVersion: string | null;
  readonly deadline: Instant | null;
  readonly by: string;
}

/** Gives one job to many terminals, a few first. */
export class RolloutDesk {
  readonly #options: RolloutDeskOptions;

  constructor(options: RolloutDeskOptions) {
    this.#options = options;
  }

  async begin(wishes: RolloutWishes): Promise<RolloutDocument> {
    const { store, clock, random } = this.#options;
    const { by, ...rest } = wishes;
    const steps = [...wishes.steps].filter((step) => step < 100).sort((one, other) => one - other);
    const rolloutId = uuidv7(clock, random);
    const value: RolloutDocument = {
      ...rest,
      rolloutId,
      terminals: [...wishes.terminals],
      steps: [...steps, 100],
      step: 0,
      state: 'running',
      forgiven: 0,
      words: 'Begins',
      createdAt: clock.now(),
      createdBy: by,
    };
    await store.write([{ collection: 'rollouts', id: rolloutId, expected: 0, value }]);
    return value;
  }

  /** Throws `fleet.no-such-rollout`, `fleet.rollout-over`. */
  async steer(rolloutId: string, wish: 'pause' | 'resume' | 'abort'): Promise<RolloutDocument> {
    const { store } = this.#options;
    return decideAndWrite(store, async () => {
      const found = await store.get('rollouts', rolloutId);
      if (found === null) throw refusal('fleet.no-such-rollout', `There is no rollout ${rolloutId}`, 'never');
      const { state } = found.value;
      if (state === 'done' || state === 'aborted') {
        throw refusal('fleet.rollout-over', `The rollout is ${state} already`, 'never');
      }
      const jobs = wish === 'resume' ? await jobsOfRollout(store, rolloutId) : [];
      const value: RolloutDocument = {
        ...found.value,
        ...(wish === 'pause' ? { state: 'paused', words: 'Paused by a person' } : {}),
        // What has gone wrong until now was seen; only more of it stops the rollout again.
        ...(wish === 'resume'
          ? { state: 'running', forgiven: jobs.filter((job) => endedBadly(job.state)).length }
          : {}),
        ...(wish === 'abort' ? { state: 'aborted', words: 'Aborted by a person' } : {}),
      };
      const stopped = wish === 'abort' ? await this.#stopQueued(await jobsOfRollout(store, rolloutId)) : [];
      const change: Change = { collection: 'rollouts', id: rolloutId, expected: found.version, value };
      return { changes: [change, ...stopped], answer: value };
    });
  }

  /** Brings every rollout that runs a step on, where it can. */
  async advance(jobs: RolloutJobs): Promise<void> {
    const all = await this.#options.store.list('rollouts');
    const running = all.filter(({ value }) => value.state === 'running');
    jobs.forgetAllBut(running.map(({ id }) => id));
    for (const stored of running) {
      await this.#advanceOne(stored, jobs).catch((error: unknown) => {
        // Another controller was faster, or a job changed meanwhile: next time.
        if (!isHoldfastError(error, 'controller-store.conflict')) throw error;
      });
    }
  }

  async #advanceOne({ id, version, value }: Stored<'rollouts'>, all: RolloutJobs): Promise<void> {
    const { store, jobs } = this.#options;
    const known = await all.of(id);
    const decision = decideRollout(value, known);
    const { state, step, words } = decision;
    const begun = decision.begin.map((terminal) =>
      jobs.newJob(terminal, {
        job: value.job,
        deadline: value.deadline === null ? null : instant(value.deadline),
        expectedVersion: value.expectedVersion,
        rollout: id,
        by: value.createdBy,
      }),
    );
    const changes: Change[] = decision.stopQueued ? await this.#stopQueued(known) : begun;
    if (changes.length === 0 && state === value.state && step === value.step && words === value.words) return;
    // One write: a job is given by exactly one decision.
    await store.write([
      { collection: 'rollouts', id, expected: version, value: { ...value, state, step, words } },
      ...changes,
    ]);
    for (const job of begun) all.add(job.value);
  }

  /** Jobs that no terminal has begun end here; what runs is left to run. */
  async #stopQueued(jobs: readonly JobDocument[]): Promise<Change[]> {
    const { clock, store } = this.#options;
    const changes: Change[] = [];
    for (const job of jobs) {
      if (job.state !== 'queued' && job.state !== 'held') continue;
      const id = jobKey(job.terminal, job.jobId);
      const found = await store.get('jobs', id);
      if (found === null) continue;
      const value: JobDocument = { ...found.value, cancelWanted: true, changedAt: clock.now() };
      const ended: JobDocument =
        found.value.state === 'queued' ? { ...value, state: 'cancelled', words: 'The rollout was aborted' } : value;
      changes.push({ collection: 'jobs', id, expected: found.version, value: ended });
    }
    return changes;
  }
}
