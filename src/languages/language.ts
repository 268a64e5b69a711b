import type { ReceiptWords } from '../receipts/words.ts';
import { wordsDe } from '../receipts/words-de.ts';
import { wordsEn } from '../receipts/words-en.ts';
import { wordsFr } from '../receipts/words-fr.ts';
import { wordsVi } from '../receipts/words-vi.ts';
import type { Texts } from '../screens/texts.ts';
import { textsDe } from '../screens/texts-de.ts';
import { textsEn } from '../screens/texts-en.ts';
import { textsFr } from '../screens/texts-fr.ts';
import { textsVi } from '../screens/texts-vi.ts';

/** Everything a till says in one language. */
export interface Language {
  /** ISO 639, perhaps with a country: `de`, `pt-BR`. */
  readonly code: string;
  /** What it calls itself: `Deutsch`. */
  readonly name: string;
  /** On the displays. */
  readonly screens: Texts;
  /** On paper. */
  readonly receipts: ReceiptWords;
}

/** The languages that need no file. The first one is what others fall back to. */
export const builtInLanguages: readonly Language[] = [
  { code: 'en', name: 'English', screens: textsEn, receipts: wordsEn },
  { code: 'de', name: 'Deutsch', screens: textsDe, receipts: wordsDe },
  { code: 'fr', name: 'Français', screens: textsFr, receipts: wordsFr },
  { code: 'vi', name: 'Tiếng Việt', screens: textsVi, receipts: wordsVi },
];

export const english: Language = { code: 'en', name: 'English', screens: textsEn, receipts: wordsEn };

/** One of the {@link builtInLanguages}. */
export const builtInLanguage = (code: string): Language | undefined =>
  builtInLanguages.find((language) => language.code === code);

/** The codes of languages, as they are written in the configuration and in the names of files. */
export const languageCode = /^[a-z]{2,3}(-[A-Z]{2})?$/;
