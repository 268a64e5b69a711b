import { setFlagsFromString } from 'node:v8';

/**
 * A terminal is much code of which each part runs some hundred times a day. Node's compiler, which takes that for worth its
 * effort, took a quarter of all processor time (measured); after this it waits fifteen times as long. Holds for the whole process.
 */
export function compileLate(): void {
  setFlagsFromString('--interrupt-budget=1000000');
}
