import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import type { Position } from './blocks.ts';
import { damaged, seal, sealJson, unsealJson } from './envelope.ts';
import { indexPrefix, range, sortingPrefix } from './layout.ts';
import { namedWords } from './words.ts';

/**
 * Names found by the beginnings of their words (`word-search.ts`), with nothing but `get`, so that a search at the counter is
 * synchronous and memory stays small whatever the catalogue's size:
 *
 *     i/words/<subject>              the first word of each dictionary page
 *     i/words/<subject>/<page>       [[word, how many names, who has it, if few], …] in order
 *     i/names/<subject>/<word>/<n>   who has the word, if many: pairs of varints (position minus the one before, place in the name)
 *
 * Names are put aside page by page. When all are there, their words are gathered by their first two letters, as many as memory
 * should bear at a time, and brought into order group by group. Order is JavaScript's own.
 */
export type Subject = 'product' | 'customer';

/** Characters of a dictionary page, roughly. */
const fullPage = 6_000;
/** A word that more names have does not keep them in the dictionary. */
const mostInDictionary = 100;
const namesPerChunk = 2_000;
/** Words of names gathered before they are put down. */
const mostGathered = 250_000;
/** Changes written at once. */
const writtenAtOnce = 100;

export const dictionaryKey = (generation: number, subject: Subject): string =>
  `${indexPrefix(generation)}words/${subject}`;
export const pageKey = (generation: number, subject: Subject, page: number): string =>
  `${dictionaryKey(generation, subject)}/${String(page).padStart(6, '0')}`;
export const chunkKey = (generation: number, subject: Subject, word: string, chunk: number): string =>
  `${indexPrefix(generation)}names/${subject}/${word}/${String(chunk).padStart(6, '0')}`;

const asidePrefix = (generation: number, subject: Subject): string => `${sortingPrefix(generation)}names/${subject}/`;
const groupPrefix = (generation: number, subject: Subject, group: string): string =>
  `${sortingPrefix(generation)}words/${subject}/${codesOf(group)}/`;
/** Half a letter beyond U+FFFF can't be in a key. */
const codesOf = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0')).join('');

/** The names of one page's records, put aside for {@link writeWordIndex}. */
export class PageNames {
  readonly #positions: Position[] = [];
  readonly #names: string[] = [];

  add(position: Position, name: string): void {
    this.#positions.push(position);
    this.#names.push(name);
  }

