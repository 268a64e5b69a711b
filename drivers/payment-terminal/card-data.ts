/**
 * Keeps card data out of everything that leaves a driver (PCI DSS 3.4: at most the first six and last four digits; never
 * track data). Terminals are not trusted to do it themselves.
 */

/** Track 1 (`%B…?`) and track 2 (`;…=…?`, also without sentinels), ISO/IEC 7813. */
const tracks = /%?B\d{8,19}\^[^?\n]*\??|;?\d{8,19}[=D]\d{4,}[^?\s]*\??/g;

/** A primary account number: 12 to 19 digits, in groups or not (ISO/IEC 7812). */
const accountNumber = /\d(?:[\s./_-]?\d){11,18}/g;

/** Free text of a terminal, safe to show, print and log: at most `longest` printable characters, card numbers masked. */
export function withoutCardData(text: string, longest: number): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
      .replace(/[\x00-\x1f\x7f-\x9f]/g, ' ')
      .replace(tracks, '****')
      .replace(accountNumber, (number) => maskedNumber(number.replace(/\D/g, '')))
      .slice(0, longest)
      .trim()
  );
}

/** A card number however the terminal wrote it → first six and last four digits at most, e.g. `476173******0119`. */
export function maskedNumber(text: string): string {
  const [visible = ''] = /^[\dxX* •.-]{4,32}/.exec(text.trim()) ?? [];
  const hidden = visible.replace(/[xX•.]/g, '*').replace(/[ -]/g, '');
  const [, first = '', last = ''] = /^(\d*)[\d*]*?(\d*)$/.exec(hidden) ?? [];
  if (!hidden.includes('*')) {
    // Every digit was there: the whole number, or a fragment that may be its end.
    return hidden.length < 12 ? `****${hidden.slice(-4)}` : masked(hidden.slice(0, 6), hidden.slice(-4), hidden.length);
  }
  return masked(first.slice(0, 6), last.slice(-4), hidden.length);
}

function masked(first: string, last: string, length: number): string {
  return `${first}${'*'.repeat(Math.max(4, length - first.length - last.length))}${last}`;
}
