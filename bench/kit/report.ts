import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Machine, machineWords } from './machine.ts';
import { plotOf } from './plot.ts';
import type { BenchResult } from './result.ts';
import { markdownOf } from './text.ts';

const page = 'docs/performance.md';
const plots = 'bench/results';

/** Puts the tables into their places in docs/performance.md, and a plot for each under bench/results. */
export function writeReport(root: string, machine: Machine, results: readonly BenchResult[]): void {
  const path = join(root, page);
  mkdirSync(join(root, plots), { recursive: true });
  let text = readFileSync(path, 'utf8');
  for (const result of results) {
    for (const table of result.tables) writeFileSync(join(root, plots, plotName(result, table)), plotOf(table));
    text = withResult(text, machine, result);
  }
  writeFileSync(path, text);
}

/** The page with a result between its marks, `<!-- bench: NAME -->` and `<!-- end -->`. Throws where they are missing. */
export function withResult(text: string, machine: Machine, result: BenchResult): string {
  const mark = `<!-- bench: ${result.name} -->`;
  const from = text.indexOf(mark);
  const until = text.indexOf('<!-- end -->', from);
  if (from === -1 || until === -1) throw new Error(`${page} has no place for "${result.name}": ${mark} … <!-- end -->`);
  const tables = result.tables.map(
    (table) =>
      `**${table.title}**\n\n![${table.title}](../${plots}/${plotName(result, table)})\n\n${markdownOf(table)}`,
  );
  const measured = `Measured on ${machineWords(machine)}.`;
  const again = `Again: \`npm run bench -- ${result.name} --write\`.`;
  return `${text.slice(0, from)}${mark}\n${[`${measured} ${again}`, ...tables].join('\n\n')}\n${text.slice(until)}`;
}

const plotName = ({ name }: BenchResult, { id }: { readonly id: string }): string => `${name}-${id}.svg`;
