import { HoldfastError } from '../platform/errors.ts';
import type { DocumentId, ReceiptNumber } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import { documentId, documentIn, isClosed, receiptOf } from './document.ts';
import { recordOf } from './frame.ts';
import type { JournalEntry, JournalRecord, QueuedDocument } from './journal.ts';
import { type DocumentPlace, undelivered } from './ledger.ts';
import { readFrame, readPlace, readUnconfirmed } from './store-copy.ts';

export interface Queued {
  readonly place: DocumentPlace;
  readonly queued: QueuedDocument;
}

/** The documents that are not in Magento yet, in memory and in the order of their records. */
export class Queue {
  readonly #documents = new Map<DocumentId, Queued>();
  readonly #byReceipt = new Map<ReceiptNumber, DocumentId>();
  #list: readonly QueuedDocument[] | null = null;

  /** A frozen view; the same one until something changes. */
  list(): readonly QueuedDocument[] {
    this.#list ??= Array.from(this.#documents.values(), ({ queued }) => queued).sort(inOrder);
    return this.#list;
  }

  document(id: DocumentId): QueuedDocument | undefined {
    return this.#documents.get(id)?.queued;
  }

  idOf(receipt: ReceiptNumber): DocumentId | undefined {
    return this.#byReceipt.get(receipt);
  }

  place(id: DocumentId): DocumentPlace | undefined {
    return this.#documents.get(id)?.place;
  }

  /** Takes in a record that is durable. `reinstated`: what it puts into the queue again, with where that stood before. */
  apply({ sequence, entry }: JournalRecord, reinstated: Queued | null): void {
    const document = documentIn(entry);
    if (document !== null) {
      const delivery = undelivered(documentId(document));
      this.set({ sequence, delivery: null, state: 'waiting' }, { ...document, sequence, delivery });
    } else if (entry.kind === 'delivery') {
      const { delivery } = entry;
      const known = this.#documents.get(delivery.documentId) ?? reinstated ?? undefined;
      if (known === undefined) return;
      if (isClosed(delivery.state)) this.#remove(known.queued);
      else this.set({ ...known.place, delivery: sequence, state: delivery.state }, { ...known.queued, delivery });
    }
  }

  set(place: DocumentPlace, queued: QueuedDocument): void {
    const id = documentId(queued);
    this.#documents.set(id, { place, queued });
    const receipt = receiptOf(queued);
    if (receipt !== null) this.#byReceipt.set(receipt.receiptNumber, id);
    this.#list = null;
  }

  #remove(queued: QueuedDocument): void {
    this.#documents.delete(documentId(queued));
    const receipt = receiptOf(queued);
    if (receipt !== null) this.#byReceipt.delete(receipt.receiptNumber);
    this.#list = null;
  }
}

const inOrder = (one: QueuedDocument, other: QueuedDocument): number => one.sequence - other.sequence;

/** The queue as the store has it; `journal.damaged` if any of it can't be trusted. */
export async function loadQueue(store: KeyValueStore): Promise<Queue> {
  const queue = new Queue();
  for (const id of await readUnconfirmed(store)) {
    const place = readPlace(store, id);
    const queued = place === undefined ? undefined : loadDocument(store, place);
    if (place === undefined || queued === undefined) {
      throw new HoldfastError('journal.damaged', `The database lacks what is to be delivered as ${id}`, {
        remedy: 'operator',
      });
    }
    queue.set(place, queued);
  }
  return queue;
}

/** A document with its newest delivery record, or undefined if one of them is not there. */
export function loadDocument(store: KeyValueStore, place: DocumentPlace): QueuedDocument | undefined {
  const entry = entryAt(store, place.sequence);
  const document = entry === undefined ? null : documentIn(entry);
  if (document === null) return undefined;
  const { sequence } = place;
  if (place.delivery === null) return { ...document, sequence, delivery: undelivered(documentId(document)) };
  const newest = entryAt(store, place.delivery);
  return newest?.kind === 'delivery' ? { ...document, sequence, delivery: newest.delivery } : undefined;
}

function entryAt(store: KeyValueStore, sequence: number): JournalEntry | undefined {
  const frame = readFrame(store, sequence);
  return frame === undefined ? undefined : recordOf(frame).entry;
}
