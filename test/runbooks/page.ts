import { readdirSync, readFileSync } from 'node:fs';
import { runCli } from '../../src/cli/program.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';

const pages = new URL('../../docs/runbooks/', import.meta.url);

/** All pages, without `.md`. */
export const pageNames = readdirSync(pages).map((file) => file.replace('.md', ''));

/** The commands that a page gives: what is to be done, and how to know that it is over. */
export interface Page {
  readonly steps: readonly string[];
  readonly closing: readonly string[];
}

export function readPage(name: string): Page {
  const text = readFileSync(new URL(`${name}.md`, pages), 'utf8');
  const [before = '', after = ''] = text.split('## How to know that it is closed');
  const commands = (part: string): readonly string[] =>
    [...part.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
  return { steps: commands(before), closing: commands(after) };
}

/** Types a page's command for the terminal of `configFile`; `given` stands for the page's placeholders. */
export async function typed(
  line: string,
  configFile: string,
  given: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly out: string }> {
  const said: string[] = [];
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? given[bare] ?? bare);
  const code = await runCli(words.slice(1), {
    output: { out: (text) => said.push(text), err: (text) => said.push(text), terminal: false },
    env: { HOLDFAST_CONFIG: configFile },
    clock: new SystemClock('Europe/Berlin'),
    version: '0.1.0',
    run: () => Promise.reject(new Error('the terminal runs already')),
    provision: () => Promise.reject(new Error('the terminal is provisioned already')),
    journalTools: () => import('../../src/assembly/journal-tools.ts'),
  });
  return { code, out: said.join('') };
}
