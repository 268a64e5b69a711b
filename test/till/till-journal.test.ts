import { afterAll, expect, test, vi } from 'vitest';
import { openJournal } from '../../src/journal/open-journal.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { freshFolder, removeFolders, unconfirmedSales } from '../journal/workbench.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { Counter, countingRandom, settings } from './fakes/counter.ts';
import { FakeTerminal } from './fakes/devices.ts';

afterAll(removeFolders);

test('a day over the real journal: cash, split, a lost card answer, a stop and a second start', async () => {
  const dataDir = await freshFolder();
  const clock = new ManualClock();
  const random = countingRandom();
  const terminal = new FakeTerminal();
  const open = (provision: boolean) =>
    openJournal({ dataDir, terminalId: settings.terminalId, clock, log: silentLogger, provision });

  const { journal } = await open(true);
  const counter = new Counter({ clock, random, terminal, realJournal: journal });
  await counter.press('50 enter 2 times 1 enter total 5 enter');
  expect(counter.screen).toBe('Change        3.02 €|K1-00000001       ok');
  await counter.press('2 enter total');
  // Refused as long as earlier payments are looked for.
  await vi.waitFor(async () => {
    await counter.press('10 times');
    expect(counter.screen).toBe('Card paid 10.00 €|');
  });
  await counter.press('5 enter');
  terminal.plan = 'lost';
  terminal.deaf = true;
  await counter.press('7 enter total times');
  expect(counter.till.status().mode).toBe('card-unknown');
  await counter.till.stop();
  await journal.close();

  terminal.deaf = false;
  const reopened = await open(false);
  const again = new Counter({ clock, random, terminal, realJournal: reopened.journal });
  await vi.waitFor(() => expect(again.screen).toBe('Earlier card payment|ok: K1-00000003'));
  expect(reopened.journal.openShift).toMatchObject({ sales: 3, cashSales: 198 + 290, cardSales: 1000 + 1850 });
  expect(unconfirmedSales(reopened.journal).map((sale) => sale.receiptNumber)).toEqual([
    'K1-00000001',
    'K1-00000002',
    'K1-00000003',
  ]);
  expect(await again.till.closeShift({ counted: null })).toMatchObject({ kind: 'Z', expectedCash: 5000 + 488 });
  await again.till.stop();
  await reopened.journal.close();
});
