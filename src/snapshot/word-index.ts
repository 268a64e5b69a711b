import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import { damaged, seal, sealJson, unseal } from './envelope.ts';
import { generationPrefix, indexPrefix, range } from './layout.ts';
import type { SealedReader } from './sealed-reader.ts';
import { namedWords, typedWords } from './words.ts';

/**
 * Names found by the beginnings of their words, with nothing but `get`, so that a search at the counter is synchronous and
 * memory stays small whatever the catalogue's size:
 *
 *     i/words/<subject>              the first word of each dictionary page
 *     i/words/<subject>/<page>       [[word, how many names], …] in order
 *     i/names/<subject>/<word>/<n>   who has the word: pairs of varints (id minus the id before, place in the name)
 *
 * The store itself sorts: the words of each page's names are first put under `t/`, and read back in order when all are there.
 */
export type Subject = 'product' | 'customer';

const wordsPerPage = 200;
const namesPerChunk = 2_000;
/** Bounds one search: words looked at for one beginning, names taken from them, names compared for the other words. */
const mostWords = 1_000;
const mostCandidates = 20_000;
const mostCompared = 200_000;

const temporaryPrefix = (generation: number, subject: Subject): string =>
  `${generationPrefix(generation)}t/${subject}/`;
const dictionaryKey = (generation: number, subject: Subject): string => `${indexPrefix(generation)}words/${subject}`;
const pageKey = (generation: number, subject: Subject, page: number): string =>
  `${dictionaryKey(generation, subject)}/${String(page).padStart(6, '0')}`;
const chunkKey = (generation: number, subject: Subject, word: string, chunk: number): string =>
  `${indexPrefix(generation)}names/${subject}/${word}/${String(chunk).padStart(6, '0')}`;

/** The words of one page's names, put aside for {@link writeWordIndex}. */
export class PageWords {
  readonly #postings = new Map<string, Posting[]>();

  add(id: number, name: string): void {
    const words = namedWords(name);
    const count = Math.min(15, words.length);
    for (const { word, position } of words) {
      const list = this.#postings.get(word) ?? [];
      this.#postings.set(word, list);
      if (list.at(-1)?.id !== id) list.push({ id, place: (Math.min(15, position) << 4) | count });
    }
  }

  changes(generation: number, subject: Subject): readonly KeyValueChange[] {
    return [...this.#postings].map(([word, list]) => {
      const first = String(list[0]?.id ?? 0).padStart(12, '0');
      const key = `${temporaryPrefix(generation, subject)}${word} ${first}`;
      return { type: 'put', key, value: seal(key, encodePostings(list)) };
    });
  }
}

/** Turns what {@link PageWords} put aside into the index; may be repeated after a crash. `write` is called with batches, `rest` often. */
export async function writeWordIndex(
  store: KeyValueStore,
  generation: number,
  subject: Subject,
  rest: () => Promise<void> | undefined,
  write: (changes: readonly KeyValueChange[]) => Promise<void>,
): Promise<void> {
  const pages: string[] = [];
  let page: [string, number][] = [];
  let changes: KeyValueChange[] = [];
  let word: string | null = null;
  let total = 0;
  let chunks = 0;
  let chunk: Posting[] = [];

  const put = (key: string, value: Uint8Array): void => {
    changes.push({ type: 'put', key, value });
  };
  const endChunk = (): void => {
    if (word === null || chunk.length === 0) return;
    const key = chunkKey(generation, subject, word, chunks);
    put(key, seal(key, encodePostings(chunk)));
    chunks += 1;
    total += chunk.length;
    chunk = [];
  };
  const endPage = (): void => {
    const first = page[0];
    if (first === undefined) return;
    const key = pageKey(generation, subject, pages.length);
    put(key, sealJson(key, page));
    pages.push(first[0]);
    page = [];
  };
  const endWord = (): void => {
    endChunk();
    if (word !== null) page.push([word, total]);
    if (page.length >= wordsPerPage) endPage();
    total = 0;
    chunks = 0;
  };

  const prefix = temporaryPrefix(generation, subject);
  for await (const [key, sealed] of store.entries(range(prefix))) {
    await rest();
    const gap = key.lastIndexOf(' ');
    const next = key.slice(prefix.length, gap);
    if (next !== word) {
      endWord();
      word = next;
    }
    decodePostings(unseal(key, sealed), (id, place) => {
      chunk.push({ id, place });
      if (chunk.length >= namesPerChunk) endChunk();
      return true;
    });
    if (changes.length >= 1_000) {
      await write(changes);
      changes = [];
    }
  }
  endWord();
  endPage();
  const key = dictionaryKey(generation, subject);
  put(key, sealJson(key, pages));
  await write(changes);
}

