import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hundredths } from '../../src/money/money.ts';
import { type ReceiptNumber, terminalId } from '../../src/platform/ids.ts';
import { sampleSale, sampleSaleId, sampleShift } from './sample-sale.ts';
import { all, deliver, freshFolder, openIn, openShift, removeFolders, sell, unconfirmedSales } from './workbench.ts';

afterAll(removeFolders);

describe('a journal', () => {
  it('is begun only when the terminal is put into service', async () => {
    const folder = await freshFolder();
    await expect(openIn(folder)).rejects.toMatchObject({ code: 'journal.not-provisioned' });
    const { journal, report } = await openIn(folder, { provision: true });
    expect(report).toMatchObject({ outcome: 'new', records: 0, lastReceipt: null });
    expect(journal.nextReceiptCounter).toBe(1);
    await journal.close();
    const again = await openIn(folder);
    expect(again.report.outcome).toBe('whole');
    await again.journal.close();
  });

  it('gives back every record after closing, and says that nothing was wrong', async () => {
    const folder = await freshFolder();
    const { journal } = await openIn(folder, { provision: true });
    await openShift(journal);
    const appended = await sell(journal, 5);
    await deliver(journal, 1);
    await deliver(journal, 2, 'parked');
    await deliver(journal, 3, 'waiting');
    const before = await all(journal.records());
    expect(before.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(before.slice(1, 6)).toEqual(appended);
    const facts = [journal.counts, journal.openShift, journal.unconfirmed(), journal.nextReceiptCounter];
    await journal.close();

    const { journal: again, report } = await openIn(folder);
    expect(report).toMatchObject({
      outcome: 'whole',
      records: 9,
      sales: 5,
      unconfirmed: 4,
      lastReceipt: 'K1-00000005',
    });
    expect(await all(again.records())).toEqual(before);
    expect(await all(again.records(7))).toEqual(before.slice(6));
    expect([again.counts, again.openShift, again.unconfirmed(), again.nextReceiptCounter]).toEqual(facts);
    await again.close();
  });

  it('knows a sale by id and by receipt, confirmed or not', async () => {
    const { journal } = await openIn(await freshFolder(), { provision: true });
    await sell(journal, 3);
    await deliver(journal, 2);
    await deliver(journal, 3, 'parked');
    expect(journal.sale(sampleSaleId(1))?.delivery).toMatchObject({ state: 'waiting', attempts: 0, progress: null });
    expect(journal.sale(sampleSaleId(2))?.delivery.order?.orderId).toBe(2);
    expect(journal.saleByReceipt('K1-00000002' as ReceiptNumber)?.sale).toEqual(sampleSale({ counter: 2 }));
    expect(journal.saleByReceipt('K1-00000003' as ReceiptNumber)?.delivery.state).toBe('parked');
    expect(journal.saleByReceipt('K1-00000004' as ReceiptNumber)).toBeUndefined();
    expect(journal.saleByReceipt('K2-00000001' as ReceiptNumber)).toBeUndefined();
    expect(journal.sale(sampleSaleId(99))).toBeUndefined();
    expect(unconfirmedSales(journal).map((sale) => sale.receiptNumber)).toEqual(['K1-00000001', 'K1-00000003']);
    expect(journal.counts).toMatchObject({ sales: 3, waiting: 1, parked: 1, confirmed: 1 });
    await journal.close();
  });

  it('sums up the open shift', async () => {
    const { journal } = await openIn(await freshFolder(), { provision: true });
    expect(journal.openShift).toBeNull();
    await openShift(journal);
    await journal.append({ kind: 'sale', sale: sampleSale({ counter: 1, quantity: 2, tendered: hundredths(5000) }) });
    await journal.append({ kind: 'sale', sale: sampleSale({ counter: 2, pay: 'card' }) });
    const cash = { kind: 'cash-moved', shiftId: sampleShift, reason: 'bank' } as const;
    await journal.append({ ...cash, direction: 'out', amount: hundredths(300) });
    await journal.append({ ...cash, direction: 'in', amount: hundredths(50) });
    expect(journal.openShift).toMatchObject({
      shiftId: sampleShift,
      float: 10_000,
      sales: 2,
      cashSales: 2380,
      cardSales: 1190,
      cashIn: 50,
      cashOut: 300,
      expectedCash: 10_000 + 2380 + 50 - 300,
    });
    const closed = { shiftId: sampleShift, cashier: 'Ada', counted: null, expected: hundredths(12_130) };
    await journal.append({ kind: 'shift-closed', ...closed });
    expect(journal.openShift).toBeNull();
    await journal.close();
  });

  it('takes many at once, in the order they were given, each with its own number', async () => {
    const folder = await freshFolder();
    const { journal } = await openIn(folder, { provision: true });
    const sales = Array.from({ length: 200 }, (_, n) => sampleSale({ counter: n + 1 }));
    const records = await Promise.all(sales.map((sale) => journal.append({ kind: 'sale', sale })));
    expect(records.map(({ sequence }) => sequence)).toEqual(sales.map((_, n) => n + 1));
    await journal.close();
    const { journal: again } = await openIn(folder);
    expect(unconfirmedSales(again)).toEqual(sales);
    await again.close();
  });

  it('refuses what contradicts it, and goes on', async () => {
    const { journal } = await openIn(await freshFolder(), { provision: true });
    await sell(journal, 1);
    const refusals = [
      ['journal.wrong-receipt-number', sampleSale({ counter: 1 })],
      ['journal.wrong-receipt-number', sampleSale({ counter: 3 })],
      ['journal.wrong-receipt-number', sampleSale({ counter: 2, terminal: terminalId('K2') })],
      ['journal.document-exists', sampleSale({ counter: 2, saleId: sampleSaleId(1) })],
    ] as const;
    for (const [code, sale] of refusals) {
      await expect(journal.append({ kind: 'sale', sale })).rejects.toMatchObject({ code, remedy: 'never' });
    }
    await expect(deliver(journal, 7)).rejects.toMatchObject({ code: 'journal.unknown-document' });
    await deliver(journal, 1);
    await expect(deliver(journal, 1)).rejects.toMatchObject({ code: 'journal.document-closed' });
    const huge = 'x'.repeat(5_000_000);
    await expect(
      journal.append({ kind: 'payment', paymentId: 'p', amount: hundredths(1), state: huge, open: true }),
    ).rejects.toMatchObject({ code: 'journal.too-large' });
    await sell(journal, 1);
    expect((await all(journal.records())).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    await journal.close();
    await expect(sell(journal, 1)).rejects.toMatchObject({ code: 'journal.closed' });
  });

  it('does not open for another terminal, from either copy', async () => {
    const folder = await freshFolder();
    const { journal } = await openIn(folder, { provision: true });
    await sell(journal, 1);
    await journal.close();
    const other = { terminalId: terminalId('K2') };
    await expect(openIn(folder, other)).rejects.toMatchObject({ code: 'journal.other-terminal', remedy: 'operator' });
    await rm(join(folder, 'journal'), { recursive: true });
    await expect(openIn(folder, other)).rejects.toMatchObject({ code: 'journal.other-terminal' });
    const { journal: own } = await openIn(folder);
    expect(own.counts.sales).toBe(1);
    await own.close();
  });

  it('refuses of a group only what is wrong', async () => {
    const { journal } = await openIn(await freshFolder(), { provision: true });
    const outcomes = await Promise.allSettled(
      [1, 1, 2, 5, 3].map((counter) => journal.append({ kind: 'sale', sale: sampleSale({ counter }) })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(journal.nextReceiptCounter).toBe(4);
    await journal.close();
  });

  it('finishes what was given to it before closing', async () => {
    const folder = await freshFolder();
    const { journal } = await openIn(folder, { provision: true });
    const appends = [1, 2, 3].map((counter) => journal.append({ kind: 'sale', sale: sampleSale({ counter }) }));
    await journal.close();
    await Promise.all(appends);
    const { journal: again } = await openIn(folder);
    expect(again.counts.sales).toBe(3);
    await again.close();
  });
});
