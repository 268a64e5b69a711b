import type { Random } from '../../src/platform/random.ts';

/** Seeded chance with the questions that a world asks. The same seed and name give the same answers, everywhere. */
export class Chance implements Random {
  #state: number;

  /** `name` keeps the streams of one seed apart, so that what one part draws changes nothing for the others. */
  constructor(seed: number, name: string) {
    let state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
    for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193) >>> 0;
    this.#state = state;
    this.#next();
  }

  /** splitmix32. */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 1) bytes[at] = this.#next() & 0xff;
    return bytes;
  }

  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  happens(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Uniform, both ends possible up to rounding. */
  between(least: number, most: number): number {
    return least + (most - least) * this.fraction();
  }

  /** A whole number, both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** Mostly short, sometimes several times `mean`: the pause until something that comes at random. */
  pause(mean: number): number {
    return -mean * Math.log(1 - this.fraction());
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  pick<Item>(items: readonly Item[]): Item | undefined;
  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.fraction() * items.length)];
  }

  /** One of the choices, each as likely as its weight says. */
  weighed<Choice extends string>(weights: Readonly<Record<Choice, number>>): Choice {
    const choices = Object.entries(weights) as [Choice, number][];
    let left = this.fraction() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [choice, weight] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    throw new RangeError('Nothing to choose from');
  }
}
