import type { JsonValue } from '../platform/brand.ts';
import { HoldfastError } from '../platform/errors.ts';
import { receiptCounter, type SaleId, type TerminalId } from '../platform/ids.ts';
import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import { formats, requireKnown } from './format.ts';
import { decodeFrame, encodeFrame, type Frame, hashOf, recordOf } from './frame.ts';
import type { JournalRecord } from './journal.ts';
import { advance, emptyLedger, type Ledger, type OlderLedger, type SalePlace, saleIdOf } from './ledger.ts';
import { seal, unseal } from './sealed.ts';
import type { TapePosition } from './tape.ts';

/**
 * The journal's copy in LevelDB. Keys:
 * - `r!<sequence>`: the record's frame;
 * - `s!<sale id>`: {@link SalePlace};
 * - `n!<receipt counter>`: the sale's id;
 * - `u!<sequence>`: the sale's id, while it is not confirmed;
 * - `ledger`: the {@link Ledger} after the last record;
 * - `checkpoint`: how far the tape was verified.
 *
 * Everything that one append changes is one batch, so the keys always agree with each other.
 */
const key = {
  record: (sequence: number): string => `r!${digits(sequence)}`,
  place: (sale: SaleId): string => `s!${sale}`,
  receipt: (counter: number): string => `n!${digits(counter)}`,
  unconfirmed: (sequence: number): string => `u!${digits(sequence)}`,
  ledger: 'ledger',
  checkpoint: 'checkpoint',
};

const digits = (value: number): string => String(value).padStart(16, '0');

/** The tape is whole and equal to this copy up to here. */
export interface Checkpoint {
  readonly position: TapePosition;
  /** Files of the tape before that one, with their sizes. */
  readonly earlier: readonly { readonly name: string; readonly size: number }[];
}

/** Records on their way into the journal, with all that follows from them. */
export interface Plan {
  readonly frames: readonly Frame[];
  readonly records: readonly JournalRecord[];
  readonly changes: readonly KeyValueChange[];
  readonly ledger: Ledger;
  /** Where the sales now stand that these records are about. */
  readonly places: ReadonlyMap<SaleId, SalePlace>;
}

/** Collects records into one {@link Plan}. `placeOf` tells where a sale stood before. */
export class Planner {
  readonly #terminal: TerminalId;
  readonly #placeOf: (sale: SaleId) => SalePlace | undefined;
  readonly #places = new Map<SaleId, SalePlace>();
  readonly #frames: Frame[] = [];
  readonly #records: JournalRecord[] = [];
  readonly #changes: KeyValueChange[] = [];
  #ledger: Ledger;

