import { HoldfastError } from '../platform/errors.ts';
import type { DocumentId, ReceiptNumber, SaleId, TerminalId } from '../platform/ids.ts';
import { receiptCounter } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { isDamage } from './copies.ts';
import { isClosed } from './document.ts';
import type {
  JournalEntry,
  JournalRecord,
  QueuedDocument,
  QueuedMail,
  QueuedOutcome,
  QueuedReturn,
  QueuedSale,
  Subject,
  SubjectKind,
} from './journal.ts';
import type { DocumentPlace } from './ledger.ts';
import { type OpenSubjects, recordsOf } from './open-subjects.ts';
import { type Indexes, indexesOf } from './planner.ts';
import { loadDocument, type Queue, type Queued, requireBody } from './queue.ts';
import { readBelongings, readDocumentOfReceipt, readPlace, readSubject, readSubjects } from './store-copy.ts';
import type { SubjectName } from './subject.ts';

export interface LookupsOptions {
  readonly terminalId: TerminalId;
  readonly queue: Queue;
  readonly open: OpenSubjects;
  /** What can be read; null: the database is closed between two attempts to restore it. */
  readonly store: () => KeyValueStore | null;
  readonly storeError: () => HoldfastError | null;
  readonly distrust: (damage: HoldfastError) => void;
}

/** Finds what the journal holds: what is open or was worked on last in memory, the rest in the database. */
export class Lookups {
  readonly #options: LookupsOptions;
  readonly #queue: Queue;
  readonly #open: OpenSubjects;

  constructor(options: LookupsOptions) {
    this.#options = options;
    this.#queue = options.queue;
    this.#open = options.open;
  }

  document(id: DocumentId): QueuedDocument | undefined {
    return (
      this.#queue.document(id, (place) => this.#lookUp((store) => requireBody(store, id, place))) ??
      this.#lookUp((store) => {
        const place = readPlace(store, id);
        return place === undefined ? undefined : loadDocument(store, place);
      })
    );
  }

  /**
   * What a delivery record takes out of the database and into the queue again, with where it stood; null: nothing. Throws
   * `journal.unknown-document`.
   */
  reinstatedBy(entry: JournalEntry, place: DocumentPlace | undefined): Queued | null {
    if (entry.kind !== 'delivery' || place === undefined || !isClosed(place.state)) return null;
    const { documentId: id } = entry.delivery;
    const queued = this.document(id);
    if (queued !== undefined) return { place, queued };
    throw new HoldfastError('journal.unknown-document', `There is no ${id} to deliver`, { remedy: 'never' });
  }

  documentByReceipt(receipt: ReceiptNumber): QueuedDocument | undefined {
    const queued = this.#queue.idOf(receipt);
    if (queued !== undefined) return this.document(queued);
    const counter = receiptCounter(this.#options.terminalId, receipt);
    if (counter === undefined) return undefined;
    const id = this.#lookUp((store) => readDocumentOfReceipt(store, counter));
    return id === undefined ? undefined : this.document(id);
  }

  sale(id: SaleId): QueuedSale | undefined {
    return saleOr(this.document(id));
  }

  saleByReceipt(receipt: ReceiptNumber): QueuedSale | undefined {
    return saleOr(this.documentByReceipt(receipt));
  }

  returnsOf(sale: SaleId): readonly QueuedReturn[] {
    return this.#belongings(sale).filter((document) => document.kind === 'return');
  }

  outcomesOf(sale: SaleId): readonly QueuedOutcome[] {
    return this.#belongings(sale).filter((document) => document.kind === 'payment-outcome');
  }

  mailsOf(sale: SaleId): readonly QueuedMail[] {
    return this.#belongings(sale).filter((document) => document.kind === 'receipt-mail');
  }

  history(kind: SubjectKind, id: string): readonly JournalRecord[] {
    return this.#open.records({ kind, id }) ?? this.#lookUp((store) => storedHistory(store, { kind, id }));
  }

  async subjects(
    kind: SubjectKind,
    { open, newest }: { readonly open?: boolean; readonly newest: number },
  ): Promise<readonly Subject[]> {
    if (open === true) return this.#open.list(kind).slice(-newest).reverse();
    const found: Subject[] = [];
    const store = this.#lookUp((readable) => readable);
    for await (const id of readSubjects(store, kind)) {
      if (found.length >= newest) break;
      const isOpen = this.#open.place({ kind, id }) !== undefined;
      if (open === false && isOpen) continue;
      found.push({ kind, id, open: isOpen, records: this.history(kind, id) });
    }
    return found;
  }

  /** In memory too, because a store that can't be written does not know of the newest. */
  #belongings(sale: SaleId): readonly QueuedDocument[] {
    const ids = new Set(this.#lookUp((store) => readBelongings(store, sale)));
    for (const { kind, needs, delivery } of this.#queue.list()) {
      if ((kind === 'return' || kind === 'payment-outcome') && needs.includes(sale)) ids.add(delivery.documentId);
    }
    return [...ids].map((id) => this.document(id)).filter((document) => document !== undefined);
  }

  /** Where things stand, for what is appended next. */
  indexes(): Indexes {
    const store = this.#options.store();
    const stored = store === null ? null : indexesOf(store);
    return {
      place: (document) => this.#queue.place(document) ?? stored?.place(document),
      belongings: (sale) => stored?.belongings(sale) ?? [],
      subject: (name) => this.#open.place(name) ?? stored?.subject(name),
    };
  }

  /** None while it can't be looked up. */
  historyIfReadable(name: SubjectName): readonly JournalRecord[] {
    try {
      return this.#lookUp((store) => storedHistory(store, name));
    } catch {
      return [];
    }
  }

  #lookUp<Found>(read: (store: KeyValueStore) => Found): Found {
    const store = this.#options.store();
    if (store === null) {
      throw new HoldfastError('journal.failed', 'What is in Magento already can not be looked up at the moment', {
        remedy: 'retry',
        cause: this.#options.storeError() ?? undefined,
      });
    }
    try {
      return read(store);
    } catch (error) {
      if (isDamage(error)) this.#options.distrust(error);
      throw error;
    }
  }
}

const saleOr = (document: QueuedDocument | undefined): QueuedSale | undefined =>
  document?.kind === 'sale' ? document : undefined;

function storedHistory(store: KeyValueStore, name: SubjectName): readonly JournalRecord[] {
  const place = readSubject(store, name);
  return place === undefined ? [] : recordsOf(store, name, place);
}
