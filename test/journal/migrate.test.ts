import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formats } from '../../src/journal/format.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import { journalPlaces, type OpenedJournal, openJournalAt } from '../../src/journal/open-journal.ts';
import { seal } from '../../src/journal/sealed.ts';
import type { JournalPlaces } from '../../src/journal/start.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { decimal } from '../../src/money/money.ts';
import { crc32c } from '../../src/platform/crc32c.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import type { KeyValueChange } from '../../src/platform/key-value-store.ts';
import { openLevelStore } from '../../src/platform/level-store.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { SystemDurableFiles } from '../../src/platform/system-durable-files.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { cut, flipped } from './damage.ts';
import { olderSales, unpackOlderJournal } from './older-journal.ts';
import { sampleCaseId, sampleCustomerKey } from './sample-documents.ts';
import { sampleSaleId, sampleTerminal } from './sample-sale.ts';
import { seededRandom } from './seeded-random.ts';
import { freshFolder, openIn, removeFolders, sell } from './workbench.ts';

const placesOf = (folder: string): JournalPlaces => journalPlaces(folder, join(folder, 'tape'));
afterAll(removeFolders);

/** What the fixtures of each older format hold. */
const older = [
  {
    format: 1,
    counts: { sales: 40, returns: 0, waiting: 35, parked: 0, confirmed: 5, withdrawn: 0 },
    shift: { sales: 40, returns: 0, cashRefunds: 0, cardRefunds: 0 },
    openPayments: [],
    table: flipped('journal/000016.ldb', 9_000),
    tape: flipped('tape/tape-0000000000000001.frames', 9_000),
    tapeCut: cut('tape/tape-0000000000000001.frames', 70_000),
  },
  {
    format: 2,
    counts: { sales: 40, returns: 0, waiting: 13, parked: 2, confirmed: 25, withdrawn: 0 },
    shift: { sales: 20, returns: 0, cashSales: 11_900, cardSales: 11_900, cashIn: 2_000, expectedCash: 23_900 },
    openPayments: ['01900000-0001-7000-8000-000000002329', '01900000-0001-7000-8000-00000000232b'],
    table: flipped('journal/000005.ldb', 9_000),
    tape: flipped('tape/tape-0000000000000092.frames', 4_000),
    tapeCut: cut('tape/tape-0000000000000150.frames', 2_000),
  },
] as const;
type Older = Pick<(typeof older)[number] | typeof third, 'format' | 'counts' | 'shift' | 'openPayments'>;

async function unpacked({ format }: Older): Promise<string> {
  const folder = await freshFolder();
  await unpackOlderJournal(format, folder);
  return folder;
}

/** Everything as the older release told it, and work goes on. */
async function expectEverything(journal: LiveJournal, { format, counts, shift, openPayments }: Older): Promise<void> {
  for (const { receiptNumber, saleId, total, state, orderNumber } of await olderSales(format)) {
    const found = journal.saleByReceipt(receiptNumber as Parameters<LiveJournal['saleByReceipt']>[0]);
    expect(found && { ...found.delivery.order, total: decimal(found.sale.totals.grandTotal) }).toMatchObject(
      orderNumber === null ? { total } : { total, orderNumber },
    );
    expect([found?.sale.saleId, found?.delivery.state]).toEqual([saleId, state]);
    expect(found?.delivery).toMatchObject({ documentId: saleId, instructions: [], withdrawn: null });
  }
  expect(journal.counts).toEqual(counts);
  expect(journal.unconfirmed()).toHaveLength(counts.waiting + counts.parked);
  expect(journal.openShift).toMatchObject(shift);
  expect(journal.nextReceiptCounter).toBe(41);
  expect(journal.openSubjects('payment').map(({ id }) => id)).toEqual(openPayments);
  await sell(journal, 1);
  expect((await journal.verify()).outcome).toBe('whole');
}

