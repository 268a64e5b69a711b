import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { money } from '../../../src/money/money.ts';
import type { OutcomeId } from '../../../src/platform/ids.ts';
import type { PaymentOutcomeNote } from '../../../src/register/payment-outcome.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import { Rig } from '../../sweep/rig.ts';
import { sweepSale } from '../../sweep/sales.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

/** Paid by a card that the bank decides about later. */
function byCard(counter: number): CompletedSale {
  const plain = sweepSale('plain', counter);
  const card = {
    paymentId: `p-${counter}`,
    outcome: 'stored',
    brand: 'Visa',
    maskedPan: '411111******1111',
    authorizationCode: null,
    terminalReference: null,
    entryMode: 'chip',
  } as const;
  return { ...plain, tenders: [{ kind: 'card', amount: plain.totals.grandTotal, card }] };
}

let notes = 0;
function noteOf(
  sale: CompletedSale,
  kind: PaymentOutcomeNote['kind'],
  change: Partial<PaymentOutcomeNote> = {},
): PaymentOutcomeNote {
  notes += 1;
  return {
    version: 1,
    outcomeId: `01900000-0000-7000-a000-${String(notes).padStart(12, '0')}` as OutcomeId,
    saleId: sale.saleId,
    paymentId: `p-${Number(sale.receiptNumber.slice(-8))}`,
    kind,
    amount: sale.totals.grandTotal,
    words: `${kind} by the test`,
    hold: kind === 'declined',
    stamp: sale.stamp,
    ...change,
  };
}

const orderOf = (sale: CompletedSale) =>
  rig.shop.shop.ledger.orders.find(({ row }) =>
    [row['ext_order_id'], row['increment_id']].includes(sale.receiptNumber),
  );
const bring = (outcome: PaymentOutcomeNote) => rig.bring({ kind: 'payment-outcome', outcome });
const said = (sale: CompletedSale, note: PaymentOutcomeNote): readonly string[] =>
  (orderOf(sale)?.histories ?? [])
    .map((history) => String(history['comment']))
    .filter((comment) => comment.includes(note.outcomeId));

describe('by stock REST calls', () => {
  it.each(['quote', 'direct'] as const)('the order’s history tells it, once (recipe %s)', async (recipe) => {
    rig.recipe = recipe;
    const sale = byCard(1);
    await rig.deliver(sale);
    const note = noteOf(sale, 'settled', { amount: money('39.97') });
    expect(await bring(note)).toMatchObject({ state: 'confirmed' });
    expect(said(sale, note)).toEqual([
      expect.stringMatching(/^Card payment of 39\.97 EUR settled, .*\nsettled by the test\nPayment p-1, outcome /),
    ]);
    expect(rig.journal.document(note.outcomeId)?.delivery).toMatchObject({
      order: { orderId: orderOf(sale)?.id },
      made: { kind: 'comment' },
    });
  });

  it('tells that an order which is complete can’t be put on hold', async () => {
    const sale = byCard(1);
    await rig.deliver(sale);
    const note = noteOf(sale, 'declined');
    const seen = await bring(note);
    expect(seen).toMatchObject({ state: 'confirmed' });
    expect(seen.answer).toContain("it is complete, which Magento can't put on hold: see to it by hand");
    expect(said(sale, note)[0]).toContain("Magento can't put on hold");
    expect(orderOf(sale)?.row['state']).toBe('complete');
  });

  it('puts an order on hold that somebody has opened again', async () => {
    const sale = byCard(1);
    await rig.deliver(sale);
    const order = orderOf(sale);
    if (order !== undefined) Object.assign(order.row, { state: 'processing', status: 'processing' });
    const note = noteOf(sale, 'declined');
    expect(await bring(note)).toMatchObject({ state: 'confirmed' });
    expect(orderOf(sale)?.row['state']).toBe('holded');
    expect(said(sale, note)).toHaveLength(1);
  });

  it('tells it once, whatever becomes of the answers', async () => {
    const sale = byCard(1);
    await rig.deliver(sale);
    for (const kind of ['drop-after', 'error-after', 'truncate'] as const) {
      const order = orderOf(sale);
      if (order !== undefined) Object.assign(order.row, { state: 'processing', status: 'processing' });
      for (const path of ['/comments$', '/hold$']) {
        rig.shop.faults.set([{ action: { kind }, method: 'POST', path, times: 1 }]);
        const note = noteOf(sale, 'declined');
        expect(await bring(note)).toMatchObject({ state: 'confirmed' });
        expect(said(sale, note)).toHaveLength(1);
        expect(orderOf(sale)?.row['state']).toBe('holded');
        if (order !== undefined) Object.assign(order.row, { state: 'processing', status: 'processing' });
      }
    }
  });
});