/**
 * Ids of the names that have, for each typed word, one beginning with it; best first: whole words before beginnings, words at
 * the front of the name before later ones, short names before long ones.
 */
export function searchWords(
  reader: SealedReader,
  generation: number,
  subject: Subject,
  text: string,
  limit: number,
): readonly number[] {
  const typed = typedWords(text);
  if (typed.length === 0) return [];
  const pages = reader.presentJson(dictionaryKey(generation, subject)) as readonly string[];
  const wanted = typed
    .map((beginning, order) => ({ order, ...wordsBeginning(reader, generation, subject, pages, beginning) }))
    .sort((a, b) => a.total - b.total);
  let scores: Map<number, number> | null = null;
  for (const { words, order } of wanted) {
    const found = new Map<number, number>();
    const among: ReadonlyMap<number, number> | null = scores;
    let compared = 0;
    for (const { word, whole } of words) {
      const goOn = eachPosting(reader, generation, subject, word, (id, place) => {
        compared += 1;
        if (compared > mostCompared || found.size >= mostCandidates) return false;
        const before = among === null ? 0 : among.get(id);
        if (before === undefined) return true;
        const score = before + (whole ? 0 : 1_000) + (order === 0 ? (place >> 4) * 20 : 0) + (place & 15) / 16;
        const better = found.get(id);
        if (better === undefined || score < better) found.set(id, score);
        return true;
      });
      if (!goOn) break;
    }
    scores = found;
    if (found.size === 0) return [];
  }
  return [...(scores ?? [])]
    .sort(([idA, a], [idB, b]) => a - b || idA - idB)
    .slice(0, limit)
    .map(([id]) => id);
}

interface Beginning {
  readonly words: readonly { readonly word: string; readonly whole: boolean }[];
  readonly total: number;
}

/** The dictionary's words that begin so, the word itself first. */
function wordsBeginning(
  reader: SealedReader,
  generation: number,
  subject: Subject,
  pages: readonly string[],
  beginning: string,
): Beginning {
  const words: { word: string; whole: boolean }[] = [];
  let total = 0;
  for (let page = lastPageUpTo(pages, beginning); page < pages.length; page++) {
    const entries = reader.presentJson(pageKey(generation, subject, page)) as readonly (readonly [string, number])[];
    for (const [word, count] of entries) {
      if (word.startsWith(beginning)) {
        words.push({ word, whole: word === beginning });
        total += count;
      } else if (comesBefore(beginning, word)) {
        return { words, total };
      }
      if (words.length >= mostWords) return { words, total };
    }
  }
  return { words, total };
}

function lastPageUpTo(pages: readonly string[], beginning: string): number {
  let low = 0;
  let high = pages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comesBefore(beginning, pages[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low - 1);
}

/** In the store's order: by code points, which is the order of UTF-8 bytes, not of JavaScript's UTF-16. */
function comesBefore(a: string, b: string): boolean {
  const left = Array.from(a, (letter) => letter.codePointAt(0) ?? 0);
  const right = Array.from(b, (letter) => letter.codePointAt(0) ?? 0);
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return left.length < right.length;
}

interface Posting {
  readonly id: number;
  /** Position in the name (upper four bits) and number of words in it (lower four), each at most 15. */
  readonly place: number;
}

/** Sees one posting; false: enough. */
type Visit = (id: number, place: number) => boolean;

function eachPosting(reader: SealedReader, generation: number, subject: Subject, word: string, visit: Visit): boolean {
  for (let chunk = 0; ; chunk++) {
    const key = chunkKey(generation, subject, word, chunk);
    const payload = reader.bytes(key);
    if (payload === undefined) {
      if (chunk === 0) throw damaged(key, 'is missing');
      return true;
    }
    if (!decodePostings(payload, visit)) return false;
  }
}

function encodePostings(list: readonly Posting[]): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  // Pages come in the order of ids, but one may be repeated.
  for (const { id, place } of list.toSorted((a, b) => a.id - b.id)) {
    let rest = id - before;
    before = id;
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest, place);
  }
  return Uint8Array.from(bytes);
}

function decodePostings(payload: Uint8Array, visit: Visit): boolean {
  let id = 0;
  let at = 0;
  while (at < payload.length) {
    let scale = 1;
    for (;;) {
      const byte = payload[at++] ?? 0;
      id += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 0x80;
    }
    if (!visit(id, payload[at++] ?? 0)) return false;
  }
  return true;
}
