import { runPricing } from './pricing/run.ts';

/** What can be compared with recorded Magento, by name; each takes the remaining arguments and gives the exit code. */
const subjects: Readonly<Record<string, (arguments_: readonly string[]) => Promise<number>>> = {
  pricing: runPricing,
};

const [name = '', ...rest] = process.argv.slice(2);
const run = subjects[name];
if (run === undefined) {
  console.error(`Usage: npm run conformance -- <${Object.keys(subjects).join('|')}> [options]`);
  process.exitCode = 2;
} else {
  process.exitCode = await run(rest);
}