  change(generation: number, subject: Subject, page: number): KeyValueChange | null {
    if (this.#names.length === 0) return null;
    const key = asidePrefix(generation, subject) + String(page).padStart(8, '0');
    return { type: 'put', key, value: sealJson(key, [this.#positions, this.#names] satisfies NamesAside) };
  }
}

type NamesAside = [positions: Position[], names: string[]];

export interface WordIndexWork {
  readonly store: KeyValueStore;
  readonly generation: number;
  /** Positions that are not to be found. */
  readonly left: ReadonlySet<Position>;
  readonly rest: () => Promise<void> | undefined;
  readonly write: (changes: readonly KeyValueChange[]) => Promise<void>;
}

/** Turns what {@link PageNames} put aside into the index; may be repeated after a crash. */
export async function writeWordIndex(subject: Subject, work: WordIndexWork): Promise<void> {
  const { store, generation, left, rest, write } = work;
  const words = new GatheredWords(generation, subject);
  for await (const [key, sealed] of store.entries(range(asidePrefix(generation, subject)))) {
    await rest();
    // Written by this room, its checksum just verified.
    const [positions, names] = unsealJson(key, sealed) as NamesAside;
    for (const [index, position] of positions.entries()) {
      await rest();
      if (!left.has(position)) words.add(position, names[index] ?? '');
    }
    if (words.size >= mostGathered) await words.putDown(rest, write);
  }
  const dictionary = new DictionaryWriter(generation, subject);
  for (const group of words.groups()) {
    const postings = await words.of(group, store, rest);
    for (const word of [...postings.keys()].sort()) {
      await rest();
      dictionary.add(word, postings.get(word) ?? []);
      if (dictionary.changes.length >= writtenAtOnce) await write(dictionary.changes.splice(0));
    }
  }
  dictionary.end();
  await write(dictionary.changes);
}

/** Position and place of one name after the other, in the order of positions. The place: see {@link placeOf}. */
type Postings = number[];
type WordGroup = Map<string, Postings>;

/** Where in its name a word stands (upper four bits) and how many words the name has (lower four), each at most 15. */
export const placeOf = (position: number, words: number): number => (Math.min(15, position) << 4) | Math.min(15, words);

/** Words with those who have them, in groups by their first two letters; what is too much for memory is put down in runs. */
class GatheredWords {
  readonly #generation: number;
  readonly #subject: Subject;
  #gathered = new Map<string, WordGroup>();
  readonly #runs = new Map<string, number>();
  #size = 0;

  constructor(generation: number, subject: Subject) {
    this.#generation = generation;
    this.#subject = subject;
  }

  /** Words of names in memory. */
  get size(): number {
    return this.#size;
  }

  add(id: Position, name: string): void {
    const words = namedWords(name);
    for (const { word, position } of words) {
      const of = word.slice(0, 2);
      const group: WordGroup = this.#gathered.get(of) ?? new Map();
      if (group.size === 0) this.#gathered.set(of, group);
      const postings = group.get(word);
      const place = placeOf(position, words.length);
      if (postings === undefined) group.set(word, [id, place]);
      else if (postings.at(-2) !== id) postings.push(id, place);
      this.#size += 1;
    }
  }

  async putDown(rest: WordIndexWork['rest'], write: WordIndexWork['write']): Promise<void> {
    const changes: KeyValueChange[] = [];
    for (const [of, group] of this.#gathered) {
      await rest();
      const run = this.#runs.get(of) ?? 0;
      const key = groupPrefix(this.#generation, this.#subject, of) + String(run).padStart(6, '0');
      changes.push({ type: 'put', key, value: sealJson(key, [...group]) });
      this.#runs.set(of, run + 1);
      if (changes.length >= writtenAtOnce) await write(changes.splice(0));
    }
    await write(changes);
    this.#gathered = new Map();
    this.#size = 0;
  }

  groups(): readonly string[] {
    return [...new Set([...this.#runs.keys(), ...this.#gathered.keys()])].sort();
  }

  /** All of a group, whatever was put down of it. */
  async of(group: string, store: KeyValueStore, rest: WordIndexWork['rest']): Promise<WordGroup> {
    const gathered = this.#gathered.get(group);
    this.#gathered.delete(group);
    const runs = this.#runs.get(group) ?? 0;
    if (runs === 0) return gathered ?? new Map();
    const whole: WordGroup = new Map();
    const take = (word: string, postings: Postings): void => {
      const known = whole.get(word);
      if (known === undefined) whole.set(word, postings);
      else for (const number of postings) known.push(number);
    };
    const prefix = groupPrefix(this.#generation, this.#subject, group);
    for (let run = 0; run < runs; run++) {
      const key = prefix + String(run).padStart(6, '0');
      const sealed = store.get(key);
      if (sealed === undefined) throw damaged(key, 'is missing');
      // Written by this room, its checksum just verified.
      for (const [word, postings] of unsealJson(key, sealed) as [string, Postings][]) {
        await rest();
        take(word, postings);
      }
    }
    for (const [word, postings] of gathered ?? []) take(word, postings);
    return whole;
  }
}

/** A word of the dictionary: how many names have it, and which, unless there are chunks of them. */
export type DictionaryEntry = readonly [word: string, count: number, names?: Postings];

/** Makes dictionary pages and chunks of words that come in order. */
class DictionaryWriter {
  readonly changes: KeyValueChange[] = [];
  readonly #generation: number;
  readonly #subject: Subject;
  readonly #pages: string[] = [];
  #page: DictionaryEntry[] = [];
  #length = 0;

  constructor(generation: number, subject: Subject) {
    this.#generation = generation;
    this.#subject = subject;
  }

  add(word: string, postings: Postings): void {
    const count = postings.length / 2;
    const few = count <= mostInDictionary;
    if (!few) this.#putChunks(word, postings);
    this.#page.push(few ? [word, count, postings] : [word, count]);
    this.#length += 12 + word.length + (few ? postings.length * 6 : 0);
    if (this.#length >= fullPage) this.#endPage();
  }

  end(): void {
    this.#endPage();
    const key = dictionaryKey(this.#generation, this.#subject);
    this.changes.push({ type: 'put', key, value: sealJson(key, this.#pages) });
  }

  #putChunks(word: string, postings: Postings): void {
    for (let chunk = 0; chunk * namesPerChunk * 2 < postings.length; chunk++) {
      const key = chunkKey(this.#generation, this.#subject, word, chunk);
      const of = postings.slice(chunk * namesPerChunk * 2, (chunk + 1) * namesPerChunk * 2);
      this.changes.push({ type: 'put', key, value: seal(key, encodePostings(of)) });
    }
  }

  #endPage(): void {
    const first = this.#page[0];
    if (first === undefined) return;
    const key = pageKey(this.#generation, this.#subject, this.#pages.length);
    this.changes.push({ type: 'put', key, value: sealJson(key, this.#page) });
    this.#pages.push(first[0]);
    this.#page = [];
    this.#length = 0;
  }
}

function encodePostings(postings: Postings): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  for (let at = 0; at < postings.length; at += 2) {
    const position = postings[at] ?? 0;
    let rest = position - before;
    before = position;
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    bytes.push(rest, postings[at + 1] ?? 0);
  }
  return Uint8Array.from(bytes);
}
