import { parseArgs } from 'node:util';

export interface KillTestOptions {
  /** How often the power fails, over all lanes. */
  readonly rounds: number;
  readonly seed: number;
}

/** What is worth its time on every change; elsewhere a round more finds more. */
const roundsInCi = 25;
const roundsElsewhere = 200;

/** Reads `--rounds N --seed N`; throws a RangeError in words for anything else. */
export function killTestOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): KillTestOptions {
  const rounds = env['CI'] === undefined ? roundsElsewhere : roundsInCi;
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: String(rounds) },
      seed: { type: 'string', default: '1' },
    },
  });
  return { rounds: whole('--rounds', values.rounds, 1), seed: whole('--seed', values.seed, 0) };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`${name} is a whole number from ${least}, not "${text}".`);
}
