import { parseArgs } from 'node:util';
import { type ProfileName, profiles } from './profiles.ts';

export interface SimulationOptions {
  readonly seeds: readonly number[];
  readonly days: number;
  /** Null: one after the other. */
  readonly profile: ProfileName | null;
  /** How many lines of the trace are shown of a seed that failed. */
  readonly trace: number;
  readonly workers: number;
}

export const usage = `npm run simulate -- --seeds A..B [--days D] [--profile stall|kiosk] [--trace LINES] [--workers N]`;

/** Throws a RangeError in words for anything that makes no sense. */
export function simulationOptions(args: readonly string[], cores: number): SimulationOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '1..300' },
      days: { type: 'string', default: '1' },
      profile: { type: 'string' },
      trace: { type: 'string', default: '40' },
      workers: { type: 'string', default: String(cores) },
    },
  });
  const range = /^(\d+)(?:\.\.(\d+))?$/.exec(values.seeds);
  const [first, last] = [Number(range?.[1]), Number(range?.[2] ?? range?.[1])];
  if (range === null || last < first)
    throw new RangeError(`--seeds is a number or a range A..B, not "${values.seeds}".`);
  const { profile } = values;
  if (profile !== undefined && !isProfile(profile)) {
    throw new RangeError(`--profile is ${Object.keys(profiles).join(' or ')}, not "${profile}".`);
  }
  return {
    seeds: Array.from({ length: last - first + 1 }, (_, index) => first + index),
    days: whole('--days', values.days, 1),
    profile: profile ?? null,
    trace: whole('--trace', values.trace, 0),
    workers: whole('--workers', values.workers, 1),
  };
}

const isProfile = (name: string): name is ProfileName => Object.hasOwn(profiles, name);

/** Without a wish every other seed is a kiosk. */
export const profileOf = (seed: number, wanted: ProfileName | null): ProfileName =>
  wanted ?? (seed % 2 === 0 ? 'kiosk' : 'stall');

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`${name} is a whole number from ${least}, not "${text}".`);
}
