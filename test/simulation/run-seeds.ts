import { Worker } from 'node:worker_threads';
import { compileLate } from './late-compilation.ts';
import { profileOf, type SimulationOptions } from './options.ts';
import type { Done, Task } from './worker.ts';

/** Runs every seed on as many threads as there are workers, in no particular order. */
export async function runSeeds(options: SimulationOptions, onDone: (done: Done) => void): Promise<void> {
  const left = [...options.seeds];
  const next = (): Task | null => {
    const seed = left.shift();
    if (seed === undefined) return null;
    const profile = profileOf(seed, options.profile);
    return { seed, days: options.days, profile, keep: options.trace };
  };
  compileLate();
  const count = Math.min(options.workers, options.seeds.length);
  await Promise.all(Array.from({ length: count }, () => workThrough(next, onDone)));
}

/** Worlds leave much behind that is soon forgotten: room for it is time. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };

function workThrough(next: () => Task | null, onDone: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { resourceLimits });
    const give = (): void => {
      const task = next();
      if (task !== null) worker.postMessage(task);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('message', (done: Done) => {
      onDone(done);
      give();
    });
    worker.on('error', reject);
    give();
  });
}
