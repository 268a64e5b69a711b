import { HoldfastError } from '../platform/errors.ts';
import type { DocumentId, ReceiptNumber } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { type Document, documentId, documentIn, isClosed } from './document.ts';
import { type Frame, recordOf } from './frame.ts';
import type { JournalEntry, JournalRecord, QueuedDocument } from './journal.ts';
import { type DocumentPlace, undelivered } from './ledger.ts';
import { readFrame, readPlace, readUnconfirmed } from './store-copy.ts';
import { type Unconfirmed, unconfirmedOf } from './unconfirmed.ts';

export interface Queued {
  readonly place: DocumentPlace;
  readonly queued: QueuedDocument;
}

/** As many documents are kept whole as were worked on last. */
const keptWhole = 64;

/**
 * The documents that are not in Magento yet, in the order of their records: what is asked of all of them in memory, and whole
 * only those that were worked on last, or that the database can't give.
 */
export class Queue {
  readonly #entries = new Map<DocumentId, { readonly place: DocumentPlace; readonly unconfirmed: Unconfirmed }>();
  readonly #byReceipt = new Map<ReceiptNumber, DocumentId>();
  /** The one used last at the end. */
  readonly #whole = new Map<DocumentId, Document>();
  #list: readonly Unconfirmed[] | null = null;
  /** As they came, until one is reinstated. */
  #isInOrder = true;
  #last = 0;
  #keepsAll = false;

  /** A frozen view; the same one until something changes. */
  list(): readonly Unconfirmed[] {
    if (this.#list !== null) return this.#list;
    const list = Array.from(this.#entries.values(), ({ unconfirmed }) => unconfirmed);
    this.#list = this.#isInOrder ? list : list.sort(inOrder);
    return this.#list;
  }

  /**
   * The document, where it is kept whole; else `read` gives it from its place. undefined: it is not in the queue. `read` throws
   * what it can't.
   */
  document(id: DocumentId, read: (place: DocumentPlace) => Document): QueuedDocument | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const document = this.#whole.get(id) ?? read(entry.place);
    this.#keep(id, document);
    const { sequence, delivery } = entry.unconfirmed;
    return { ...document, sequence, delivery };
  }

  idOf(receipt: ReceiptNumber): DocumentId | undefined {
    return this.#byReceipt.get(receipt);
  }

  place(id: DocumentId): DocumentPlace | undefined {
    return this.#entries.get(id)?.place;
  }

  /** Whether nothing that was once kept whole is given up: as long as the database may lack it. */
  keepAll(keepsAll: boolean): void {
    this.#keepsAll = keepsAll;
    this.#giveUp();
  }

  /** Keeps whole what else is in the queue, from the tape: there is no database to read it from. */
  async keepFrom(tape: (from: number) => AsyncIterable<Frame>): Promise<void> {
    const lacking = new Set(
      this.list().flatMap(({ sequence, delivery }) => (this.#whole.has(delivery.documentId) ? [] : [sequence])),
    );
    const [first] = lacking;
    if (first === undefined) return;
    for await (const frame of tape(first)) {
      if (!lacking.delete(frame.sequence)) continue;
      const document = documentIn(recordOf(frame).entry);
      // Meanwhile it may have been delivered.
      if (document !== null && this.#entries.has(documentId(document))) this.#keep(documentId(document), document);
      if (lacking.size === 0) return;
    }
  }

  /** Takes in a record that is durable. `reinstated`: what it puts into the queue again, with where that stood before. */
  apply({ sequence, entry }: JournalRecord, reinstated: Queued | null): void {
    const document = documentIn(entry);
    if (document !== null) {
      const delivery = undelivered(documentId(document));
      this.set({ sequence, delivery: null, state: 'waiting' }, { ...document, sequence, delivery });
      this.#keep(documentId(document), document);
    } else if (entry.kind === 'delivery') {
      const { delivery } = entry;
      const id = delivery.documentId;
      const known = this.#entries.get(id);
      if (isClosed(delivery.state)) this.#remove(id);
      else if (known !== undefined) {
        const place = { ...known.place, delivery: sequence, state: delivery.state };
        this.#put(place, { ...known.unconfirmed, delivery });
      } else if (reinstated !== null) {
        this.set(
          { ...reinstated.place, delivery: sequence, state: delivery.state },
          { ...reinstated.queued, delivery },
        );
        this.#keep(id, reinstated.queued);
      }
    }
  }

  set(place: DocumentPlace, queued: QueuedDocument): void {
    this.#put(place, unconfirmedOf(queued));
  }

  #put(place: DocumentPlace, unconfirmed: Unconfirmed): void {
    const id = unconfirmed.delivery.documentId;
    if (!this.#entries.has(id)) {
      if (unconfirmed.sequence < this.#last) this.#isInOrder = false;
      this.#last = Math.max(this.#last, unconfirmed.sequence);
    }
    this.#entries.set(id, { place, unconfirmed });
    if (unconfirmed.receiptNumber !== null) this.#byReceipt.set(unconfirmed.receiptNumber, id);
    this.#list = null;
  }

  #remove(id: DocumentId): void {
    const known = this.#entries.get(id);
    if (known === undefined) return;
    const { receiptNumber } = known.unconfirmed;
    if (receiptNumber !== null) this.#byReceipt.delete(receiptNumber);
    this.#entries.delete(id);
    this.#whole.delete(id);
    this.#list = null;
  }

  #keep(id: DocumentId, document: Document): void {
    this.#whole.delete(id);
    this.#whole.set(id, document);
    this.#giveUp();
  }

  #giveUp(): void {
    if (this.#keepsAll) return;
    for (const id of this.#whole.keys()) {
      if (this.#whole.size <= keptWhole) return;
      this.#whole.delete(id);
    }
  }
}

const inOrder = (one: Unconfirmed, other: Unconfirmed): number => one.sequence - other.sequence;

/** The queue as the store has it; `journal.damaged` if any of it can't be trusted. */
export async function loadQueue(store: KeyValueStore): Promise<Queue> {
  const queue = new Queue();
  for (const id of await readUnconfirmed(store)) {
    const place = readPlace(store, id);
    const queued = place === undefined ? undefined : loadDocument(store, place);
    if (place === undefined || queued === undefined) throw lacks(id);
    queue.set(place, queued);
  }
  return queue;
}

/** A document with its newest delivery record, or undefined if one of them is not there. */
export function loadDocument(store: KeyValueStore, place: DocumentPlace): QueuedDocument | undefined {
  const document = loadBody(store, place);
  if (document === null) return undefined;
  const { sequence } = place;
  if (place.delivery === null) return { ...document, sequence, delivery: undelivered(documentId(document)) };
  const newest = entryAt(store, place.delivery);
  return newest?.kind === 'delivery' ? { ...document, sequence, delivery: newest.delivery } : undefined;
}

/** A document that must be there; `journal.damaged` if it is not. */
export function requireBody(store: KeyValueStore, id: DocumentId, place: DocumentPlace): Document {
  const document = loadBody(store, place);
  if (document === null) throw lacks(id);
  return document;
}

function loadBody(store: KeyValueStore, { sequence }: DocumentPlace): Document | null {
  const entry = entryAt(store, sequence);
  return entry === undefined ? null : documentIn(entry);
}

function entryAt(store: KeyValueStore, sequence: number): JournalEntry | undefined {
  const frame = readFrame(store, sequence);
  return frame === undefined ? undefined : recordOf(frame).entry;
}

function lacks(id: DocumentId): HoldfastError {
  return new HoldfastError('journal.damaged', `The database lacks what is to be delivered as ${id}`, {
    remedy: 'operator',
  });
}
