import type { JsonValue } from '../platform/brand.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { DocumentId, SaleId } from '../platform/ids.ts';
import type { KeyRange, KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import { formats, requireKnown } from './format.ts';
import { decodeFrame, type Frame } from './frame.ts';
import type { SubjectKind } from './journal.ts';
import { type DocumentPlace, emptyLedger, type Ledger, type OlderLedger } from './ledger.ts';
import { seal, unseal } from './sealed.ts';
import { firstOf, type SubjectName, type SubjectPlace } from './subject.ts';
import type { TapePosition } from './tape.ts';

/**
 * The journal's copy in LevelDB. Keys:
 * - `r!<sequence>`: the record's frame;
 * - `d!<document id>`: its {@link DocumentPlace};
 * - `n!<receipt counter>`: the id of the sale or return;
 * - `u!<sequence>`: the document's id, while it is waiting or parked;
 * - `b!<sale id>`: the ids of the returns, outcomes and e-mails that belong to the sale;
 * - `c!<payment or case>!<id>`: its {@link SubjectPlace};
 * - `f!<payment or case>!<sequence of its first record>`: its id; `o!…` the same, while it is open;
 * - `ledger`: the {@link Ledger} after the last record;
 * - `checkpoint`: how far the tape was verified.
 *
 * Everything that one append changes is one batch, so the keys always agree with each other.
 */
export const key = {
  record: (sequence: number): string => `r!${digits(sequence)}`,
  place: (document: DocumentId): string => `d!${document}`,
  receipt: (counter: number): string => `n!${digits(counter)}`,
  unconfirmed: (sequence: number): string => `u!${digits(sequence)}`,
  belongings: (sale: SaleId): string => `b!${sale}`,
  subject: ({ kind, id }: SubjectName): string => `c!${kind}!${id}`,
  subjectInOrder: (kind: SubjectKind, place: SubjectPlace): string => `f!${kind}!${digits(firstOf(place))}`,
  openSubject: (kind: SubjectKind, place: SubjectPlace): string => `o!${kind}!${digits(firstOf(place))}`,
  ledger: 'ledger',
  checkpoint: 'checkpoint',
};

/** All keys that begin with `prefix`, which ends in `!`. */
const beginningWith = (prefix: string): KeyRange => ({ from: prefix, before: `${prefix.slice(0, -1)}"` });

const digits = (value: number): string => String(value).padStart(16, '0');

/** The tape is whole and equal to this copy up to here. */
export interface Checkpoint {
  readonly position: TapePosition;
  /** Files of the tape before that one, with their sizes. */
  readonly earlier: readonly { readonly name: string; readonly size: number }[];
}

/** The record's frame; undefined if there is none, `journal.damaged` if it can't be trusted. */
export function readFrame(store: KeyValueStore, sequence: number): Frame | undefined {
  const bytes = store.get(key.record(sequence));
  if (bytes === undefined) return undefined;
  const frame = decodeFrame(bytes);
  if (frame?.sequence === sequence && frame.bytes.length === bytes.length) return frame;
  throw new HoldfastError('journal.damaged', `Record ${sequence} is damaged in the database`, { remedy: 'operator' });
}

/** The ledger of whatever format; null in a store that was never begun. `journal.newer-version`. */
export function readOlderLedger(store: KeyValueStore, where: string): OlderLedger | null {
  const found = readSealed(store, key.ledger) as unknown as OlderLedger | undefined; // ours: the seal proved it
  if (found !== undefined) requireKnown({ store: found.version, tape: formats.tape }, where);
  return found ?? null;
}

/** Of a store in this release's format. */
export function readLedger(store: KeyValueStore): Ledger {
  const found = readSealed(store, key.ledger);
  return found === undefined ? emptyLedger : (found as unknown as Ledger); // ours: the seal proved it, openStore the format
}

export function readPlace(store: KeyValueStore, document: DocumentId): DocumentPlace | undefined {
  return readSealed(store, key.place(document)) as unknown as DocumentPlace | undefined; // ours: the seal proved it
}

export function readDocumentOfReceipt(store: KeyValueStore, counter: number): DocumentId | undefined {
  return readSealed(store, key.receipt(counter)) as DocumentId | undefined; // ours: the seal proved it
}

/** The returns, outcomes and e-mails that belong to a sale, oldest first. */
export function readBelongings(store: KeyValueStore, sale: SaleId): readonly DocumentId[] {
  return (readSealed(store, key.belongings(sale)) ?? []) as unknown as readonly DocumentId[]; // ours: the seal proved it
}

export function readSubject(store: KeyValueStore, name: SubjectName): SubjectPlace | undefined {
  return readSealed(store, key.subject(name)) as unknown as SubjectPlace | undefined; // ours: the seal proved it
}

/** The ids of all open payments or cases, oldest first. */
export function readOpenSubjects(store: KeyValueStore, kind: SubjectKind): Promise<string[]> {
  return readTexts(store, beginningWith(`o!${kind}!`));
}

/** The ids of all payments or cases, newest first. */
export async function* readSubjects(store: KeyValueStore, kind: SubjectKind): AsyncGenerator<string> {
  const range = { ...beginningWith(`f!${kind}!`), reverse: true };
  for await (const [at, value] of store.entries(range)) yield String(unseal(at, value));
}

export function readCheckpoint(store: KeyValueStore): Checkpoint | undefined {
  return readSealed(store, key.checkpoint) as unknown as Checkpoint | undefined; // ours: the seal proved it
}

export async function writeCheckpoint(store: KeyValueStore, checkpoint: Checkpoint): Promise<void> {
  const change: KeyValueChange = { type: 'put', key: key.checkpoint, value: seal(key.checkpoint, checkpoint) };
  await store.write([change], { durable: true });
}

/** The ids of all documents that are waiting or parked, in the order of their records. */
export async function readUnconfirmed(store: KeyValueStore): Promise<DocumentId[]> {
  return (await readTexts(store, beginningWith('u!'))) as DocumentId[]; // ours: the seals proved it
}

async function readTexts(store: KeyValueStore, range: KeyRange): Promise<string[]> {
  const texts: string[] = [];
  for await (const [at, value] of store.entries(range)) texts.push(String(unseal(at, value)));
  return texts;
}

/** The sequences of all records present, in order. */
export async function* readSequences(store: KeyValueStore): AsyncGenerator<number> {
  for await (const found of store.keys(beginningWith('r!'))) yield Number(found.slice(2));
}

/** The counters of all receipts present, in order. */
export async function* readReceiptCounters(store: KeyValueStore): AsyncGenerator<number> {
  for await (const found of store.keys(beginningWith('n!'))) yield Number(found.slice(2));
}

/** Gives the room of removed records back to the medium. */
export function compactRemoved(store: KeyValueStore, through: number): Promise<void> {
  return store.compact('r!', key.record(through + 1));
}

/** All undamaged frames of whatever can be read from `store`, in order; for rebuilding. */
export async function* readFrames(store: KeyValueStore, from = 0): AsyncGenerator<Frame> {
  for await (const [found, value] of store.entries({ from: key.record(from), before: 'r"' })) {
    const frame = decodeFrame(value);
    if (frame !== undefined && key.record(frame.sequence) === found) yield frame;
  }
}

function readSealed(store: KeyValueStore, at: string): JsonValue | undefined {
  const value = store.get(at);
  return value === undefined ? undefined : unseal(at, value);
}
