import { describe, expect, it } from 'vitest';
import { builtInLanguages, english } from '../../src/languages/language.ts';
import { asLanguageFile, completeLanguage, languageFileSchema } from '../../src/languages/language-file.ts';

const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe.each(builtInLanguages.map((language) => [language.code, language] as const))(
  'built-in language %s',
  (_, language) => {
    it('has every text, and asks for nothing that English does not have', () => {
      const completed = completeLanguage(language.code, languageFileSchema.parse(asLanguageFile(language)), english);
      expect(completed).toEqual({ language, missing: [], remarks: [] });
    });

    it('leaves out no value that English tells', () => {
      for (const [key, text] of Object.entries(english.screens.notices)) {
        const own = language.screens.notices[key as keyof typeof english.screens.notices];
        expect([key, placeholders(own)]).toEqual([key, placeholders(text)]);
      }
    });

    it('is written composed, so that one letter is one cell', () => {
      const text = JSON.stringify(language);
      expect(text).toBe(text.normalize('NFC'));
    });
  },
);

describe('a language from a file', () => {
  const file = (written: unknown) => languageFileSchema.parse(written);

  it('takes what it lacks from the fallback, and says what that is', () => {
    const { language, missing, remarks } = completeLanguage(
      'pl',
      file({
        name: 'Polski',
        screens: { labels: { total: 'Razem' } },
        receipts: { total: 'RAZEM', date: 'DD.MM.YYYY' },
      }),
      english,
    );
    expect(language.screens.labels.total).toBe('Razem');
    expect(language.screens.labels.change).toBe('Change');
    expect(language.receipts.date).toBe('DD.MM.YYYY');
    expect(missing).toContain('screens.labels.change');
    expect(missing).toContain('receipts.receipt');
    expect(missing).not.toContain('screens.labels.total');
    expect(missing).not.toContain('receipts.total');
    expect(remarks).toEqual([]);
  });

  it('says what does not fit, is not asked for, or can not be filled in', () => {
    const { remarks } = completeLanguage(
      'pl',
      file({
        name: 'Polski',
        screens: {
          labels: { total: 'Razem do zapłacenia', tolal: 'x' },
          menu: { hold: 'Odłóż rachunek' },
          notices: { 'unknown-code': 'Nieznany: {kod}' },
        },
        receipts: { date: 'YYYY-MM-DD' },
      }),
      english,
    );
    expect(remarks).toEqual([
      'screens.labels.total: "Razem do zapłacenia" has 19 characters; 16 fit',
      'screens.labels.tolal: there is no such text',
      'screens.menu.hold: "Odłóż rachunek" has 14 characters; 13 fit',
      'screens.notices.unknown-code: there is no {kod} here',
    ]);
  });

  it('composes letters', () => {
    const { language } = completeLanguage(
      'vi',
      file({ name: 'Việt', screens: { labels: { total: 'Tổng'.normalize('NFD') } } }),
      english,
    );
    expect(language.screens.labels.total).toBe('Tổng');
  });

  it.each([
    [{ screens: {} }, 'name'],
    [{ name: 'x', receipts: { date: 'D/M/Y' } }, 'date'],
    [{ name: 'x', screens: { labels: { total: 5 } } }, 'total'],
    [{ name: 'x', sounds: {} }, 'sounds'],
  ])('refuses what is no language file: %j', (written, key) => {
    const checked = languageFileSchema.safeParse(written);
    expect(JSON.stringify(checked.error?.issues)).toContain(key);
  });
});
