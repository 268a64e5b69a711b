import { afterEach, expect, it } from 'vitest';
import { nameOf } from '../../src/journal/document.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import { milliseconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import type { DeliveryOutcome, DeliveryTask, Document, Lane } from '../../src/sync/lane.ts';
import { createOutbox, type Outbox } from '../../src/sync/outbox.ts';
import { freshFolder, openIn, removeFolders, sell } from '../journal/workbench.ts';

afterEach(removeFolders);

/** Needs three attempts for each sale, and only believes what the journal kept of the ones before. */
class ThreeAttempts implements Lane {
  readonly name = 'http';
  readonly recipe = 'scripted';
  readonly began: JsonValue[] = [];

  async deliver(document: Document, { progress, checkpoint }: DeliveryTask): Promise<DeliveryOutcome> {
    this.began.push(progress);
    const made = (typeof progress === 'number' ? progress : 0) + 1;
    await checkpoint(made);
    if (made < 3) {
      const retryAfter = milliseconds(1);
      return {
        kind: 'later',
        scope: 'document',
        progress: made,
        code: 'test.more',
        answer: `made ${made}`,
        retryAfter,
      };
    }
    const order = { orderId: made, orderNumber: nameOf(document), stock: 'shipped' };
    return { kind: 'confirmed', order, progress: made, answer: 'done' };
  }
  describe = String;
  probe = async () => ({ kind: 'reachable' as const });
}

const until = (outbox: Outbox, reached: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (reached()) resolve();
    };
    outbox.onChange(look);
    look();
  });

const outboxOver = (journal: LiveJournal, lane: Lane): Outbox =>
  createOutbox({ journal, lane, clock: new SystemClock('Europe/Berlin'), random: systemRandom, log: silentLogger });

it('keeps progress, answers and confirmations in the real journal, and goes on with them after a restart', async () => {
  const folder = await freshFolder();
  const first = await openIn(folder, { provision: true });
  await sell(first.journal, 4);
  const before = outboxOver(first.journal, new ThreeAttempts());
  before.start();
  await until(before, () => first.journal.counts.confirmed >= 1);
  await before.stop();
  const confirmed = first.journal.counts.confirmed;
  await first.journal.close();

  const second = await openIn(folder);
  expect(second.journal.counts).toMatchObject({ sales: 4, confirmed, waiting: 4 - confirmed });
  const kept = second.journal.unconfirmed().map(({ delivery }) => delivery.progress);
  const lane = new ThreeAttempts();
  const after = outboxOver(second.journal, lane);
  after.start();
  await until(after, () => second.journal.counts.waiting === 0);
  await after.stop();
  expect(second.journal.counts).toMatchObject({ confirmed: 4, waiting: 0 });
  expect(lane.began[0] ?? null).toEqual(kept[0] ?? null);
  await second.journal.close();

  const third = await openIn(folder);
  expect(third.report.outcome).toBe('whole');
  expect(third.journal.counts).toMatchObject({ sales: 4, confirmed: 4 });
  await third.journal.close();
});
