import { HoldfastError } from '../platform/errors.ts';
import type { ReceiptNumber, SaleId } from '../platform/ids.ts';
import type { KeyValueStore } from '../platform/key-value-store.ts';
import type { CompletedSale } from '../register/sale.ts';
import { recordOf } from './frame.ts';
import type { JournalRecord, QueuedSale } from './journal.ts';
import { type SalePlace, undelivered } from './ledger.ts';
import { readFrame, readPlace, readUnconfirmed } from './store-copy.ts';

interface Queued {
  readonly place: SalePlace;
  readonly queued: QueuedSale;
}

/** The sales that are not in Magento yet, in memory and in receipt order. */
export class Queue {
  readonly #sales = new Map<SaleId, Queued>();
  readonly #byReceipt = new Map<ReceiptNumber, SaleId>();
  #list: readonly QueuedSale[] | null = null;

  /** A frozen view; the same one until something changes. */
  list(): readonly QueuedSale[] {
    this.#list ??= Array.from(this.#sales.values(), ({ queued }) => queued);
    return this.#list;
  }

  sale(id: SaleId): QueuedSale | undefined {
    return this.#sales.get(id)?.queued;
  }

  idOf(receipt: ReceiptNumber): SaleId | undefined {
    return this.#byReceipt.get(receipt);
  }

  place(id: SaleId): SalePlace | undefined {
    return this.#sales.get(id)?.place;
  }

  /** Takes in a record that is durable. */
  apply({ sequence, entry }: JournalRecord): void {
    if (entry.kind === 'sale') {
      const { sale } = entry;
      this.set({ sequence, delivery: null, state: 'waiting' }, { sequence, sale, delivery: undelivered(sale.saleId) });
    } else if (entry.kind === 'delivery') {
      const { delivery } = entry;
      const known = this.#sales.get(delivery.saleId);
      if (known === undefined) return;
      if (delivery.state === 'confirmed') this.#remove(known.queued.sale);
      else this.set({ ...known.place, delivery: sequence, state: delivery.state }, { ...known.queued, delivery });
    }
  }

  set(place: SalePlace, queued: QueuedSale): void {
    this.#sales.set(queued.sale.saleId, { place, queued });
    this.#byReceipt.set(queued.sale.receiptNumber, queued.sale.saleId);
    this.#list = null;
  }

  #remove(sale: CompletedSale): void {
    this.#sales.delete(sale.saleId);
    this.#byReceipt.delete(sale.receiptNumber);
    this.#list = null;
  }
}

/** The queue as the store has it; `journal.damaged` if any of it can't be trusted. */
export async function loadQueue(store: KeyValueStore): Promise<Queue> {
  const queue = new Queue();
  for (const id of await readUnconfirmed(store)) {
    const place = readPlace(store, id);
    const queued = place === undefined ? undefined : loadSale(store, place);
    if (place === undefined || queued === undefined) {
      throw new HoldfastError('journal.damaged', `The database lacks sale ${id}`, { remedy: 'operator' });
    }
    queue.set(place, queued);
  }
  return queue;
}

/** A sale with its newest delivery record, or undefined if one of them is not there. */
export function loadSale(store: KeyValueStore, place: SalePlace): QueuedSale | undefined {
  const entry = entryAt(store, place.sequence);
  if (entry?.kind !== 'sale') return undefined;
  if (place.delivery === null) {
    return { sequence: place.sequence, sale: entry.sale, delivery: undelivered(entry.sale.saleId) };
  }
  const newest = entryAt(store, place.delivery);
  return newest?.kind === 'delivery'
    ? { sequence: place.sequence, sale: entry.sale, delivery: newest.delivery }
    : undefined;
}

function entryAt(store: KeyValueStore, sequence: number) {
  const frame = readFrame(store, sequence);
  return frame === undefined ? undefined : recordOf(frame).entry;
}
