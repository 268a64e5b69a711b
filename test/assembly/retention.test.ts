import { describe, expect, test } from 'vitest';
import { pruneSales } from '../../src/assembly/retention.ts';
import type { JournalEntry, JournalRecord } from '../../src/journal/journal.ts';
import type { PruneWish } from '../../src/journal/prune.ts';
import { hundredths } from '../../src/money/money.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import { stamp } from '../../src/platform/clock.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const signal = new AbortController().signal;
const payment = (paymentId: string, state: object): JournalEntry => ({
  kind: 'payment',
  paymentId,
  amount: hundredths(100),
  state: { version: 1, ...state } as JsonValue,
});

/** What the journal is asked to remove. */
async function wishes(entries: readonly JournalEntry[], clock = new ManualClock()) {
  const records = entries.map((entry, index): JournalRecord => ({ sequence: index + 1, stamp: stamp(clock), entry }));
  const asked: PruneWish[] = [];
  await pruneSales(
    {
      async *records() {
        yield* records;
      },
      prune: async (wish) => asked.push(wish),
    },
    clock,
    90,
    signal,
  );
  return { asked, records };
}

describe('retention', () => {
  test('counts back from now', async () => {
    const { asked } = await wishes([]);
    expect(new Date(asked[0]?.olderThan ?? 0).toISOString()).toBe('2026-08-25T09:00:00.000Z');
  });

  test('keeps a card payment whose sale is still open', async () => {
    const { asked, records } = await wishes([
      payment('open', { phase: 'requested', sale: { saleId: 's1' }, tenders: [] }),
      payment('declined', { phase: 'requested', sale: { saleId: 's2' }, tenders: [] }),
      payment('declined', { phase: 'declined', reason: '' }),
    ]);
    expect(records.map((record) => asked[0]?.isNeeded(record))).toEqual([true, false, false]);
  });

  test('removes nothing while the clock may be wrong', async () => {
    const clock = Object.assign(new ManualClock(), { trusted: () => false });
    expect((await wishes([], clock)).asked).toEqual([]);
  });
});
