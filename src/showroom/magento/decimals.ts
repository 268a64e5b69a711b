/** PHP's `round()`: half away from zero, after rounding to 15 significant digits first. */
export function round(value: number, places: number): number {
  const factor = 10 ** places;
  const scaled = Number((value * factor).toPrecision(15));
  const whole = Math.sign(scaled) * Math.round(Math.abs(scaled));
  return whole === 0 ? 0 : whole / factor;
}

/** To hundredths, as amounts leave the REST API. */
export const amount = (value: number): number => round(value, 2);

/** To four places, as the database's `decimal(12,4)` keeps quantities and amounts. */
export const stored = (value: number): number => round(value, 4);
