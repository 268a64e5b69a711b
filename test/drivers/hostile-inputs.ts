/** How many inputs each parser gets; a nightly run asks for a million (`HOLDFAST_FUZZ_INPUTS=1000000`). */
export const inputs = Number(process.env['HOLDFAST_FUZZ_INPUTS'] ?? 20_000);

/** Enough for a million of them on a slow machine. */
export const patience = 1_200_000;

export type RandomNumber = (below: number) => number;

/** Marsaglia's xorshift: the same inputs in every run. */
export function randomNumbers(seed: number): RandomNumber {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Half noise, half a `model` with some bytes changed, doubled or left out. */
export function hostileBytes(random: RandomNumber, model: Uint8Array): Uint8Array {
  if (random(2) === 0) return Uint8Array.from({ length: random(64) }, () => random(256));
  const bytes = [...model];
  for (let change = 1 + random(6); change > 0; change -= 1) {
    const at = random(bytes.length);
    const kind = random(3);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes.splice(at, 1 + random(4));
    else bytes.splice(at, 0, ...bytes.slice(at, at + random(4)));
  }
  return Uint8Array.from(bytes);
}
