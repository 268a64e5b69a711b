import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { progressWords, refusalOf, terminalTrouble } from '../../drivers/payment-terminal/zvt/words.ts';
import { builtInLanguages } from '../../src/languages/language.ts';
import { lengthOf, pieces } from '../../src/screens/layout.ts';
import { translate } from '../../src/screens/phrase-book.ts';
import { phrases } from '../../src/screens/phrases.ts';

const translated = builtInLanguages
  .filter(({ code }) => code !== 'en')
  .map((each) => [each.code, each.screens] as const);
/** From here on what is printed, never shown. */
const firstOnPaper = phrases.indexOf('there is nothing to sell from');
const shown = phrases.slice(0, firstOnPaper);

const sample = (text: string): string => text.replaceAll('{n}', '12').replace(/\{(\w+)\}/g, '‹$1›');

describe.each(translated)('what devices and delivery say, in %s', (code, { problems }) => {
  test('at 16 columns, without a cut word', async () => {
    const rows = shown.map((phrase) => {
      const said = translate(problems, sample(phrase));
      for (const word of said.split(' ')) expect([phrase, word, lengthOf(word) <= 16]).toEqual([phrase, word, true]);
      return `${phrase}\n${pieces(said, 16)
        .map((row) => `|${row.padEnd(16)}|`)
        .join('\n')}`;
    });
    await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot(`golden/reasons-${code}.txt`);
  });

  test('every word of a German card terminal, with its code', () => {
    for (let number = 0; number < 256; number += 1) {
      for (const words of [refusalOf(number).words, terminalTrouble(number), progressWords(number)]) {
        if (words !== null) expect(translate(problems, words)).not.toBe(words);
      }
    }
    expect(translate(problems, 'Wrong PIN (55)')).toMatch(/ \(55\)$/);
  });

  test('clause by clause, and what is not known stays', () => {
    const given = translate(problems, 'declined; it was given back');
    expect(given).toBe(`${problems['declined']}; ${problems['it was given back']}`);
    expect(translate(problems, 'No connection to the shop (connect ECONNREFUSED 127.0.0.1:443)')).toBe(
      `${problems['No connection to the shop']} (connect ECONNREFUSED 127.0.0.1:443)`,
    );
    expect(translate(problems, 'Insufficient funds, try later')).toBe('Insufficient funds, try later');
  });
});

/** Text of all source files that may say something. */
function sources(...folders: readonly string[]): string {
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.ts') && !/screens[/\\]phrases/.test(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

test('nothing is translated that nobody says', () => {
  const said = sources('src', 'drivers');
  const spoken = (part: string): boolean => said.includes(part) || said.includes(part.replaceAll("'", "\\'"));
  const unspoken = phrases.filter((phrase) =>
    phrase
      .split(/\{\w+\}/)
      .flatMap((part) => part.split(/: $|^: /))
      .some((part) => part.trim() !== '' && !spoken(part.trim())),
  );
  expect(unspoken).toEqual([]);
});

test('what card terminals, printers and scales say is translated', () => {
  const own = sources('drivers/payment-terminal', 'drivers/printer', 'drivers/scale');
  const says = /(?:reason: |reason = |(?:cancelled|unknown|refused|lost|notPrinted)\(|onProgress\()'([^']+ [^']+)'/g;
  const said = [...own.matchAll(says)].map(([, words = '']) => words);
  expect(said.length).toBeGreaterThan(30);
  for (const [code, { problems }] of translated) {
    expect([code, said.filter((words) => translate(problems, words) === words)]).toEqual([code, []]);
  }
});
