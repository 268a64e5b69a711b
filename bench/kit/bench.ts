import { writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { type BenchResult, isMet, type Table } from './result.ts';
import { textOf } from './text.ts';

export interface BenchContext {
  /** Less of everything, for a look whether it still works. */
  readonly quick: boolean;
  /** Sizes and the like from the command line. */
  readonly numbers: readonly number[];
  readonly clock: SystemClock;
  /** Said while it runs, to the person who waits. */
  readonly progress: (words: string) => void;
}

/** Runs one measurement as a process: prints its tables and, where the runner asked for it, leaves them as JSON. */
export async function bench(
  {
    name,
    title,
    failsWhenMissed = false,
  }: {
    readonly name: string;
    readonly title: string;
    /** Exit code 1 when a goal is missed; left out: it is only said. */
    readonly failsWhenMissed?: boolean;
  },
  measure: (context: BenchContext) => Promise<readonly Table[]>,
): Promise<never> {
  const given = process.argv.slice(2);
  const clock = new SystemClock();
  const started = clock.monotonic();
  const progress = (words: string): void => {
    process.stderr.write(`  … ${words} (${((clock.monotonic() - started) / 1000).toFixed(0)} s)\n`);
  };
  const tables = await measure({
    quick: given.includes('--quick'),
    numbers: given.filter((word) => /^\d+$/.test(word)).map(Number),
    clock,
    progress,
  });
  const result: BenchResult = { name, title, tables };
  console.log(textOf(result));
  const missed = tables.flatMap(({ rows }) => rows).filter((row) => !isMet(row));
  if (missed.length > 0) console.log(`  ${missed.length} of the goals missed`);
  const leaveAt = process.env['HOLDFAST_BENCH_RESULT'];
  if (leaveAt !== undefined) writeFileSync(leaveAt, JSON.stringify(result));
  // At once: Node 20 may spin for ever in its own clean-up after connections were reset while they were ending.
  process.exit(failsWhenMissed && missed.length > 0 ? 1 : 0);
}

/** Milliseconds that `task` takes. */
export async function timed(clock: SystemClock, task: () => unknown): Promise<number> {
  const start = clock.monotonic();
  await task();
  return clock.monotonic() - start;
}

/** Of all files in the folder, as their lengths say. */
export async function bytesIn(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
