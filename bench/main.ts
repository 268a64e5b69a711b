import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineWords, thisMachine } from './kit/machine.ts';
import { writeReport } from './kit/report.ts';
import type { BenchResult } from './kit/result.ts';

// `npm run bench -- [name…] [--quick] [--json FILE] [--write]`: each measurement as a process of its own, one after the
// other; without a name, all of them but those that take minutes by themselves. `--write` puts the tables into docs/performance.md and their plots under bench/results.

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const all = readdirSync(here)
  .filter((name) => name.endsWith('.js') && name !== 'main.js')
  .map((name) => name.slice(0, -'.js'.length));

/** It waits for minutes until a fleet is back after an outage. */
const onlyByName: readonly string[] = ['fleet'];

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
for (const name of asked.length > 0 ? asked : all.filter((each) => !onlyByName.includes(each))) {
  console.log(`\n== ${name}`);
  const started = performance.now();
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
  console.log(`  took ${((performance.now() - started) / 1000).toFixed(0)} s`);
  const result = JSON.parse(readFileSync(leaveAt, 'utf8')) as BenchResult; // written by `bench` a moment ago
  found.push(result);
}
rmSync(scratch, { recursive: true });
if (values.write === true) writeReport(root, machine, found);
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ machine, quick: values.quick === true, results: found }, null, 2)}\n`);
}
process.exit(failed === 0 ? 0 : 1);
