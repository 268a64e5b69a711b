import { parseArgs } from 'node:util';
import { sweep } from './sweep.ts';

/**
 * `npm run sweep [-- --quick | --every <bytes>] [--seed <n>]`: cuts the connection between terminal and shop everywhere, kills the
 * process between any two steps, and counts what got lost or doubled. Exit 0 only when nothing did.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    every: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
  },
});
const every = Number(values.every);
const seed = Number(values.seed);
if (!Number.isInteger(every) || every < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run sweep -- [--quick] [--every <bytes, 1 or more>] [--seed <whole number>]');
  process.exit(64);
}

const result = await sweep({
  everyBytes: values.quick ? null : every,
  journeys: {
    quote: ['plain', 'rich', 'customer', 'mail', ...(values.quick ? [] : (['return'] as const))],
    // Cheaper to bring in, and refunded by the same calls.
    direct: ['plain', 'rich', 'return', 'outcome'],
    module: ['plain', 'rich', 'return', 'outcome'],
  },
  seed,
  // So that it stays well under a minute.
  ...(values.quick ? { sampleOfOthers: 2 } : {}),
  onProgress: (words) => console.log(words),
});
for (const problem of result.problems) console.log(problem);
for (const name of result.missed) console.log(`did not come to pass: ${name}`);
const { cuts, lost, doubled, stockOff } = result;
console.log(`swept: ${cuts} cuts, lost ${lost}, doubled ${doubled}, stock off ${stockOff}`);
// At once: Node 20 may spin for ever in its own clean-up after connections were reset while they were ending.
process.exit(lost + doubled + stockOff + result.problems.length + result.missed.length === 0 ? 0 : 1);
