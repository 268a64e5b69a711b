import { availableParallelism } from 'node:os';
import { messageOf } from '../../src/platform/errors.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { profileOf, type SimulationOptions, simulationOptions, usage } from './options.ts';
import { runSeeds } from './run-seeds.ts';
import type { WorldEnd } from './world.ts';

/** `npm run simulate`: exit code 0 only if every invariant held in every world. */
async function main(): Promise<number> {
  const clock = new SystemClock();
  const begun = clock.monotonic();
  const options = simulationOptions(process.argv.slice(2), availableParallelism());
  let [seeds, sales, powerCuts, lost, doubled, failures] = [0, 0, 0, 0, 0, 0];
  await runSeeds(options, (done) => {
    seeds += 1;
    if ('failure' in done) {
      failures += 1;
      console.log(`seed ${done.seed}: the simulation itself failed: ${done.failure}`);
      return;
    }
    const { end } = done;
    sales += end.sales;
    powerCuts += end.powerCuts;
    lost += end.lost;
    doubled += end.doubled;
    if (end.findings.length === 0) return;
    failures += 1;
    report(end, options);
  });
  const days = seeds * options.days;
  const seconds = (clock.monotonic() - begun) / 1000;
  console.log(
    `${days} days and the rest after them in ${seconds.toFixed(1)} s, ${Math.round((days / seconds) * 60)} a minute`,
  );
  if (failures > 0) console.log(`${failures} of ${seeds} seeds failed.`);
  console.log(`simulated: ${seeds} seeds, ${sales} sales, ${powerCuts} power cuts, lost ${lost}, doubled ${doubled}`);
  return failures === 0 ? 0 : 1;
}

function report(end: WorldEnd, { days, profile }: SimulationOptions): void {
  const again = `--seeds ${end.seed} --days ${days} --profile ${profileOf(end.seed, profile)}`;
  console.log(`seed ${end.seed} failed; again: npm run simulate -- ${again}`);
  for (const { invariant, words } of end.findings) console.log(`  ${invariant}: ${words}`);
  if (end.lines.length > 0) console.log(`  the end of its trace (${end.digest.slice(0, 16)}):`);
  for (const line of end.lines) console.log(`    ${line.trimEnd()}`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`${messageOf(error)}\n${usage}`);
    process.exitCode = 1;
  },
);