describe.each(older)('a journal in format $format', (fixture) => {
  const { format } = fixture;

  it('is migrated on starting, with every sale, and says so', async () => {
    const folder = await unpacked(fixture);
    const { journal, report } = await openIn(folder);
    expect(report.outcome).toBe('whole');
    expect(report.findings.map(({ code }) => code)).toContain('store.migrated');
    expect(report.words).toContain(`The database was brought from format ${format} to 3, with every record.`);
    await expectEverything(journal, fixture);
    await journal.close();
  });

  it('is kept until the next start, which has nothing left to do', async () => {
    const folder = await unpacked(fixture);
    await (await openIn(folder)).journal.close();
    const kept = async () => (await readdir(folder)).filter((name) => name.startsWith('journal.'));
    expect((await kept())[0]).toMatch(new RegExp(`^journal\\.format-${format}-\\d{8}T\\d{6}Z$`));
    const { journal, report } = await openIn(folder);
    expect(report.findings).toEqual([]);
    expect(await kept()).toEqual([]);
    await expectEverything(journal, fixture);
    await journal.close();
  });

  it.each([
    ['without its tape', (folder: string) => rm(join(folder, 'tape'), { recursive: true })],
    ['without its database', (folder: string) => rm(join(folder, 'journal'), { recursive: true })],
    ['with a damaged table', (folder: string) => fixture.table.apply(folder)],
    ['with a damaged tape', (folder: string) => fixture.tape.apply(folder)],
    ['with a tape cut short', (folder: string) => fixture.tapeCut.apply(folder)],
  ])('gives every sale %s', async (_, damage) => {
    const folder = await unpacked(fixture);
    await damage(folder);
    const { journal, report } = await openIn(folder);
    expect(report).toMatchObject({ lostReceipts: [], lostRecords: 0, skippedReceipts: [] });
    await expectEverything(journal, fixture);
    await journal.close();
  });

  it('can be verified by this release without being migrated', async () => {
    const folder = await unpacked(fixture);
    const kept = await olderSales(format);
    const before = await readdir(join(folder, 'journal'));
    expect(await verifyJournal(placesOf(folder), sampleTerminal)).toMatchObject({
      outcome: 'whole',
      sales: kept.length,
    });
    expect(await readdir(join(folder, 'journal'))).toEqual(before);
  });
});

/** The older journal on a disk in memory. */
async function onMemoryDisk(fixture: Older): Promise<{ disk: MemoryDisk; places: () => JournalPlaces }> {
  const folder = await unpacked(fixture);
  const disk = new MemoryDisk();
  for (const place of ['tape', 'data']) disk.files(place);
  const files = new SystemDurableFiles(join(folder, 'tape'));
  for (const { name, size } of await files.list()) disk.poke('tape', name, await files.read(name, 0, size));
  const anchors = new SystemDurableFiles(folder);
  for (const { name, size } of await anchors.list()) disk.poke('data', name, await anchors.read(name, 0, size));
  const level = await openLevelStore(join(folder, 'journal'), { createIfMissing: false });
  const changes: KeyValueChange[] = [];
  for await (const [key, value] of level.entries({})) changes.push({ type: 'put', key, value });
  await level.close();
  const { store } = await disk.store('data/journal').open({ createIfMissing: true });
  await store.write(changes, { durable: true });
  await store.close();
  const places = (): JournalPlaces => ({
    store: disk.store('data/journal'),
    tape: disk.files('tape'),
    anchors: [disk.files('data'), disk.files('tape')],
  });
  return { disk, places };
}

const open = (places: JournalPlaces): Promise<OpenedJournal> =>
  openJournalAt(places, {
    terminalId: sampleTerminal,
    clock: new ManualClock(),
    log: silentLogger,
    provision: false,
  });

describe.each(older)('a migration from format $format', (fixture) => {
  it('converges wherever the power fails in it, also twice', async () => {
    let operations = 0;
    {
      const { disk, places } = await onMemoryDisk(fixture);
      disk.onOperation = () => {
        operations++;
        return null;
      };
      await (await open(places())).journal.close();
    }
    expect(operations).toBeGreaterThan(10);
    for (let at = 1; at <= operations; at++) {
      for (const again of [0, at]) {
        const { disk, places } = await onMemoryDisk(fixture);
        const random = seededRandom(at);
        for (const cutAt of again === 0 ? [at] : [at, again]) {
          let seen = 0;
          const power = new Promise<void>((resolve) => {
            disk.onOperation = () => {
              if (++seen === cutAt) {
                disk.cutPower(random);
                resolve();
              }
              return null;
            };
          });
          await Promise.race([open(places()).then(({ journal }) => journal.close()), power]);
        }
        disk.onOperation = () => null;
        const { journal, report } = await open(places());
        expect({ at, again, lost: report.lostReceipts, skipped: report.skippedReceipts }).toEqual({
          at,
          again,
          lost: [],
          skipped: [],
        });
        await expectEverything(journal, fixture);
        await journal.close();
      }
    }
  });

  it('that finds no room sells on with the tape alone and is made up for later', async () => {
    const { disk, places } = await onMemoryDisk(fixture);
    const full = new HoldfastError('store.disk-full', 'ENOSPC', { remedy: 'retry' });
    disk.onOperation = ({ what, phase }) => (what === 'store-write' && phase === 'before' ? full : null);
    const { journal, report } = await open(places());
    expect(report.outcome).toBe('one-copy');
    expect(journal.counts.sales).toBe(40);
    await sell(journal, 1);
    disk.onOperation = () => null;
    expect((await journal.restore()).state).toBe('whole');
    await journal.close();
    const { journal: again, report: second } = await open(places());
    expect(second.outcome).toBe('whole');
    expect(again.counts.sales).toBe(41);
    await again.close();
  });
});

