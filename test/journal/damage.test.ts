import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { documentIn, receiptOf } from '../../src/journal/document.ts';
import { readStretches } from '../../src/journal/frame.ts';
import type { JournalEntry, JournalRecord } from '../../src/journal/journal.ts';
import type { JournalReport } from '../../src/journal/report.ts';
import { hundredths } from '../../src/money/money.ts';
import type { BootId } from '../../src/platform/clock.ts';
import { receiptNumber } from '../../src/platform/ids.ts';
import { openLevelStore } from '../../src/platform/level-store.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { allDamages, cut, type Damage, deleted, filesBelow, flipped } from './damage.ts';
import { sampleCaseId, sampleCustomer, sampleOutcome, sampleReturn } from './sample-documents.ts';
import { sampleSale, sampleTerminal } from './sample-sale.ts';
import { all, copyOf, deliver, freshFolder, openIn, openShift, removeFolders, sell } from './workbench.ts';

// No limit that a slow or busy machine could meet.
vi.setConfig({ testTimeout: 1_800_000 });

/** `HOLDFAST_SWEEP=full` damages every file at 50 + 200 points, as the promise says; else a sample of that. */
const full = process.env['HOLDFAST_SWEEP'] === 'full';
const cuts = full ? 50 : 4;
const flips = full ? 200 : 9;
const small = { segmentBytes: 16_000 };

let folder: string;
let yesterday: string;
let written: JournalRecord[];
const given = (): Set<string> => new Set(written.flatMap(({ entry }) => receiptIn(entry) ?? []));
const receiptIn = (entry: JournalEntry): string | undefined => {
  const document = documentIn(entry);
  return document === null ? undefined : receiptOf(document)?.receiptNumber;
};

beforeAll(async () => {
  const dir = await freshFolder();
  const { journal } = await openIn(dir, { provision: true, ...small });
  await openShift(journal);
  await sell(journal, 20);
  for (let counter = 1; counter <= 10; counter++) await deliver(journal, counter);
  await journal.close();
  yesterday = await copyOf(dir);
  // Tables from before, a log from now, and no clean end: as after kill -9.
  const { journal: today } = await openIn(dir, small);
  await sell(today, 17);
  await today.append({ kind: 'payment', paymentId: 'p-1', amount: hundredths(1190), state: null, open: true });
  await today.append({ kind: 'return', return: sampleReturn({ counter: 38, of: 21 }) });
  await today.append({ kind: 'case', caseId: sampleCaseId(1), open: true, change: null });
  await today.append({ kind: 'customer', customer: sampleCustomer(1) });
  await today.append({ kind: 'payment-outcome', outcome: sampleOutcome(1, sampleSale({ counter: 22, pay: 'card' })) });
  await sell(today, 2);
  written = await all(today.records());
  folder = await copyOf(dir);
  await today.close();
});
afterEach(removeCopies);
afterAll(removeFolders);

const copies: string[] = [];
async function damagedCopy(...damages: Damage[]): Promise<string> {
  const copy = await copyOf(folder);
  copies.push(copy);
  for (const damage of damages) await damage.apply(copy);
  return copy;
}
async function removeCopies(): Promise<void> {
  for (const copy of copies.splice(0)) await rm(copy, { recursive: true, force: true });
}

interface Outcome {
  readonly report: JournalReport;
  readonly records: JournalRecord[];
}

/** Starts, checks that nothing is lost silently and no number comes twice, sells, starts again, and finds all is well. */
async function survives(dir: string): Promise<Outcome> {
  const { journal, report } = await openIn(dir, small);
  const records = await all(journal.records());
  const found = new Map(records.map((record) => [record.sequence, record]));
  let absentRecords = 0;
  for (const record of written) {
    const again = found.get(record.sequence);
    if (again === undefined || again.entry.kind === 'gap') {
      absentRecords++;
      const receipt = receiptIn(record.entry);
      if (receipt !== undefined) {
        expect([...report.lostReceipts, ...report.skippedReceipts]).toContain(receipt);
      }
    } else expect(again).toEqual(record);
  }
  expect(report.lostRecords).toBeGreaterThanOrEqual(report.skippedReceipts.length > 0 ? 0 : absentRecords);
  expect(journal.counts.sales).toBe(records.filter(({ entry }) => entry.kind === 'sale').length);
  expect(journal.unconfirmed().length).toBe(journal.counts.waiting + journal.counts.parked);

  expect(given()).not.toContain(receiptNumber(sampleTerminal, journal.nextReceiptCounter));
  await sell(journal, 2);
  expect(journal.health.state).toBe('whole');
  const after = await all(journal.records());
  await journal.close();
  const { journal: again, report: second } = await openIn(dir, small);
  expect(second.outcome).toBe('whole');
  expect(await all(again.records())).toEqual(after);
  await again.close();
  return { report, records };
}

