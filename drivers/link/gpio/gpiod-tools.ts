import type { GpioChip } from './choose-chip.ts';
import type { GpioDrive, InputOptions, Level } from './gpio.ts';

/**
 * The command lines of Debian's package `gpiod` and what they answer. Two generations with different options: 1.x (Debian
 * 12) and 2.x (Debian 13), as `--help` of 1.6.3 and the source of 2.x (libgpiod, tools/) have them.
 */
export type Generation = 1 | 2;

/** From `gpioset --version`, e.g. `gpioset (libgpiod) v1.6.3`; undefined for anything that is neither generation. */
export function generationOf(answer: string): Generation | undefined {
  const major = /\bv?(\d+)\.\d+/.exec(answer)?.[1];
  return major === '1' ? 1 : major === '2' ? 2 : undefined;
}

/** From `gpiodetect`: one line a chip, e.g. `gpiochip0 [pinctrl-bcm2711] (58 lines)`. */
export function chipsOf(answer: string): readonly GpioChip[] {
  return [...answer.matchAll(/^(\S+) \[(.*)\] \((\d+) lines?\)\s*$/gm)].map(([, name = '', label = '', lines]) => ({
    name,
    label,
    lines: Number(lines),
  }));
}

/** What `gpioget` answers: `1 0`, one value a line; undefined when it is not that. */
export function levelsOf(answer: string, count: number): Level[] | undefined {
  const words = answer.trim().split(/\s+/);
  if (words.length !== count || !words.every((word) => word === '0' || word === '1')) return undefined;
  return words.map((word) => (word === '1' ? 1 : 0));
}

export interface Edge {
  readonly line: number;
  /** The level after it. */
  readonly level: Level;
}

/** One line of `gpiomon` with {@link monitorArguments}; undefined for its banner and for anything else. */
export function edgeOf(text: string): Edge | undefined {
  const [, line, edge] = /^(\d{1,4}) (0|1|falling|rising)$/.exec(text.trim()) ?? [];
  return line === undefined ? undefined : { line: Number(line), level: edge === '1' || edge === 'rising' ? 1 : 0 };
}

/** `gpioset`'s prompt: printed after each command that was carried out. */
export const prompt = 'gpioset> ';

/** 2.x says that its lines are requested; 1.x starts silently. */
export const monitorBanner = /^Monitoring lines? /;

type Pull = NonNullable<InputOptions['pull']>;

/** `gpioget`: prints the levels and ends. */
export function getArguments(generation: Generation, chip: string, lines: readonly number[], pull: Pull): string[] {
  const numbers = lines.map(String);
  return generation === 1
    ? [...biasFor(pull), chip, ...numbers]
    : ['--numeric', ...biasFor(pull), '--chip', chip, ...numbers];
}

/** `gpiomon`: prints `line level` or `line edge` for each edge until it is killed. */
export function monitorArguments(generation: Generation, chip: string, lines: readonly number[], pull: Pull): string[] {
  const numbers = lines.map(String);
  return generation === 1
    ? ['--line-buffered', '--format=%o %e', ...biasFor(pull), chip, ...numbers]
    : ['--banner', '--format=%o %E', ...biasFor(pull), '--chip', chip, ...numbers];
}

/**
 * `gpioset`. 1.x: `once` sets and ends, `hold` sets and keeps the lines until it is killed. 2.x knows only `hold`, which
 * then takes {@link setCommand} on its standard input.
 */
export function setArguments(
  generation: Generation,
  chip: string,
  lines: readonly number[],
  levels: readonly Level[],
  drive: GpioDrive,
  mode: 'once' | 'hold' = 'hold',
): string[] {
  const values = lines.map((line, index) => `${line}=${levels[index] ?? 0}`);
  return generation === 1
    ? [`--mode=${mode === 'hold' ? 'signal' : 'exit'}`, `--drive=${drive}`, chip, ...values]
    : ['--interactive', `--drive=${drive}`, '--chip', chip, ...values];
}

/** Changes lines of a `gpioset --interactive`. */
export function setCommand(changes: readonly (readonly [line: number, level: Level])[]): string {
  return `set ${changes.map(([line, level]) => `${line}=${level}`).join(' ')}\n`;
}

function biasFor(pull: Pull): string[] {
  return pull === 'up' ? ['--bias=pull-up'] : [];
}
