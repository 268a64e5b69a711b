import { parentPort } from 'node:worker_threads';
import { recordedCatalogue } from '../../src/showroom/magento/index.ts';
import { simulate, type WorldEnd, type WorldOptions } from './world.ts';

/** What a worker is asked for, and what it answers. */
export type Task = Pick<WorldOptions, 'seed' | 'days' | 'profile'> & { readonly keep: number };
export type Done = { readonly end: WorldEnd } | { readonly seed: number; readonly failure: string };

const catalogue = recordedCatalogue();

parentPort?.on('message', (task: Task) => {
  const answer = (done: Done): void => parentPort?.postMessage(done);
  simulate({ ...task, catalogue }).then(
    (end) => answer({ end }),
    (error: unknown) => {
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      answer({ seed: task.seed, failure });
    },
  );
});