/** Sequences of the frames that lie whole in any file: on the tape, and where LevelDB did not compress or split them. */
async function framesIn(dir: string): Promise<number[]> {
  const found = new Set<number>();
  for (const file of await filesBelow(dir)) {
    for (const stretch of readStretches(await readFile(join(dir, file)))) {
      if (stretch.kind === 'frame') found.add(stretch.frame.sequence);
    }
  }
  return [...found];
}

const copyOfEach = { store: 'journal', tape: 'tape' } as const;

describe('a journal with one damaged copy', () => {
  it('starts whole after every single damage to any file', async () => {
    const damages = await allDamages(folder, cuts, flips);
    expect(damages.length).toBeGreaterThan(80);
    for (const damage of damages) {
      const { report, records } = await survives(await damagedCopy(damage));
      expect({ damage: damage.name, records: records.length }).toEqual({
        damage: damage.name,
        records: written.length,
      });
      expect({ damage: damage.name, lost: report.lostReceipts }).toEqual({ damage: damage.name, lost: [] });
      await removeCopies();
    }
  });

  it.each(Object.entries(copyOfEach))('starts whole when the %s is gone altogether', async (_, name) => {
    const dir = await damagedCopy();
    await rm(join(dir, name), { recursive: true });
    const { report, records } = await survives(dir);
    expect(records).toEqual(written);
    expect(report.outcome).toBe('repaired');
    expect(report.words.join(' ')).toContain('was missing');
  });

  it.each(Object.entries(copyOfEach))('starts whole with the %s of yesterday', async (_, name) => {
    const dir = await damagedCopy();
    await rm(join(dir, name), { recursive: true });
    await cp(join(yesterday, name), join(dir, name), { recursive: true });
    const { records } = await survives(dir);
    expect(records).toEqual(written);
  });

  it('keeps what was damaged', async () => {
    const table = (await filesBelow(folder)).find((file) => file.endsWith('.ldb')) ?? '';
    const dir = await damagedCopy(flipped(table, 300), flipped('tape/tape-0000000000000001.frames', 300));
    const { report } = await survives(dir);
    expect(report.setAside.length).toBe(2);
    const left = await filesBelow(dir);
    expect(left.some((file) => /^journal\.damaged-\d{8}T\d{6}Z\/\d+\.ldb$/.test(file))).toBe(true);
    expect(left.some((file) => /^tape\/tape-0{15}1\.frames\.damaged-\d{8}T\d{6}Z$/.test(file))).toBe(true);
  });
});

describe('a database from which single records are gone', () => {
  it.each([
    'r!0000000000000005',
    'r!0000000000000030',
    'ledger',
    'u!0000000000000015',
    'd!01900000-0000-7000-8000-00000000000f',
  ])('without %s is noticed at the start and built again from the tape', async (key) => {
    const dir = await damagedCopy();
    const store = await openLevelStore(join(dir, 'journal'), { createIfMissing: false });
    const value = store.get(key);
    expect(value).toBeDefined();
    await store.write([{ type: 'delete', key }], { durable: true });
    await store.close();
    const { report, records } = await survives(dir);
    expect(report.outcome).toBe('repaired');
    expect(records).toEqual(written);
  });

  it('with a wrong value in an undamaged file is noticed at the start', async () => {
    const dir = await damagedCopy();
    const store = await openLevelStore(join(dir, 'journal'), { createIfMissing: false });
    const value = store.get('r!0000000000000015')?.slice() ?? new Uint8Array();
    value[200] = (value[200] ?? 0) ^ 1;
    await store.write([{ type: 'put', key: 'r!0000000000000015', value }], { durable: true });
    await store.close();
    const { report, records } = await survives(dir);
    expect(report.outcome).toBe('repaired');
    expect(records).toEqual(written);
  });
});

