import { type DocumentId, receiptCounter, type SaleId, type TerminalId } from '../platform/ids.ts';
import type { KeyValueChange, KeyValueStore } from '../platform/key-value-store.ts';
import { documentId, documentIn, isClosed, paymentsEndedBy, receiptOf, saleBehind } from './document.ts';
import { decodeFrame, recordOf } from './frame.ts';
import type { JournalEntry } from './journal.ts';
import { type DocumentPlace, documentIdOf, type Ledger } from './ledger.ts';
import { seal } from './sealed.ts';
import { key, readBelongings, readFrame, readLedger, readPlace, readSubject } from './store-copy.ts';
import { isOpen, type SubjectName, type SubjectPlace, subjectOf } from './subject.ts';

/**
 * The changes that take records out again which were refused although the store has them: all that is stored beyond
 * `ledger`, the last state that was acknowledged. `placeOf` tells where documents stood then.
 */
export function withdrawal(
  store: KeyValueStore,
  ledger: Ledger,
  terminal: TerminalId,
  placeOf: (document: DocumentId) => DocumentPlace | undefined,
): KeyValueChange[] {
  const changes = new Changes(store);
  changes.put(key.ledger, ledger);
  const stored = readLedger(store);
  const refused = new Set<DocumentId>();
  const sales = new Set<SaleId>();
  for (let sequence = ledger.sequence + 1; sequence <= stored.sequence; sequence++) {
    const frame = readFrame(store, sequence);
    if (frame === undefined) continue;
    changes.delete(key.record(sequence));
    const { entry } = recordOf(frame);
    for (const name of subjectsIn(entry)) changes.keepOfSubject(name, (told) => told <= ledger.sequence);
    const id = documentIdOf(entry);
    if (id === undefined) continue;
    const isReinstating = entry.kind === 'delivery' && entry.delivery.reinstated !== undefined;
    const place = placeOf(id) ?? (isReinstating ? closedPlace(store, id, ledger.sequence) : undefined);
    if (place === undefined) changes.delete(key.place(id));
    else {
      changes.put(key.place(id), place);
      if (isClosed(place.state)) changes.delete(key.unconfirmed(place.sequence));
      else changes.put(key.unconfirmed(place.sequence), id);
    }
    const document = documentIn(entry);
    if (document === null) continue;
    refused.add(id);
    changes.delete(key.unconfirmed(sequence));
    const receipt = receiptOf(document);
    const counter = receipt === null ? undefined : receiptCounter(terminal, receipt.receiptNumber);
    if (counter !== undefined) changes.delete(key.receipt(counter));
    const sale = saleBehind(document);
    if (sale !== null) sales.add(sale);
  }
  for (const sale of sales) {
    const left = readBelongings(store, sale).filter((each) => !refused.has(each));
    if (left.length > 0) changes.put(key.belongings(sale), left);
    else changes.delete(key.belongings(sale));
  }
  return changes.list;
}

/** Where a document stood that was out of the queue; its newest delivery record through `through` says so. */
function closedPlace(store: KeyValueStore, id: DocumentId, through: number): DocumentPlace | undefined {
  const stored = readPlace(store, id);
  for (let sequence = through; stored !== undefined && sequence > stored.sequence; sequence--) {
    const frame = readFrame(store, sequence);
    const entry = frame === undefined ? undefined : recordOf(frame).entry;
    if (entry?.kind === 'delivery' && entry.delivery.documentId === id) {
      return { sequence: stored.sequence, delivery: sequence, state: entry.delivery.state };
    }
  }
  return undefined;
}

/**
 * The changes that remove the first records through `through`, at most so many, with all that is kept of what they tell;
 * empty when there are none.
 */
export async function removal(store: KeyValueStore, through: number, atMost: number): Promise<KeyValueChange[]> {
  const changes = new Changes(store);
  const range = { from: key.record(0), before: key.record(through + 1), limit: atMost };
  for await (const [found, value] of store.entries(range)) {
    changes.delete(found);
    const frame = decodeFrame(value);
    if (frame === undefined) continue;
    const { entry } = recordOf(frame);
    for (const name of subjectsIn(entry)) changes.keepOfSubject(name, (told) => told > through);
    const document = documentIn(entry);
    if (document === null) continue;
    changes.delete(key.place(documentId(document)));
    const receipt = receiptOf(document);
    const counter = receipt === null ? undefined : receiptCounter(receipt.terminalId, receipt.receiptNumber);
    if (counter !== undefined) changes.delete(key.receipt(counter));
    // What belongs to a sale came after it.
    const sale = document.kind === 'sale' ? document.sale.saleId : saleBehind(document);
    if (sale !== null) changes.delete(key.belongings(sale));
  }
  // Only a copy from before the prune, restored, can have these.
  const waiting = { from: key.unconfirmed(0), before: key.unconfirmed(through + 1) };
  for await (const found of store.keys(waiting)) changes.delete(found);
  return changes.list;
}

/** The card payments and cases that an entry tells of or may have ended. */
function subjectsIn(entry: JournalEntry): readonly SubjectName[] {
  const told = subjectOf(entry);
  if (told !== null) return [told];
  const document = documentIn(entry);
  return document === null ? [] : paymentsEndedBy(document).map((id) => ({ kind: 'payment', id }));
}

class Changes {
  readonly list: KeyValueChange[] = [];
  readonly #store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  put(at: string, content: unknown): void {
    this.list.push({ type: 'put', key: at, value: seal(at, content) });
  }

  delete(at: string): void {
    this.list.push({ type: 'delete', key: at });
  }

  /** Forgets all that is told of it elsewhere. */
  keepOfSubject(name: SubjectName, isKept: (sequence: number) => boolean): void {
    const before = readSubject(this.#store, name);
    if (before === undefined) return;
    const place: SubjectPlace = { changes: before.changes.filter(({ sequence }) => isKept(sequence)) };
    this.delete(key.subjectInOrder(name.kind, before));
    this.delete(key.openSubject(name.kind, before));
    if (place.changes.length === 0) {
      this.delete(key.subject(name));
      return;
    }
    this.put(key.subject(name), place);
    this.put(key.subjectInOrder(name.kind, place), name.id);
    if (isOpen(place)) this.put(key.openSubject(name.kind, place), name.id);
  }
}