/** Its database is as it is today; what is new stands on the tape alone. */
const third = {
  format: 3,
  counts: { sales: 38, returns: 2, waiting: 34, parked: 1, confirmed: 7, withdrawn: 0 },
  shift: { sales: 38, returns: 2, cashRefunds: 1_190, cardRefunds: 1_190, expectedCash: 32_610 },
  openPayments: ['01900000-0001-7000-8000-00000000232b'],
} as const;

describe('a journal in format 3', () => {
  it.each([
    ['as it was left', async () => {}],
    ['without its tape', (folder: string) => rm(join(folder, 'tape'), { recursive: true })],
    ['without its database', (folder: string) => rm(join(folder, 'journal'), { recursive: true })],
    ['with a damaged tape', (folder: string) => flipped('tape/tape-0000000000000012.frames', 4_000).apply(folder)],
    ['with a tape cut short', (folder: string) => cut('tape/tape-0000000000000042.frames', 2_000).apply(folder)],
  ])('gives every document %s', async (_, damage) => {
    const folder = await freshFolder();
    await unpackOlderJournal(third.format, folder);
    await damage(folder);
    const { journal, report } = await openIn(folder);
    expect(report).toMatchObject({ lostReceipts: [], lostRecords: 0, skippedReceipts: [] });
    const declined = journal.outcomesOf(sampleSaleId(4));
    expect(declined.map(({ outcome, delivery }) => [outcome.kind, delivery.state])).toEqual([['declined', 'waiting']]);
    expect(journal.returnsOf(sampleSaleId(1)).map(({ delivery }) => delivery.state)).toEqual(['confirmed']);
    expect(journal.returnsOf(sampleSaleId(2)).map(({ delivery }) => delivery.state)).toEqual(['waiting']);
    expect(journal.document(sampleCustomerKey(1))?.delivery.state).toBe('confirmed');
    expect(journal.openSubjects('case').map(({ id }) => id)).toEqual([sampleCaseId(1)]);
    await expectEverything(journal, third);
    await journal.close();
  });
});

describe('a journal of a newer release', () => {
  const refused = { code: 'journal.newer-version', remedy: 'operator', hint: expect.stringContaining('again') };

  async function newer(change: (folder: string) => Promise<void>): Promise<string> {
    const folder = await freshFolder();
    const { journal } = await openIn(folder, { provision: true });
    await sell(journal, 2);
    await journal.close();
    await change(folder);
    return folder;
  }

  async function tapeOf(folder: string): Promise<Record<string, string>> {
    const files = new SystemDurableFiles(join(folder, 'tape'));
    const contents: Record<string, string> = {};
    for (const { name, size } of await files.list()) {
      contents[name] = Buffer.from(await files.read(name, 0, size)).toString('base64');
    }
    return contents;
  }

  it.each([
    [
      'its database says so',
      async (folder: string) => {
        const store = await openLevelStore(join(folder, 'journal'), { createIfMissing: false });
        const value = seal('ledger', { version: formats.store + 1, somethingNew: true });
        await store.write([{ type: 'put', key: 'ledger', value }], { durable: true });
        await store.close();
      },
    ],
    [
      'its tape says so',
      async (folder: string) => {
        const tape = new SystemDurableFiles(join(folder, 'tape'));
        await tape.replace(
          'tape-0000000000000003.frames',
          Buffer.from(`HFJ${formats.tape + 1} of which nothing is known`),
        );
      },
    ],
    [
      'only its anchors say so',
      async (folder: string) => {
        const words = `formats ${formats.store} ${formats.tape + 1} boot`;
        const file = await new SystemDurableFiles(folder).openForAppend('anchor');
        await file.append(Buffer.from(`\n${crc32c(Buffer.from(words)).toString(16).padStart(8, '0')} ${words}\n`));
        await file.close();
      },
    ],
  ])('is refused when %s, and left as it is', async (_, change) => {
    const folder = await newer(change);
    const before = await tapeOf(folder);
    await expect(openIn(folder)).rejects.toMatchObject(refused);
    await expect(openIn(folder)).rejects.toMatchObject(refused);
    expect(await tapeOf(folder)).toEqual(before);
    expect((await readdir(folder)).filter((name) => /damaged|format-/.test(name))).toEqual([]);
  });
});