describe('by the module', () => {
  beforeEach(() => {
    rig.recipe = 'module';
  });

  it('approved: the order is invoiced', async () => {
    const sale = byCard(1);
    await rig.deliver(sale);
    expect(orderOf(sale)?.row['state']).toBe('processing');
    expect(orderOf(sale)?.row['total_paid']).toBeUndefined();
    const seen = await bring(noteOf(sale, 'approved'));
    expect(seen.answer).toContain('it is complete, and invoiced');
    expect(orderOf(sale)?.row).toMatchObject({ state: 'complete', total_paid: 39.97 });
    expect((await bring(noteOf(sale, 'settled'))).state).toBe('confirmed');
    expect(rig.shop.shop.ledger.invoices).toHaveLength(1);
  });

  it('declined: the order is on hold; approved after all: released and invoiced', async () => {
    const sale = byCard(1);
    await rig.deliver(sale);
    await bring(noteOf(sale, 'declined'));
    expect(orderOf(sale)?.row['state']).toBe('holded');
    await bring(noteOf(sale, 'approved'));
    expect(orderOf(sale)?.row['state']).toBe('complete');
  });

  it('declined, but not to be held: only told', async () => {
    const sale = byCard(1);
    await rig.deliver(sale);
    await bring(noteOf(sale, 'expired', { hold: false }));
    expect(orderOf(sale)?.row['state']).toBe('processing');
  });

  it('charged back after the order was complete: told, and that it can’t be held', async () => {
    const sale = byCard(1);
    await rig.deliver(sale);
    await bring(noteOf(sale, 'approved'));
    const seen = await bring(noteOf(sale, 'charged-back', { hold: true }));
    expect(seen.answer).toContain("it is complete, which Magento can't put on hold");
  });

  it('once, whatever becomes of the answers', async () => {
    for (const [index, kind] of (['drop-after', 'error-after', 'truncate'] as const).entries()) {
      const sale = byCard(index + 1);
      await rig.deliver(sale);
      rig.shop.faults.set([{ action: { kind }, method: 'POST', path: '/payments/outcome$', times: 1 }]);
      expect(await bring(noteOf(sale, 'approved'))).toMatchObject({ state: 'confirmed' });
      expect(rig.shop.shop.ledger.invoices.filter(({ orderId }) => orderId === orderOf(sale)?.id)).toHaveLength(1);
    }
  });

  it('of a sale that went in before the module was there, the order’s history tells', async () => {
    rig.recipe = 'quote';
    const sale = byCard(1);
    await rig.deliver(sale);
    rig.recipe = 'module';
    const note = noteOf(sale, 'settled');
    expect(await bring(note)).toMatchObject({ state: 'confirmed' });
    expect(said(sale, note)).toHaveLength(1);
  });

  it('when the module has been taken away, likewise', async () => {
    const sale = byCard(1);
    await rig.deliver(sale);
    rig.recipe = 'quote';
    const note = noteOf(sale, 'declined');
    expect(await bring(note)).toMatchObject({ state: 'confirmed' });
    expect(said(sale, note)).toHaveLength(1);
    expect(orderOf(sale)?.row['state']).toBe('holded');
  });
});

it('of a sale that was withdrawn, a person sees to it', async () => {
  const sale = byCard(1);
  await rig.journal.append({ kind: 'sale', sale });
  const queued = rig.journal.sale(sale.saleId)?.delivery;
  if (queued === undefined) throw new Error('not queued');
  await rig.journal.append({
    kind: 'delivery',
    delivery: { ...queued, state: 'withdrawn', withdrawn: { by: 'Ada', why: 'by hand' } },
  });
  const seen = await bring(noteOf(sale, 'declined'));
  expect(seen).toMatchObject({ state: 'parked' });
  expect(seen.answer).toContain('withdrawn by Ada (by hand)');
});
