import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/journal/journal.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import { hundredths } from '../../src/money/money.ts';
import { openLevelStore } from '../../src/platform/level-store.ts';
import { sampleCaseId, sampleReturn } from './sample-documents.ts';
import { sampleSale } from './sample-sale.ts';
import { freshFolder, openIn, removeFolders } from './workbench.ts';

afterAll(removeFolders);

const payment = (paymentId: string, state: string, open: boolean): JournalEntry => ({
  kind: 'payment',
  paymentId,
  amount: hundredths(1190),
  state,
  open,
});
const problem = (counter: number, change: string, open: boolean): JournalEntry => ({
  kind: 'case',
  caseId: sampleCaseId(counter),
  open,
  change,
});

/** The sale that a card payment pays, approved for good or by the chip alone. */
function paidBy(counter: number, paymentId: string, outcome: 'approved' | 'approved-offline'): JournalEntry {
  const sale = sampleSale({ counter, pay: 'card' });
  const [tender] = sale.tenders;
  if (tender?.kind !== 'card') throw new Error('not paid by card');
  return { kind: 'sale', sale: { ...sale, tenders: [{ ...tender, card: { ...tender.card, paymentId, outcome } }] } };
}

let folder: string;
let journal: LiveJournal;
beforeEach(async () => {
  folder = await freshFolder();
  ({ journal } = await openIn(folder, { provision: true }));
  for (const entry of [
    payment('online', 'requested', true),
    payment('online', 'approved', true),
    paidBy(1, 'online', 'approved'),
    payment('offline', 'requested', true),
    problem(1, 'opened', true),
    payment('offline', 'approved', true),
    paidBy(2, 'offline', 'approved-offline'),
    payment('declined', 'requested', true),
    payment('declined', 'declined', false),
    problem(2, 'opened', true),
    problem(2, 'closed', false),
    problem(2, 'opened again', true),
  ]) {
    await journal.append(entry);
  }
});

const told = (kind: 'payment' | 'case', id: string): unknown[] =>
  journal.history(kind, id).map(({ entry }) => {
    if (entry.kind === 'payment') return entry.state;
    return entry.kind === 'case' ? entry.change : entry.kind;
  });

async function expectSubjects(): Promise<void> {
  expect(journal.openSubjects('payment').map(({ id, records }) => [id, records.length])).toEqual([['offline', 2]]);
  expect(journal.openSubjects('case').map(({ id, records }) => [id, records.length])).toEqual([
    [sampleCaseId(1), 1],
    [sampleCaseId(2), 3],
  ]);
  expect(told('payment', 'online')).toEqual(['requested', 'approved']);
  expect(told('payment', 'declined')).toEqual(['requested', 'declined']);
  expect(told('case', sampleCaseId(2))).toEqual(['opened', 'closed', 'opened again']);
  expect(told('case', sampleCaseId(3))).toEqual([]);
  const newest = async (newest: number, open?: boolean): Promise<string[]> =>
    (await journal.subjects('payment', open === undefined ? { newest } : { newest, open })).map(({ id }) => id);
  expect(await newest(2)).toEqual(['declined', 'offline']);
  expect(await newest(9)).toEqual(['declined', 'offline', 'online']);
  expect(await newest(9, false)).toEqual(['declined', 'online']);
  expect(await newest(9, true)).toEqual(['offline']);
  expect((await journal.subjects('case', { newest: 1, open: true })).map(({ id }) => id)).toEqual([sampleCaseId(2)]);
}

describe('card payments and cases', () => {
  it('are told by several records; those open are at hand, ended by their record or by the sale paid for good', async () => {
    await expectSubjects();
    await journal.append(payment('offline', 'settled', false));
    expect(journal.openSubjects('payment')).toEqual([]);
    expect(told('payment', 'offline')).toEqual(['requested', 'approved', 'settled']);
    await journal.close();
  });

  it('of a refund end with its return', async () => {
    const back = sampleReturn({ counter: 3, of: 1, pay: 'card' });
    const [refund] = back.refunds;
    if (refund?.kind !== 'card') throw new Error('not to a card');
    await journal.append(payment(refund.card.paymentId, 'requested', true));
    expect(journal.openSubjects('payment')).toHaveLength(2);
    await journal.append({ kind: 'return', return: back });
    expect(journal.openSubjects('payment')).toHaveLength(1);
    await journal.close();
  });

  it.each([
    ['after a restart', async () => undefined, 'whole'],
    ['without the database', () => rm(join(folder, 'journal'), { recursive: true }), 'repaired'],
    ['without the tape', () => rm(join(folder, 'tape'), { recursive: true }), 'repaired'],
  ])('are all there %s', async (_, damage, outcome) => {
    await journal.close();
    await damage();
    const opened = await openIn(folder);
    ({ journal } = opened);
    expect(opened.report.outcome).toBe(outcome);
    await expectSubjects();
    await journal.close();
  });

  it.each(['o!payment!0000000000000004', 'o!case!0000000000000005', 'c!payment!offline'])(
    'are built again from the tape when %s is gone',
    async (key) => {
      await journal.close();
      const store = await openLevelStore(join(folder, 'journal'), { createIfMissing: false });
      expect(store.get(key)).toBeDefined();
      await store.write([{ type: 'delete', key }], { durable: true });
      await store.close();
      const opened = await openIn(folder);
      ({ journal } = opened);
      expect(opened.report.outcome).toBe('repaired');
      await expectSubjects();
      await journal.close();
    },
  );

  it('a damaged index of one that is over is found by the scrub', async () => {
    await journal.close();
    const store = await openLevelStore(join(folder, 'journal'), { createIfMissing: false });
    await store.write([{ type: 'delete', key: 'c!payment!declined' }], { durable: true });
    await store.close();
    ({ journal } = await openIn(folder));
    expect(await journal.scrub(new AbortController().signal)).toEqual([expect.stringContaining('built again')]);
    await journal.restore();
    await expectSubjects();
    await journal.close();
  });
});
