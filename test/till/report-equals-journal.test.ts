import { expect, test } from 'vitest';
import type { JournalRecord } from '../../src/journal/journal.ts';
import { subtract, sum } from '../../src/money/money.ts';
import { openCounter } from './fakes/counter.ts';

/** What the records say of a shift, added up from nothing but them. */
function sumOf(records: readonly JournalRecord[]) {
  const entries = records.map(({ entry }) => entry);
  const tenders = entries.flatMap((entry) => (entry.kind === 'sale' ? entry.sale.tenders : []));
  const refunds = entries.flatMap((entry) => (entry.kind === 'return' ? entry.return.refunds : []));
  const moved = (direction: 'in' | 'out') =>
    sum(
      entries.flatMap((entry) => (entry.kind === 'cash-moved' && entry.direction === direction ? [entry.amount] : [])),
    );
  const paid = (kind: 'cash' | 'card') => sum(tenders.flatMap((each) => (each.kind === kind ? [each.amount] : [])));
  const back = (kind: 'cash' | 'card') => sum(refunds.flatMap((each) => (each.kind === kind ? [each.amount] : [])));
  const float = sum(entries.flatMap((entry) => (entry.kind === 'shift-opened' ? [entry.float] : [])));
  const figures = {
    float,
    sales: entries.filter(({ kind }) => kind === 'sale').length,
    returns: entries.filter(({ kind }) => kind === 'return').length,
    cashSales: paid('cash'),
    cardSales: paid('card'),
    cashRefunds: back('cash'),
    cardRefunds: back('card'),
    cashIn: moved('in'),
    cashOut: moved('out'),
  };
  const received = sum([float, figures.cashSales, figures.cashIn]);
  return { ...figures, expectedCash: subtract(received, sum([figures.cashRefunds, figures.cashOut])) };
}

test('X and Z say what the journal adds up to, and how much of it Magento does not have yet', async () => {
  const counter = await openCounter();
  await counter.press('3 times 1 enter 7 enter total enter clear');
  await counter.press('2 times 1 enter total times clear');
  await counter.scan('K1-00000001');
  await counter.press('0 1 enter total enter clear');
  await counter.press('menu 9 3 20 enter 1 clear menu 9 4 5 enter 1 clear');
  await counter.press('menu 9 1 clear');
  const atX = sumOf(counter.journal.kept);
  expect(counter.reports).toMatchObject([{ kind: 'X', ...atX }]);
  await counter.press('7 enter total enter clear menu 9 2 100 enter');
  const atZ = sumOf(counter.journal.kept);
  const documents = counter.journal.unconfirmed().length;
  expect(counter.reports.at(-1)).toMatchObject({ kind: 'Z', ...atZ, unconfirmed: documents });
  // The day had something of each.
  expect(Object.entries(atZ).filter(([name, value]) => value === 0 && name !== 'cardRefunds')).toEqual([]);
  expect(documents).toBe(4);
});
