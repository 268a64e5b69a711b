/**
 * GS1 element strings (GS1 General Specifications §7.8): application identifiers with their values one after the other;
 * values of predefined length follow each other directly, all others end at FNC1, which scanners send as GS (1D).
 */

/** Length of identifier plus value, by the first two digits of the identifier (GS1 General Specifications, figure 7.8.5-2). */
const predefinedLengths: Readonly<Record<string, number>> = {
  '00': 20,
  '01': 16,
  '02': 16,
  '03': 16,
  '04': 18,
  '11': 8,
  '12': 8,
  '13': 8,
  '14': 8,
  '15': 8,
  '16': 8,
  '17': 8,
  '18': 8,
  '19': 8,
  '20': 4,
  '31': 10,
  '32': 10,
  '33': 10,
  '34': 10,
  '35': 10,
  '36': 10,
  '41': 16,
};

export const groupSeparator = '\x1d';

/**
 * The GTIN inside an element string (AI 01, or 02 for the content of a logistic unit); null when it names no article or is
 * no element string.
 */
export function gtinOfElementString(text: string): string | null {
  let rest = text;
  while (rest.length > 0) {
    if (rest.startsWith(groupSeparator)) {
      rest = rest.slice(1);
      continue;
    }
    const length = predefinedLengths[rest.slice(0, 2)];
    const end = length ?? nextSeparator(rest);
    const element = rest.slice(0, end);
    if (length !== undefined && (element.length < length || !/^\d+$/.test(element))) return null;
    if (/^0[12]\d{14}$/.test(element)) return element.slice(2);
    rest = rest.slice(end);
  }
  return null;
}

function nextSeparator(text: string): number {
  const at = text.indexOf(groupSeparator);
  return at < 0 ? text.length : at;
}

/** Whether the last digit of a GTIN is the check digit of the others (GS1 General Specifications §7.9). */
export function hasCheckDigit(gtin: string): boolean {
  let sum = 0;
  for (let index = 0; index < gtin.length - 1; index += 1) {
    sum += Number(gtin[gtin.length - 2 - index]) * (index % 2 === 0 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10 === Number(gtin.at(-1));
}
