import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportLines, readJournalFrames, recoverJournal } from '../../src/journal/export.ts';
import type { JournalRecord } from '../../src/journal/journal.ts';
import { journalPlaces } from '../../src/journal/open-journal.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { flipped } from './damage.ts';
import { sampleTerminal } from './sample-sale.ts';
import { all, copyOf, deliver, freshFolder, openIn, openShift, removeFolders, sell } from './workbench.ts';

const placesOf = (folder: string) => journalPlaces(folder, join(folder, 'tape'));
const options = { terminalId: sampleTerminal, clock: new ManualClock() };

let folder: string;
let written: JournalRecord[];
let lines: string[];
beforeAll(async () => {
  folder = await freshFolder();
  const { journal } = await openIn(folder, { provision: true });
  await openShift(journal);
  await sell(journal, 5);
  await deliver(journal, 2);
  written = await all(journal.records());
  lines = await all(journal.export());
  await journal.close();
});
afterAll(removeFolders);

async function* each(items: readonly string[]): AsyncGenerator<string> {
  yield* items;
}

describe('an exported journal', () => {
  it('is one JSON object a line that other software can read', () => {
    expect(lines.length).toBe(written.length + 2);
    expect(JSON.parse(lines[0] ?? '')).toEqual({ format: 'holdfast-journal', version: 1, terminalId: 'K1' });
    expect(JSON.parse(lines[2] ?? '')).toMatchObject(JSON.parse(JSON.stringify(written[1])));
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ records: 7 });
  });

  it('becomes the same journal on a new device, in both copies', async () => {
    const fresh = await freshFolder();
    const report = await recoverJournal(each(lines), placesOf(fresh), options);
    expect(report).toMatchObject({ records: 7, sales: 5, unconfirmed: 4, lostReceipts: [] });
    const { journal, report: start } = await openIn(fresh);
    expect(start.outcome).toBe('whole');
    expect(await all(journal.records())).toEqual(written);
    expect(await all(journal.export())).toEqual(lines);
    expect((await journal.verify()).outcome).toBe('whole');
    await journal.close();
  });

  it('passes over the receipts that were given after it', async () => {
    const fresh = await freshFolder();
    await recoverJournal(each(lines), placesOf(fresh), { ...options, lastReceiptCounter: 9 });
    const { journal } = await openIn(fresh);
    expect(journal.nextReceiptCounter).toBe(10);
    await journal.close();
  });

  it.each([
    ['a line is missing', (all: string[]) => all.toSpliced(3, 1), 'journal.bad-export'],
    ['two lines are swapped', (all: string[]) => all.toSpliced(2, 2, all[3] ?? '', all[2] ?? ''), 'journal.bad-export'],
    ['an amount was changed', (all: string[]) => all.map((line) => line.replace('1190', '1090')), 'journal.bad-export'],
    ['the end is missing', (all: string[]) => all.slice(0, -1), 'journal.bad-export'],
    ['a line is cut', (all: string[]) => all.toSpliced(4, 1, (all[4] ?? '').slice(0, 80)), 'journal.bad-export'],
    ['it is something else', () => ['{"a":1}\n'], 'journal.bad-export'],
    ['it is empty', () => [], 'journal.bad-export'],
  ])('is refused whole when %s, leaving nothing behind', async (_, change, code) => {
    const fresh = await freshFolder();
    await expect(recoverJournal(each(change(lines)), placesOf(fresh), options)).rejects.toMatchObject({ code });
    await expect(openIn(fresh)).rejects.toMatchObject({ code: 'journal.not-provisioned' });
  });

  it('is refused by another terminal, and where there is a journal', async () => {
    const other = { ...options, terminalId: terminalId('K2') };
    const fresh = placesOf(await freshFolder());
    await expect(recoverJournal(each(lines), fresh, other)).rejects.toMatchObject({ code: 'journal.other-terminal' });
    await expect(recoverJournal(each(lines), placesOf(folder), options)).rejects.toMatchObject({
      code: 'journal.exists',
    });
  });

  it('can be made from the medium of a broken terminal, from what either copy has', async () => {
    for (const gone of ['journal', 'tape']) {
      const medium = await copyOf(folder);
      await rm(join(medium, gone), { recursive: true });
      expect(await all(exportLines(readJournalFrames(placesOf(medium)), sampleTerminal))).toEqual(lines);
    }
  });
});

describe('verifying', () => {
  it('says that a whole journal is whole, and changes nothing', async () => {
    expect(await verifyJournal(placesOf(folder), sampleTerminal)).toMatchObject({
      outcome: 'whole',
      records: 7,
      sales: 5,
      unconfirmed: 4,
      lastReceipt: 'K1-00000005',
      words: ['The journal is complete: 7 records, 5 sales, 4 of them not yet in Magento.'],
    });
  });

  it('names what is damaged, and what that costs', async () => {
    const medium = await copyOf(folder);
    await flipped('tape/tape-0000000000000001.frames', 900).apply(medium);
    const first = await verifyJournal(placesOf(medium), sampleTerminal);
    expect(first).toMatchObject({ outcome: 'repaired', lostReceipts: [] });
    expect(first.findings.map(({ code }) => code)).toEqual(['tape.damaged', 'tape.behind']);
    await rm(join(medium, 'journal'), { recursive: true });
    const second = await verifyJournal(placesOf(medium), sampleTerminal);
    expect(second).toMatchObject({ outcome: 'loss', lostReceipts: ['K1-00000001'], lostRecords: 1 });
    expect(second.words[0]).toContain('K1-00000001');
  });

  it('notices a record that someone has changed with a right checksum', async () => {
    const medium = await copyOf(folder);
    const { journal } = await openIn(await freshFolder(), { provision: true });
    await openShift(journal);
    await sell(journal, 5);
    await journal.close();
    const forged = placesOf(medium).tape;
    const name = 'tape-0000000000000001.frames';
    const [entry] = (await forged.list()).filter((file) => file.name === name);
    const bytes = Buffer.from(await forged.read(name, 0, entry?.size ?? 0));
    const { decodeFrame, encodeFrame, recordOf } = await import('../../src/journal/frame.ts');
    const first = decodeFrame(bytes);
    if (first === undefined) throw new Error('no frame');
    const forgery = encodeFrame(
      { ...recordOf(first), sequence: 1, entry: { kind: 'drawer-opened', shiftId: null, reason: 'no-sale' } },
      first.previous,
    );
    await writeFile(join(medium, 'tape', name), Buffer.concat([forgery.bytes, bytes.subarray(first.bytes.length)]));
    const report = await verifyJournal(placesOf(medium), sampleTerminal);
    expect(report.findings.map(({ code }) => code)).toEqual(['tape.chain', 'journal.conflict']);
  });
});
