import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { TerminalConfig } from '../config/schema.ts';
import { builtInLanguage, builtInLanguages, english } from '../languages/language.ts';
import { type CompletedLanguage, completeLanguage, languageFileSchema } from '../languages/language-file.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';

/**
 * The language of that code: `CODE.json` in the folder of languages, else a built-in one. A file may hold only what it changes:
 * the rest is the built-in language's of the same code, else English. Throws `config.invalid` where there is neither, or where the
 * file is not what it should be.
 */
export function loadLanguage(code: string, folder: string): CompletedLanguage {
  const known = builtInLanguage(code);
  const path = join(folder, `${code}.json`);
  if (!existsSync(path)) {
    if (known !== undefined) return { language: known, missing: [], remarks: [] };
    const codes = builtInLanguages.map((language) => language.code).join(', ');
    throw new HoldfastError('config.invalid', `There is no language "${code}": neither ${path} nor built in.`, {
      remedy: 'operator',
      hint: `Built in are ${codes}; "holdfast language export en" prints one to begin a file with.`,
    });
  }
  return completeLanguage(code, readLanguageFile(path), known ?? english);
}

function readLanguageFile(path: string): z.infer<typeof languageFileSchema> {
  const wrong = (problem: string, cause?: unknown): HoldfastError =>
    new HoldfastError('config.invalid', `The language file ${path} can't be used: ${problem}`, {
      remedy: 'operator',
      cause,
    });
  let written: unknown;
  try {
    written = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw wrong(messageOf(error), error);
  }
  const checked = languageFileSchema.safeParse(written);
  if (!checked.success) throw wrong(z.prettifyError(checked.error), checked.error);
  return checked.data;
}

/** The terminal's own language. */
export const terminalLanguage = ({ terminal }: TerminalConfig): CompletedLanguage =>
  loadLanguage(terminal.language, terminal.languagesDir);

/** The terminal's own language, and those that a kiosk's customers may choose beside it. */
export function terminalLanguages(config: TerminalConfig): readonly CompletedLanguage[] {
  const { terminal, till } = config;
  const others = till.profile === 'kiosk' ? till.kiosk.languages.filter((code) => code !== terminal.language) : [];
  return [terminal.language, ...new Set(others)].map((code) => loadLanguage(code, terminal.languagesDir));
}

/** What whoever configures a terminal should know about a language, a sentence each; empty when all is well. */
export function languageRemarks({ language, missing, remarks }: CompletedLanguage): readonly string[] {
  const lacking = missing.length === 0 ? [] : [`missing, and taken from another language: ${missing.join(', ')}`];
  return [...remarks, ...lacking].map((words) => `language ${language.code}: ${words}`);
}