describe('a journal with both copies damaged', () => {
  it('has all that is in one of them, and names the rest, in every combination of places', async () => {
    const files = await filesBelow(folder);
    const ofStore = files.filter((file) => file.startsWith('journal/') && /\.(log|ldb)$|CURRENT|MANIFEST/.test(file));
    const ofTape = files.filter((file) => file.startsWith('tape/tape-'));
    let losses = 0;
    for (const [index, file] of ofStore.entries()) {
      for (const tape of ofTape) {
        const point = 1000 + 777 * index;
        for (const pair of [
          [flipped(file, point), flipped(tape, point * 2)],
          [deleted(file), flipped(tape, 5000)],
          [cut(file, point), cut(tape, 3000)],
          [deleted(file), deleted(tape)],
        ] as const) {
          const dir = await damagedCopy(...pair);
          const readable = await framesIn(dir);
          const { report, records } = await survives(dir);
          const names = pair.map(({ name }) => name);
          const left = new Set(records.map(({ sequence }) => sequence));
          expect({ names, forgotten: readable.filter((n) => !left.has(n)) }).toEqual({ names, forgotten: [] });
          if (report.outcome === 'loss') losses++;
          await removeCopies();
        }
      }
    }
    expect(losses).toBeGreaterThan(0);
  });

  it('gives no number twice with both copies of yesterday, because the anchor remembers', async () => {
    const dir = await damagedCopy();
    for (const name of ['journal', 'tape']) {
      await rm(join(dir, name), { recursive: true });
      await cp(join(yesterday, name), join(dir, name), { recursive: true });
    }
    const { report } = await survives(dir);
    expect(report.outcome).toBe('loss');
    expect(report.lostReceipts).toEqual(Array.from({ length: 20 }, (_, n) => receiptNumber(sampleTerminal, n + 21)));
  });

  it('passes over numbers that may have been given, when the anchor may be stale after a power cut', async () => {
    const lastTape = (await filesBelow(folder)).filter((file) => file.startsWith('tape/tape-')).at(-1) ?? '';
    const log = (await filesBelow(folder)).filter((file) => file.endsWith('.log')).at(-1) ?? '';
    const sizes = await Promise.all([log, lastTape].map(async (file) => (await readFile(join(folder, file))).length));
    const dir = await damagedCopy(cut(log, (sizes[0] ?? 0) - 3), cut(lastTape, (sizes[1] ?? 0) - 3));
    for (const anchor of ['anchor', 'tape/anchor']) {
      // As if the last mark had not reached the medium.
      const lines = (await readFile(join(dir, anchor), 'utf8')).trimEnd().split('\n');
      await writeFile(join(dir, anchor), `${lines.filter((line) => !line.includes(' 40 ')).join('\n')}\n`);
    }
    const clock = Object.assign(new SystemClock('Europe/Berlin'), { bootId: 'another boot' as BootId });
    const { journal, report } = await openIn(dir, { ...small, clock });
    expect(report.lostReceipts).toEqual([]);
    expect(report.skippedReceipts[0]).toBe(receiptNumber(sampleTerminal, 40));
    expect(given()).not.toContain(receiptNumber(sampleTerminal, journal.nextReceiptCounter));
    await sell(journal, 1);
    await journal.close();
    const { journal: again, report: second } = await openIn(dir, small);
    expect(second.outcome).toBe('whole');
    await again.close();
  });

  it('refuses to begin anew when both are gone though something was sold', async () => {
    const dir = await damagedCopy();
    for (const name of Object.values(copyOfEach)) await rm(join(dir, name), { recursive: true });
    await expect(openIn(dir)).rejects.toMatchObject({ code: 'journal.missing' });
    const { journal } = await openIn(dir, { provision: true });
    expect(given()).not.toContain(receiptNumber(sampleTerminal, journal.nextReceiptCounter));
    await journal.close();
  });
});
