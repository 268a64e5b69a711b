/** More of one name is not indexed. */
const mostWords = 16;
const longestWord = 32;

const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  þ: 'th',
  ð: 'd',
};
const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue' };

/** What people type: `Müsli` → `musli`. */
export const typedWords = (text: string): readonly string[] => split(plain(text.toLowerCase().normalize('NFC')));

/**
 * The words of a name under which it can be found, each with its place. A word with umlauts is there twice, because people
 * write `Müsli` as `musli` and as `muesli`.
 */
export function namedWords(name: string): readonly { readonly word: string; readonly position: number }[] {
  const lower = name.toLowerCase().normalize('NFC');
  const found = split(plain(lower)).map((word, position) => ({ word, position }));
  if (/[äöü]/.test(lower)) {
    const spelledOut = split(plain(lower.replace(/[äöü]/g, (letter) => umlauts[letter] ?? letter)));
    spelledOut.forEach((word, position) => {
      if (found[position]?.word !== word) found.push({ word, position });
    });
  }
  return found;
}

function plain(lower: string): string {
  return lower
    .replace(/[ßæœøđłþð]/g, (letter) => letters[letter] ?? letter)
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
}

function split(text: string): string[] {
  return text
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, mostWords)
    .map((word) => word.slice(0, longestWord));
}
