import { z } from 'zod';
import { dateForms } from '../receipts/words.ts';
import type { Language } from './language.ts';

/** What a file in the folder of languages holds: any part of a {@link Language}. */
const sentences = z.record(z.string(), z.string());

export const languageFileSchema = z.strictObject({
  name: z.string().min(1),
  screens: z
    .strictObject({
      labels: sentences.default({}),
      menu: sentences.default({}),
      notices: sentences.default({}),
      kiosk: sentences.default({}),
      reasons: sentences.default({}),
      problems: sentences.default({}),
    })
    .prefault({}),
  receipts: z
    .looseObject({ date: z.enum(dateForms).optional() })
    .pipe(sentences)
    .default({}),
});

export type LanguageFile = z.infer<typeof languageFileSchema>;

/** A language out of a file, and what whoever wrote it should know. */
export interface CompletedLanguage {
  readonly language: Language;
  /** Texts it lacks; they are the fallback's. */
  readonly missing: readonly string[];
  /** What is wrong with those it has, a sentence each. Texts that nothing asks for are left out, the others are used. */
  readonly remarks: readonly string[];
}

/** Columns of the narrowest display, for what must fit it whole. */
const widest: Readonly<Record<string, number>> = { labels: 16, menu: 13 };

/** The language of a file, with the texts of `fallback` where it has none. */
export function completeLanguage(code: string, file: LanguageFile, fallback: Language): CompletedLanguage {
  const missing: string[] = [];
  const remarks: string[] = [];

  function complete<Words extends Readonly<Record<string, string>>>(
    where: string,
    own: Readonly<Record<string, string>>,
    known: Words,
    open = false,
  ): Words {
    const words: Record<string, string> = { ...known };
    for (const key of Object.keys(known)) if (own[key] === undefined && !open) missing.push(`${where}.${key}`);
    for (const [key, written] of Object.entries(own)) {
      const text = written.normalize('NFC');
      if (known[key] === undefined && !open) {
        remarks.push(`${where}.${key}: there is no such text`);
        continue;
      }
      words[key] = text;
      remarks.push(...remarksOn(`${where}.${key}`, text, known[key]));
    }
    // Every key of `known` is there, with a text.
    return words as Words;
  }

  function remarksOn(where: string, text: string, original: string | undefined): string[] {
    const room = widest[where.split('.').at(-2) ?? ''];
    const length = [...text].length;
    const strangers =
      original === undefined ? [] : placeholders(text).filter((name) => !placeholders(original).includes(name));
    return [
      ...(room !== undefined && length > room ? [`${where}: "${text}" has ${length} characters; ${room} fit`] : []),
      ...strangers.map((name) => `${where}: there is no {${name}} here`),
    ];
  }

  const { screens, receipts } = file;
  const language: Language = {
    code,
    name: file.name,
    screens: {
      labels: complete('screens.labels', screens.labels, fallback.screens.labels),
      menu: complete('screens.menu', screens.menu, fallback.screens.menu),
      notices: complete('screens.notices', screens.notices, fallback.screens.notices),
      kiosk: complete('screens.kiosk', screens.kiosk, fallback.screens.kiosk),
      reasons: complete('screens.reasons', screens.reasons, fallback.screens.reasons),
      problems: complete('screens.problems', screens.problems, fallback.screens.problems, true),
    },
    receipts: complete('receipts', receipts, { ...fallback.receipts }),
  };
  return { language, missing, remarks };
}

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** A language as its file would be, for whoever begins a new one. */
export function asLanguageFile({ name, screens, receipts }: Language): LanguageFile {
  const { labels, menu, notices, kiosk, reasons, problems } = screens;
  return { name, screens: { labels, menu, notices, kiosk, reasons, problems }, receipts: { ...receipts } };
}
