import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineWords, thisMachine } from './kit/machine.ts';
import { plotOf } from './kit/plot.ts';
import type { BenchResult } from './kit/result.ts';
import { markdownOf } from './kit/text.ts';

// `npm run bench -- [name…] [--quick] [--json FILE] [--write]`: each measurement as a process of its own, one after the
// other; without a name, all of them. `--write` leaves tables and plots under bench/results.

const here = fileURLToPath(new URL('.', import.meta.url));
const results = fileURLToPath(new URL('../../bench/results', import.meta.url));
const all = readdirSync(here)
  .filter((name) => name.endsWith('.js') && name !== 'main.js')
  .map((name) => name.slice(0, -'.js'.length));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, json: { type: 'string' }, write: { type: 'boolean' } },
});
const numbers = positionals.filter((word) => /^\d+$/.test(word));
const asked = positionals.filter((word) => !numbers.includes(word));
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown.join('", "')}"; there are ${all.join(', ')}.`);
  process.exit(2);
}

const machine = thisMachine();
console.log(machineWords(machine));
const scratch = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const found: BenchResult[] = [];
let failed = 0;
for (const name of asked.length > 0 ? asked : all) {
  console.log(`\n== ${name}`);
  const leaveAt = join(scratch, `${name}.json`);
  const ended = spawnSync(
    process.execPath,
    [join(here, `${name}.js`), ...numbers, ...(values.quick === true ? ['--quick'] : [])],
    { stdio: 'inherit', env: { ...process.env, HOLDFAST_BENCH_RESULT: leaveAt } },
  );
  if (ended.status !== 0) {
    failed += 1;
    console.log(`${name} failed.`);
    continue;
  }
  const result = JSON.parse(readFileSync(leaveAt, 'utf8')) as BenchResult; // written by `bench` a moment ago
  found.push(result);
  if (values.write === true) write(result);
}
rmSync(scratch, { recursive: true });
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ machine, quick: values.quick === true, results: found }, null, 2)}\n`);
}
process.exit(failed === 0 ? 0 : 1);

/** One page a measurement, with a plot for each table beside it. */
function write({ name, title, tables }: BenchResult): void {
  mkdirSync(results, { recursive: true });
  const parts = tables.map((table) => {
    const plot = `${name}-${table.id}.svg`;
    writeFileSync(join(results, plot), plotOf(table));
    return `## ${table.title}\n\n![${table.title}](${plot})\n\n${markdownOf(table)}`;
  });
  const again = `Again: \`npm run bench -- ${name} --write\`.`;
  writeFileSync(
    join(results, `${name}.md`),
    `# ${title}\n\nMeasured on ${machineWords(machine)}. ${again}\n\n${parts.join('\n\n')}\n`,
  );
}
