import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Journal, JournalRecord, QueuedDocument } from '../../src/journal/journal.ts';
import { undelivered } from '../../src/journal/ledger.ts';
import { type OpenedJournal, type OpenJournalOptions, openJournal } from '../../src/journal/open-journal.ts';
import { hundredths } from '../../src/money/money.ts';
import type { DocumentId, SaleId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import type { CompletedSale } from '../../src/register/sale.ts';
import { sampleSale, sampleSaleId, sampleShift, sampleTerminal } from './sample-sale.ts';

const folders: string[] = [];

/** A folder of its own that {@link removeFolders} takes away. */
export async function freshFolder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'holdfast-journal-'));
  folders.push(made);
  return made;
}

export async function removeFolders(): Promise<void> {
  for (const made of folders.splice(0)) await rm(made, { recursive: true, force: true });
}

export async function copyOf(folder: string): Promise<string> {
  const to = await freshFolder();
  await cp(folder, to, { recursive: true });
  return to;
}

export function openIn(dataDir: string, options: Partial<OpenJournalOptions> = {}): Promise<OpenedJournal> {
  return openJournal({
    dataDir,
    terminalId: sampleTerminal,
    clock: new SystemClock('Europe/Berlin'),
    log: silentLogger,
    provision: false,
    ...options,
  });
}

type Appending = Pick<OpenedJournal['journal'], 'append' | 'nextReceiptCounter'>;

/** Sells `count` times, one after the other. */
export async function sell(journal: Appending, count: number): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for (let n = 0; n < count; n++) {
    records.push(await journal.append({ kind: 'sale', sale: sampleSale({ counter: journal.nextReceiptCounter }) }));
  }
  return records;
}

export async function deliver(
  journal: Appending,
  counter: number,
  state: 'waiting' | 'confirmed' | 'parked' = 'confirmed',
): Promise<JournalRecord> {
  const order = state === 'confirmed' ? { orderId: counter, orderNumber: `0000${counter}`, stock: 'shipped' } : null;
  return journal.append({
    kind: 'delivery',
    delivery: {
      ...undelivered(sampleSaleId(counter)),
      state,
      attempts: 1,
      progress: { step: 'cart' },
      lastAnswer: 'ok',
      order,
    },
  });
}

/** Confirms any document. */
export const deliverDocument = (journal: Appending, id: DocumentId): Promise<JournalRecord> =>
  journal.append({ kind: 'delivery', delivery: { ...undelivered(id), state: 'confirmed', attempts: 1 } });

export const unconfirmedDocuments = (journal: Pick<Journal, 'unconfirmed' | 'document'>): readonly QueuedDocument[] =>
  journal.unconfirmed().flatMap(({ delivery }) => journal.document(delivery.documentId) ?? []);

export const unconfirmedSales = (journal: Pick<Journal, 'unconfirmed' | 'document'>): readonly CompletedSale[] =>
  unconfirmedDocuments(journal).flatMap((document) => (document.kind === 'sale' ? [document.sale] : []));

export const openShift = (journal: Appending): Promise<JournalRecord> =>
  journal.append({ kind: 'shift-opened', shiftId: sampleShift, cashier: 'Ada', float: hundredths(10_000) });

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export const idsOf = (records: readonly JournalRecord[]): SaleId[] =>
  records.flatMap(({ entry }) => (entry.kind === 'sale' ? [entry.sale.saleId] : []));
