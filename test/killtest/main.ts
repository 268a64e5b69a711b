import { rm } from 'node:fs/promises';
import { facts } from '../../src/cli/output.ts';
import { messageOf } from '../../src/platform/errors.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { Lane } from './lane.ts';
import { moments } from './moments.ts';
import { killTestOptions } from './options.ts';
import type { Reckoning } from './reckoning.ts';

/** Tills that lose their power side by side, each with a shop of its own. */
const sideBySide = 2;
/** A till's life; then comes another, so that the beginnings are met often too. */
const roundsOfOneTill = 25;
/** Every other till begins with a journal of this format, and is killed while it is migrated. */
const olderFormat = 1;

/** `npm run killtest -- [--rounds N] [--seed N]`: exit code 0 only if nothing was lost or doubled. */
async function main(): Promise<number> {
  const options = killTestOptions(process.argv.slice(2), process.env);
  const seen = new Map<string, number>();
  const lives = livesOf(options.rounds);
  const outcomes: Reckoning[] = [];
  const oneAfterTheOther = async (): Promise<void> => {
    for (let life = lives.shift(); life !== undefined; life = lives.shift()) {
      outcomes.push(await runLife(life, options.seed, seen));
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, oneAfterTheOther));
  console.log(facts([...seen].sort().map(([what, times]) => [`killed ${what}`, String(times)])));
  const complaints = outcomes.flatMap((outcome) => outcome.complaints);
  for (const complaint of complaints) console.log(`! ${complaint}`);
  const [sales, lost, doubled] = [total(outcomes, 'sales'), total(outcomes, 'lost'), total(outcomes, 'doubled')];
  console.log(`killtest: ${options.rounds} rounds, ${sales} sales, lost ${lost}, doubled ${doubled}`);
  return lost + doubled + complaints.length === 0 ? 0 : 1;
}

interface Life {
  readonly number: number;
  readonly rounds: number;
}

/** The rounds shared out evenly; an even number of tills, so that all that run side by side have work. */
function livesOf(rounds: number): Life[] {
  const tills = Math.min(rounds, Math.ceil(rounds / roundsOfOneTill / sideBySide) * sideBySide);
  return Array.from({ length: tills }, (_, index) => ({
    number: index + 1,
    rounds: Math.floor((rounds * (index + 1)) / tills) - Math.floor((rounds * index) / tills),
  }));
}

async function runLife({ number, rounds }: Life, seed: number, seen: Map<string, number>): Promise<Reckoning> {
  const name = `till ${number}`;
  const lane = await Lane.open({
    name,
    clock: new SystemClock('Europe/Berlin'),
    random: seededRandom(seed * 1_000 + number),
    olderFormat: number % 2 === 1 ? olderFormat : null,
  });
  try {
    const first = lane.firstMoments;
    for (let round = 0; round < rounds; round += 1) {
      await lane.round(first[round] ?? moments[(round - first.length) % moments.length] ?? 'selling');
    }
    const reckoning = await lane.reckon();
    for (const [what, times] of lane.seen) seen.set(what, (seen.get(what) ?? 0) + times);
    const { sales, lost, doubled, complaints } = reckoning;
    console.log(`${name}: ${rounds} rounds, ${sales} sales, lost ${lost}, doubled ${doubled}`);
    await lane.close();
    if (complaints.length > 0) console.log(`Everything of ${name} is kept in ${lane.dir}.`);
    else await rm(lane.dir, { recursive: true, force: true });
    return reckoning;
  } finally {
    await lane.close();
  }
}

const total = (outcomes: readonly Reckoning[], what: 'sales' | 'lost' | 'doubled'): number =>
  outcomes.reduce((sum, outcome) => sum + outcome[what], 0);

// At once: Node 20 may spin for ever in its own clean-up after connections were reset while they were ending.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
