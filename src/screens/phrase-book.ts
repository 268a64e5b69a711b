/** Translations by what is said in English, or by an error's code; see {@link file://./phrases.ts}. */
export type PhraseBook = Readonly<Record<string, string>>;

interface Pattern {
  readonly whole: RegExp;
  readonly names: readonly string[];
  readonly translation: string;
}

/**
 * What was said in English, in the book's language: as a whole, without a code in brackets behind it, or clause by clause; what the
 * book does not know stays as it is.
 */
export function translate(book: PhraseBook, words: string): string {
  return known(book, words) ?? clauses(book, words, '; ') ?? clauses(book, words, ', ') ?? words;
}

function known(book: PhraseBook, words: string): string | null {
  if (Object.hasOwn(book, words)) return book[words] ?? null;
  for (const { whole, names, translation } of patternsOf(book)) {
    const found = whole.exec(words);
    if (found === null) continue;
    const values = new Map(names.map((name, index) => [name, translate(book, found[index + 1] ?? '')]));
    return translation.replace(/\{(\w+)\}/g, (placeholder, name: string) => values.get(name) ?? placeholder);
  }
  const [, said = '', code = ''] = /^(.+) (\(.*\))$/s.exec(words) ?? [];
  const translation = said === '' ? null : known(book, said);
  return translation === null ? null : `${translation} ${code}`;
}

/** null: none of them is known. */
function clauses(book: PhraseBook, words: string, between: string): string | null {
  const parts = words.split(between);
  if (parts.length === 1) return null;
  const translated = parts.map((part) => translate(book, part));
  return translated.every((part, index) => part === parts[index]) ? null : translated.join(between);
}

const compiled = new WeakMap<PhraseBook, readonly Pattern[]>();

function patternsOf(book: PhraseBook): readonly Pattern[] {
  const before = compiled.get(book);
  if (before !== undefined) return before;
  // Those that say most come first: what stands for anything must not take what another knows better.
  const patterns = Object.entries(book)
    .filter(([phrase]) => /\{\w+\}/.test(phrase))
    .sort(([a], [b]) => literal(b) - literal(a))
    .map(([phrase, translation]) => pattern(phrase, translation));
  compiled.set(book, patterns);
  return patterns;
}

const literal = (phrase: string): number => phrase.replace(/\{\w+\}/g, '').length;

/** Names of what may have clauses of its own. */
const asLongAsItIs: ReadonlySet<string> = new Set(['detail', 'place', 'page']);

function pattern(phrase: string, translation: string): Pattern {
  const names: string[] = [];
  const source = phrase.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    names.push(part);
    return part === 'n' ? '(\\d[\\d.,]*)' : asLongAsItIs.has(part) ? '(.+?)' : '([^,;]+?)';
  });
  return { whole: new RegExp(`^${source.join('')}$`, 's'), names, translation };
}
