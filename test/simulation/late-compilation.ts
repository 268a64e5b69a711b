import { setFlagsFromString } from 'node:v8';

/**
 * A terminal is much code of which each part runs some hundred times a day. Node's optimizing compiler, which takes that for
 * worth its effort, took a quarter of all processor time (measured); after this it waits fifteen times as long, what is quickly
 * compiled is so at once, and nothing is thrown away between its uses. Holds for the whole process.
 */
export function compileLate(): void {
  for (const flag of ['--interrupt-budget=1000000', '--always-sparkplug', '--no-flush-bytecode'])
    setFlagsFromString(flag);
}
