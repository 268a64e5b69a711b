import { rm } from 'node:fs/promises';
import { facts } from '../../src/cli/output.ts';
import { messageOf } from '../../src/platform/errors.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { seededRandom } from '../../src/showroom/seeded-random.ts';
import { Lane } from './lane.ts';
import { moments } from './moments.ts';
import { type KillTestOptions, killTestOptions } from './options.ts';
import type { Reckoning } from './reckoning.ts';

/** Tills that lose their power side by side, each with a shop of its own. */
const lanes = 2;

/** `npm run killtest -- [--rounds N] [--seed N]`: exit code 0 only if nothing was lost or doubled. */
async function main(): Promise<number> {
  const options = killTestOptions(process.argv.slice(2), process.env);
  const seen = new Map<string, number>();
  const outcomes = await Promise.all(
    Array.from({ length: Math.min(lanes, options.rounds) }, (_, index) => runLane(index, options, seen)),
  );
  console.log(facts([...seen].sort().map(([what, times]) => [`killed ${what}`, String(times)])));
  const complaints = outcomes.flatMap((outcome) => outcome.complaints);
  for (const complaint of complaints) console.log(`! ${complaint}`);
  const [sales, lost, doubled] = [total(outcomes, 'sales'), total(outcomes, 'lost'), total(outcomes, 'doubled')];
  console.log(`killtest: ${options.rounds} rounds, ${sales} sales, lost ${lost}, doubled ${doubled}`);
  return lost + doubled + complaints.length === 0 ? 0 : 1;
}

async function runLane(
  index: number,
  { rounds, seed }: KillTestOptions,
  seen: Map<string, number>,
): Promise<Reckoning> {
  const name = `till ${index + 1}`;
  const random = seededRandom(seed * lanes + index);
  const lane = await Lane.open({ name, clock: new SystemClock('Europe/Berlin'), random });
  try {
    const mine = Array.from({ length: rounds }, (_, round) => round).filter((round) => round % lanes === index);
    for (const [turn, round] of mine.entries()) {
      await lane.round(moments[turn % moments.length] ?? 'selling');
      if ((turn + 1) % 10 === 0) console.log(`${name}: the power has failed ${turn + 1} times (round ${round + 1})`);
    }
    const reckoning = await lane.reckon();
    for (const [what, times] of lane.seen) seen.set(what, (seen.get(what) ?? 0) + times);
    if (reckoning.complaints.length > 0) console.log(`Everything of ${name} is kept in ${lane.dir}.`);
    else await lane.close().then(() => rm(lane.dir, { recursive: true, force: true }));
    return reckoning;
  } finally {
    await lane.close();
  }
}

const total = (outcomes: readonly Reckoning[], what: 'sales' | 'lost' | 'doubled'): number =>
  outcomes.reduce((sum, outcome) => sum + outcome[what], 0);

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  },
);
