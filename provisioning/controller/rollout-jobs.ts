import { jobKey } from './jobs-desk.ts';
import type { ControllerStore } from './store/controller-store.ts';
import type { JobDocument } from './store/documents.ts';

/** Every job of a rollout: one question to the store, which looks at all jobs there are. */
export async function jobsOfRollout(store: ControllerStore, rolloutId: string): Promise<readonly JobDocument[]> {
  const all = await store.list('jobs');
  return all.filter(({ value }) => value.rollout === rolloutId).map(({ value }) => value);
}

/**
 * The jobs of the rollouts that run, kept true by what the store tells: they are looked at every second while thousands of them end, and the
 * store holds those of two months.
 */
export class RolloutJobs {
  readonly #store: ControllerStore;
  readonly #known = new Map<string, Map<string, JobDocument>>();
  /** Jobs that have changed since they were read. */
  readonly #changed = new Set<string>();
  #unwatch: () => void = () => undefined;

  constructor(store: ControllerStore) {
    this.#store = store;
  }

  watch(): void {
    this.#unwatch = this.#store.onChange((collection, id) => {
      if (collection === 'jobs' && this.#known.size > 0) this.#changed.add(id);
    });
  }

  /** Nothing is known any more: another controller may have changed what it wants. */
  end(): void {
    this.#unwatch();
    this.#known.clear();
    this.#changed.clear();
  }

  async of(rolloutId: string): Promise<readonly JobDocument[]> {
    if (!this.#known.has(rolloutId)) {
      // From here on changes are noted, so that what is read meanwhile is read again.
      this.#known.set(rolloutId, new Map());
      for (const job of await jobsOfRollout(this.#store, rolloutId)) this.add(job);
    }
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const id of changed) {
      const found = await this.#store.get('jobs', id);
      if (found !== null) this.add(found.value);
    }
    return [...(this.#known.get(rolloutId)?.values() ?? [])];
  }

  /** A job as it was just written: PostgreSQL may tell of it only later. */
  add(job: JobDocument): void {
    if (job.rollout !== null) this.#known.get(job.rollout)?.set(jobKey(job.terminal, job.jobId), job);
  }

  /** A rollout that is over or paused is not looked at. */
  forgetAllBut(rolloutIds: readonly string[]): void {
    for (const id of this.#known.keys()) if (!rolloutIds.includes(id)) this.#known.delete(id);
  }
}