  constructor(terminal: TerminalId, ledger: Ledger, placeOf: (sale: SaleId) => SalePlace | undefined) {
    this.#terminal = terminal;
    this.#ledger = ledger;
    this.#placeOf = placeOf;
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  get size(): number {
    return this.#records.length;
  }

  place(sale: SaleId): SalePlace | undefined {
    return this.#places.get(sale) ?? this.#placeOf(sale);
  }

  /** Appends a new record. `journal.too-large` leaves the plan as it was. */
  addRecord(record: JournalRecord): void {
    this.#add(encodeFrame(record, Buffer.from(this.#ledger.head, 'hex')), record);
  }

  /** Takes over a record as the other copy has it. */
  addFrame(frame: Frame): void {
    this.#add(frame, recordOf(frame));
  }

  finish(): Plan {
    const ledger: KeyValueChange = { type: 'put', key: key.ledger, value: seal(key.ledger, this.#ledger) };
    return {
      frames: this.#frames,
      records: this.#records,
      changes: [...this.#changes, ledger],
      ledger: this.#ledger,
      places: this.#places,
    };
  }

  #add(frame: Frame, record: JournalRecord): void {
    const { entry } = record;
    const saleId = saleIdOf(entry);
    const before = saleId === undefined ? undefined : this.place(saleId);
    const head = Buffer.from(hashOf(frame)).toString('hex');
    this.#ledger = advance(this.#ledger, this.#terminal, record, head, before);
    this.#frames.push(frame);
    this.#records.push(record);
    this.#changes.push({ type: 'put', key: key.record(record.sequence), value: frame.bytes });
    if (entry.kind === 'sale') {
      this.#setPlace(entry.sale.saleId, { sequence: record.sequence, delivery: null, state: 'waiting' });
      this.#put(key.unconfirmed(record.sequence), entry.sale.saleId);
      const counter = receiptCounter(this.#terminal, entry.sale.receiptNumber);
      if (counter !== undefined) this.#put(key.receipt(counter), entry.sale.saleId);
    } else if (entry.kind === 'delivery' && before !== undefined) {
      const { saleId: delivered, state } = entry.delivery;
      this.#setPlace(delivered, { sequence: before.sequence, delivery: record.sequence, state });
      if (state === 'confirmed') this.#changes.push({ type: 'delete', key: key.unconfirmed(before.sequence) });
    }
  }

  #setPlace(sale: SaleId, place: SalePlace): void {
    this.#places.set(sale, place);
    this.#put(key.place(sale), place);
  }

  #put(at: string, content: unknown): void {
    this.#changes.push({ type: 'put', key: at, value: seal(at, content) });
  }
}

/**
 * The changes that take records out again which were refused although the store has them: all that is stored beyond
 * `ledger`, the last state that was acknowledged.
 */
export function withdrawal(
  store: KeyValueStore,
  ledger: Ledger,
  terminal: TerminalId,
  placeOf: (sale: SaleId) => SalePlace | undefined,
): KeyValueChange[] {
  const changes: KeyValueChange[] = [{ type: 'put', key: key.ledger, value: seal(key.ledger, ledger) }];
  const stored = readLedger(store);
  for (let sequence = ledger.sequence + 1; sequence <= stored.sequence; sequence++) {
    const frame = readFrame(store, sequence);
    if (frame === undefined) continue;
    changes.push({ type: 'delete', key: key.record(sequence) });
    const { entry } = recordOf(frame);
    const saleId = saleIdOf(entry);
    if (saleId === undefined) continue;
    const place = placeOf(saleId);
    if (place === undefined) changes.push({ type: 'delete', key: key.place(saleId) });
    else {
      changes.push({ type: 'put', key: key.place(saleId), value: seal(key.place(saleId), place) });
      const at = key.unconfirmed(place.sequence);
      if (place.state !== 'confirmed') changes.push({ type: 'put', key: at, value: seal(at, saleId) });
    }
    if (entry.kind === 'sale') {
      const counter = receiptCounter(terminal, entry.sale.receiptNumber);
      if (counter !== undefined) changes.push({ type: 'delete', key: key.receipt(counter) });
      changes.push({ type: 'delete', key: key.unconfirmed(sequence) });
    }
  }
  return changes;
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

export function readPlace(store: KeyValueStore, sale: SaleId): SalePlace | undefined {
  return readSealed(store, key.place(sale)) as unknown as SalePlace | undefined; // ours: the seal proved it
}

export function readSaleOfReceipt(store: KeyValueStore, counter: number): SaleId | undefined {
  return readSealed(store, key.receipt(counter)) as SaleId | undefined; // ours: the seal proved it
}

export function readCheckpoint(store: KeyValueStore): Checkpoint | undefined {
  return readSealed(store, key.checkpoint) as unknown as Checkpoint | undefined; // ours: the seal proved it
}

export async function writeCheckpoint(store: KeyValueStore, checkpoint: Checkpoint): Promise<void> {
  const change: KeyValueChange = { type: 'put', key: key.checkpoint, value: seal(key.checkpoint, checkpoint) };
  await store.write([change], { durable: true });
}

/** The ids of all sales that are not confirmed, in receipt order. */
export async function readUnconfirmed(store: KeyValueStore): Promise<SaleId[]> {
  const sales: SaleId[] = [];
  for await (const [at, value] of store.entries({ from: 'u!', before: 'u"' })) {
    sales.push(unseal(at, value) as SaleId); // ours: the seal proved it
  }
  return sales;
}

/** The sequences of all records present, in order. */
export async function* readSequences(store: KeyValueStore): AsyncGenerator<number> {
  for await (const found of store.keys({ from: 'r!', before: 'r"' })) yield Number(found.slice(2));
}

/** The counters of all receipts present, in order. */
export async function* readReceiptCounters(store: KeyValueStore): AsyncGenerator<number> {
  for await (const found of store.keys({ from: 'n!', before: 'n"' })) yield Number(found.slice(2));
}

/**
 * The changes that remove the first records through `through`, at most so many, with all that is kept of their sales; empty
 * when there are none.
 */
export async function removal(store: KeyValueStore, through: number, atMost: number): Promise<KeyValueChange[]> {
  const changes: KeyValueChange[] = [];
  const remove = (at: string): void => void changes.push({ type: 'delete', key: at });
  const range = { from: 'r!', before: key.record(through + 1), limit: atMost };
  for await (const [found, value] of store.entries(range)) {
    remove(found);
    const frame = decodeFrame(value);
    const entry = frame === undefined ? undefined : recordOf(frame).entry;
    if (entry?.kind !== 'sale') continue;
    remove(key.place(entry.sale.saleId));
    const counter = receiptCounter(entry.sale.terminalId, entry.sale.receiptNumber);
    if (counter !== undefined) remove(key.receipt(counter));
  }
  // Only a copy from before the prune, restored, can have these.
  const waiting = { from: 'u!', before: key.unconfirmed(through + 1) };
  for await (const found of store.keys(waiting)) remove(found);
  return changes;
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
