import type { Position } from './blocks.ts';
import { damaged } from './envelope.ts';
import type { SealedReader } from './sealed-reader.ts';
import { chunkKey, type DictionaryEntry, dictionaryKey, pageKey, placeOf, type Subject } from './word-index.ts';
import { namedWords, typedWords } from './words.ts';

/** Bounds one search: words looked at for one beginning, names taken from them, names compared for the other words. */
const mostWords = 1_000;
const mostCandidates = 10_000;
const mostCompared = 100_000;
/** So few names are looked at themselves rather than sought among all names with a word. */
const fewNames = 60;

/**
 * The names that have, for each typed word, one beginning with it; best first: whole words before beginnings, words
 * at the front of the name before later ones, short names before long ones. `nameAt` is asked for a few names at most.
 */
export function searchWords(
  reader: SealedReader,
  generation: number,
  subject: Subject,
  text: string,
  limit: number,
  nameAt: (position: Position) => string,
): readonly FoundName[] {
  const typed = typedWords(text);
  if (typed.length === 0) return [];
  const pages = reader.presentJson(dictionaryKey(generation, subject)) as readonly string[];
  const wanted = typed
    .map((beginning, order) => ({ beginning, order, ...wordsBeginning(reader, generation, subject, pages, beginning) }))
    .sort((a, b) => a.total - b.total);
  let scores: Map<Position, number> | null = null;
  for (const { beginning, words, order } of wanted) {
    if (scores !== null && scores.size <= fewNames) {
      scores = namesThatFit(scores, nameAt, beginning, order === 0);
      continue;
    }
    const found = new Map<Position, number>();
    const among: ReadonlyMap<Position, number> | null = scores;
    let compared = 0;
    for (const { entry, whole } of words) {
      const goOn = eachPosting(reader, generation, subject, entry, (position, place) => {
        compared += 1;
        if (compared > mostCompared || found.size >= mostCandidates) return false;
        const before = among === null ? 0 : among.get(position);
        if (before === undefined) return true;
        const score = before + placeScore(place, whole, order === 0);
        const better = found.get(position);
        if (better === undefined || score < better) found.set(position, score);
        return true;
      });
      if (!goOn) break;
    }
    scores = found;
    if (found.size === 0) return [];
  }
  return bestOf(scores ?? new Map(), limit);
}

/** Of a few names, those with a word that begins so, whatever the number of other names that have one. */
function namesThatFit(
  scores: ReadonlyMap<Position, number>,
  nameAt: (position: Position) => string,
  beginning: string,
  first: boolean,
): Map<Position, number> {
  const fitting = new Map<Position, number>();
  for (const [position, before] of scores) {
    const fit = bestFit(namedWords(nameAt(position)), beginning, first);
    if (fit !== null) fitting.set(position, before + fit);
  }
  return fitting;
}

/** How badly a word fits: the less the better. */
const placeScore = (place: number, whole: boolean, first: boolean): number =>
  (whole ? 0 : 1_000) + (first ? (place >> 4) * 20 : 0) + (place & 15) / 16;

/** Without sorting thousands for the sake of ten. */
function bestOf(scores: ReadonlyMap<Position, number>, limit: number): readonly FoundName[] {
  const best: FoundName[] = [];
  for (const [position, score] of scores) {
    const entry = { position, score };
    const worst = best.at(-1);
    if (best.length >= limit && worst !== undefined && !isBetter(entry, worst)) continue;
    let at = best.length;
    for (let before = best[at - 1]; before !== undefined && isBetter(entry, before); before = best[at - 1]) at -= 1;
    best.splice(at, 0, entry);
    if (best.length > limit) best.pop();
  }
  return best;
}

const isBetter = (a: FoundName, b: FoundName): boolean =>
  a.score < b.score || (a.score === b.score && a.position < b.position);

/** A name found, and how well it fits: the less the better. */
export interface FoundName {
  readonly position: Position;
  readonly score: number;
}

/** How well a name fits what was typed, on the same scale as {@link searchWords}; null: not at all. */
export function scoreOf(name: string, text: string): number | null {
  const typed = typedWords(text);
  if (typed.length === 0) return null;
  const words = namedWords(name);
  let score = 0;
  for (const [order, beginning] of typed.entries()) {
    const fit = bestFit(words, beginning, order === 0);
    if (fit === null) return null;
    score += fit;
  }
  return score;
}

function bestFit(words: ReturnType<typeof namedWords>, beginning: string, first: boolean): number | null {
  const fits = words
    .filter(({ word }) => word.startsWith(beginning))
    .map(({ word, position }) => placeScore(placeOf(position, words.length), word === beginning, first));
  return fits.length === 0 ? null : Math.min(...fits);
}

interface Beginning {
  readonly words: readonly { readonly entry: DictionaryEntry; readonly whole: boolean }[];
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
  const words: { entry: DictionaryEntry; whole: boolean }[] = [];
  let total = 0;
  for (let page = lastPageUpTo(pages, beginning); page < pages.length; page++) {
    const entries = reader.presentJson(pageKey(generation, subject, page)) as unknown as readonly DictionaryEntry[];
    for (const entry of entries) {
      const [word, count] = entry;
      if (word.startsWith(beginning)) {
        words.push({ entry, whole: word === beginning });
        total += count;
      } else if (beginning < word) {
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
    if (beginning < (pages[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return Math.max(0, low - 1);
}

/** Sees one posting; false: enough. */
type Visit = (position: Position, place: number) => boolean;

function eachPosting(
  reader: SealedReader,
  generation: number,
  subject: Subject,
  [word, , inDictionary]: DictionaryEntry,
  visit: Visit,
): boolean {
  if (inDictionary !== undefined) {
    for (let at = 0; at < inDictionary.length; at += 2) {
      if (!visit(inDictionary[at] ?? 0, inDictionary[at + 1] ?? 0)) return false;
    }
    return true;
  }
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

function decodePostings(payload: Uint8Array, visit: Visit): boolean {
  let position = 0;
  let at = 0;
  while (at < payload.length) {
    let scale = 1;
    for (;;) {
      const byte = payload[at++] ?? 0;
      position += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 0x80;
    }
    if (!visit(position, payload[at++] ?? 0)) return false;
  }
  return true;
}
