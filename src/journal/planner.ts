import type { DocumentId, SaleId, TerminalId } from '../platform/ids.ts';
import { receiptCounter } from '../platform/ids.ts';
import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import { type Document, documentId, documentIn, isClosed, paymentsEndedBy, receiptOf, saleBehind } from './document.ts';
import { encodeFrame, type Frame, hashOf, recordOf } from './frame.ts';
import type { JournalRecord } from './journal.ts';
import { advance, type DocumentPlace, documentIdOf, type Ledger } from './ledger.ts';
import { seal } from './sealed.ts';
import { key, readBelongings, readPlace, readSubject } from './store-copy.ts';
import { isOpen, type SubjectName, type SubjectPlace, subjectOf } from './subject.ts';

/** Where things stood before. */
export interface Indexes {
  place(document: DocumentId): DocumentPlace | undefined;
  /** The returns, outcomes and e-mails that belong to a sale, oldest first. */
  belongings(sale: SaleId): readonly DocumentId[];
  subject(name: SubjectName): SubjectPlace | undefined;
}

/** As the store has it. */
export function indexesOf(store: KeyValueStore): Indexes {
  return {
    place: (document) => readPlace(store, document),
    belongings: (sale) => readBelongings(store, sale),
    subject: (name) => readSubject(store, name),
  };
}

/** Records on their way into the journal, with all that follows from them. */
export interface Plan {
  readonly frames: readonly Frame[];
  readonly records: readonly JournalRecord[];
  readonly changes: readonly KeyValueChange[];
  readonly ledger: Ledger;
  /** The card payments and cases that they tell of or end, as they now stand. */
  readonly subjects: readonly (SubjectName & { readonly place: SubjectPlace })[];
}

/** Collects records into one {@link Plan}. */
export class Planner {
  readonly #terminal: TerminalId;
  readonly #before: Indexes;
  readonly #places = new Map<DocumentId, DocumentPlace>();
  readonly #belongings = new Map<SaleId, readonly DocumentId[]>();
  readonly #subjects = new Map<string, SubjectName & { readonly place: SubjectPlace }>();
  readonly #frames: Frame[] = [];
  readonly #records: JournalRecord[] = [];
  readonly #changes: KeyValueChange[] = [];
  #ledger: Ledger;

  constructor(terminal: TerminalId, ledger: Ledger, before: Indexes) {
    this.#terminal = terminal;
    this.#ledger = ledger;
    this.#before = before;
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  get size(): number {
    return this.#records.length;
  }

  place(document: DocumentId): DocumentPlace | undefined {
    return this.#places.get(document) ?? this.#before.place(document);
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
      subjects: [...this.#subjects.values()],
    };
  }

  #add(frame: Frame, record: JournalRecord): void {
    const { sequence, entry } = record;
    const id = documentIdOf(entry);
    const place = id === undefined ? undefined : this.place(id);
    this.#frames.push(frame);
    this.#records.push(record);
    this.#changes.push({ type: 'put', key: key.record(sequence), value: frame.bytes });
    const document = documentIn(entry);
    if (document !== null) this.#addDocument(document, sequence);
    else if (entry.kind === 'delivery' && place !== undefined) {
      const { documentId: delivered, state } = entry.delivery;
      this.#setPlace(delivered, { sequence: place.sequence, delivery: sequence, state });
      if (isClosed(state)) this.#delete(key.unconfirmed(place.sequence));
      else if (isClosed(place.state)) this.#put(key.unconfirmed(place.sequence), delivered);
    }
    const head = hashOf(frame);
    const opened = this.#tellSubjects(record, document);
    this.#ledger = advance(this.#ledger, this.#terminal, record, head, { place, opened });
  }

  #addDocument(document: Document, sequence: number): void {
    const id = documentId(document);
    this.#setPlace(id, { sequence, delivery: null, state: 'waiting' });
    this.#put(key.unconfirmed(sequence), id);
    const receipt = receiptOf(document);
    const counter = receipt === null ? undefined : receiptCounter(this.#terminal, receipt.receiptNumber);
    if (counter !== undefined) this.#put(key.receipt(counter), id);
    const sale = saleBehind(document);
    if (sale === null) return;
    const belongings = [...(this.#belongings.get(sale) ?? this.#before.belongings(sale)), id];
    this.#belongings.set(sale, belongings);
    this.#put(key.belongings(sale), belongings);
  }

  /** By how many the number of open ones has changed. */
  #tellSubjects({ sequence, entry }: JournalRecord, document: Document | null): number {
    const told = subjectOf(entry);
    if (told !== null) return this.#tell(told, sequence, told.open);
    let opened = 0;
    for (const id of document === null ? [] : paymentsEndedBy(document)) {
      const name = { kind: 'payment', id } as const;
      if (isOpen(this.#subject(name))) opened += this.#tell(name, sequence, false);
    }
    return opened;
  }

  #subject(name: SubjectName): SubjectPlace | undefined {
    return this.#subjects.get(key.subject(name))?.place ?? this.#before.subject(name);
  }

  #tell({ kind, id }: SubjectName, sequence: number, open: boolean): number {
    const name = { kind, id };
    const before = this.#subject(name);
    const place = { changes: [...(before?.changes ?? []), { sequence, open }] };
    this.#subjects.set(key.subject(name), { ...name, place });
    this.#put(key.subject(name), place);
    if (before === undefined) this.#put(key.subjectInOrder(kind, place), id);
    if (isOpen(before) === open) return 0;
    if (open) this.#put(key.openSubject(kind, place), id);
    else this.#delete(key.openSubject(kind, place));
    return open ? 1 : -1;
  }

  #setPlace(document: DocumentId, place: DocumentPlace): void {
    this.#places.set(document, place);
    this.#put(key.place(document), place);
  }

  #put(at: string, content: unknown): void {
    this.#changes.push({ type: 'put', key: at, value: seal(at, content) });
  }

  #delete(at: string): void {
    this.#changes.push({ type: 'delete', key: at });
  }
}
