import { parseArgs } from 'node:util';

export interface StoryOptions {
  readonly seed: number;
  /** Sales to ring up in all; at least 41, forty of them without network. */
  readonly sales: number;
}

/** Reads `--seed N --sales N`; throws a RangeError in words for anything else. */
export function storyOptions(args: readonly string[]): StoryOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string', default: '1' }, sales: { type: 'string', default: '56' } },
  });
  return { seed: whole('--seed', values.seed, 0), sales: whole('--sales', values.sales, 41) };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`${name} is a whole number from ${least}, not "${text}".`);
}
