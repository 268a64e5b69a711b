/** ISO 4217 numbers of currencies with two decimals, which is what ZVT amounts are written with here. */
const numbers: ReadonlyMap<string, number> = new Map([
  ['EUR', 978],
  ['CHF', 756],
  ['GBP', 826],
  ['USD', 840],
  ['DKK', 208],
  ['SEK', 752],
  ['NOK', 578],
  ['PLN', 985],
  ['CZK', 203],
  ['RON', 946],
  ['BGN', 975],
]);

export const currencyNumber = (code: string): number | undefined => numbers.get(code);
