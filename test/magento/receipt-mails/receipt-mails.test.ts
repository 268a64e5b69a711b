import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailId } from '../../../src/platform/ids.ts';
import type { ReceiptMail } from '../../../src/register/receipt-mail.ts';
import type { CompletedSale } from '../../../src/register/sale.ts';
import { sendWaitingMails } from '../../../src/showroom/magento/order-mails.ts';
import { Rig } from '../../sweep/rig.ts';
import { sweepSale } from '../../sweep/sales.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
});
afterEach(() => rig.close());

let mails = 0;
function mailOf(sale: CompletedSale, to = 'erika@example.com'): ReceiptMail {
  mails += 1;
  const mailId = `01900000-0000-7000-b000-${String(mails).padStart(12, '0')}` as MailId;
  return { version: 1, mailId, saleId: sale.saleId, receiptNumber: sale.receiptNumber, to, stamp: sale.stamp };
}

const bring = (mail: ReceiptMail) => rig.bring({ kind: 'receipt-mail', mail });
const sent = () => rig.shop.shop.ledger.mails.map(({ to }) => to);
const orderOf = (sale: CompletedSale) =>
  rig.shop.shop.ledger.orders.find(({ row }) =>
    [row['ext_order_id'], row['increment_id']].includes(sale.receiptNumber),
  );

describe.each(['quote', 'direct', 'module'] as const)('of a sale that went in by recipe %s', (recipe) => {
  it('the shop sends it to the address that was given, once', async () => {
    rig.recipe = recipe;
    const sale = sweepSale('plain', 1);
    await rig.deliver(sale);
    const before = JSON.stringify({ ...orderOf(sale)?.row, customer_email: '', email_sent: 0, updated_at: '' });
    const seen = await bring(mailOf(sale));
    expect(seen).toMatchObject({ state: 'confirmed' });
    expect(seen.answer).toMatch(/^Receipt K1-00000001 \(order .+\) was sent by e-mail$/);
    expect(sent()).toEqual(['erika@example.com']);
    const after = { ...orderOf(sale)?.row, customer_email: '', email_sent: 0, updated_at: '' };
    expect(JSON.stringify(after), 'nothing else of the order changes').toBe(before);
  });

  it('never twice by an answer that was lost after Magento had marked the order', async () => {
    rig.recipe = recipe;
    for (const [index, kind] of (['drop-after', 'error-after', 'truncate'] as const).entries()) {
      const sale = sweepSale('plain', index + 1);
      await rig.deliver(sale);
      for (const path of ['/V1/orders$', '/emails$']) {
        rig.shop.faults.set([{ action: { kind }, method: 'POST', path, times: 1 }]);
        const before = sent().length;
        expect(await bring(mailOf(sale))).toMatchObject({ state: 'confirmed' });
        expect(sent()).toHaveLength(before + 1);
      }
    }
  });
});

it('waits for its sale, and the sales behind it do not wait for it', async () => {
  const [first, second] = [sweepSale('plain', 1), sweepSale('plain', 2)];
  rig.shop.shop.data.orderMails = 'refused';
  await rig.journal.append({ kind: 'sale', sale: first });
  await rig.journal.append({ kind: 'receipt-mail', mail: mailOf(first) });
  await rig.journal.append({ kind: 'sale', sale: second });
  const mended = { at: 0 };
  await rig.drain(undefined, (running) => {
    const isIn = running.journal.sale(second.saleId)?.delivery.state === 'confirmed';
    if (!isIn || mended.at > 0) return;
    expect(sent()).toEqual([]);
    mended.at = running.clock.monotonic();
    running.shop.shop.data.orderMails = 'at-once';
  });
  expect(mended.at).toBeGreaterThan(0);
  expect(sent()).toEqual(['erika@example.com']);
});

it('tells that the shop has it in its queue, where cron sends the shop’s e-mails', async () => {
  rig.shop.shop.data.orderMails = 'by-cron';
  const sale = sweepSale('plain', 1);
  await rig.deliver(sale);
  const seen = await bring(mailOf(sale));
  expect(seen).toMatchObject({ state: 'confirmed' });
  expect(seen.answer).toContain('is in the shop’s queue of e-mails');
  expect(sent()).toEqual([]);
  sendWaitingMails(rig.shop.shop);
  expect(sent()).toEqual(['erika@example.com']);
});

it.each(['off', 'refused'] as const)(
  'is for a person to see to when the shop’s e-mails are %s for long',
  async (how) => {
    rig.shop.shop.data.orderMails = how;
    const sale = sweepSale('plain', 1);
    await rig.deliver(sale);
    const mail = mailOf(sale);
    const seen = await bring(mail);
    expect(seen).toMatchObject({ state: 'parked' });
    expect(seen.answer).toContain('Magento sent nothing: its order e-mails are switched off');
    expect(rig.journal.sale(sale.saleId)?.delivery.state).toBe('confirmed');
    expect(rig.shop.calls.filter(({ path }) => path.endsWith('/emails'))).toHaveLength(6);

    rig.shop.shop.data.orderMails = 'at-once';
    const parked = rig.journal.document(mail.mailId)?.delivery;
    if (parked === undefined) throw new Error('not in the journal');
    await rig.journal.append({ kind: 'delivery', delivery: { ...parked, state: 'waiting' } });
    await rig.drain();
    expect(sent()).toEqual(['erika@example.com']);
  },
);

it('of a sale that was withdrawn, a person sees to it', async () => {
  const sale = sweepSale('plain', 1);
  await rig.journal.append({ kind: 'sale', sale });
  const queued = rig.journal.sale(sale.saleId)?.delivery;
  if (queued === undefined) throw new Error('not queued');
  await rig.journal.append({
    kind: 'delivery',
    delivery: { ...queued, state: 'withdrawn', withdrawn: { by: 'Ada', why: 'by hand' } },
  });
  const seen = await bring(mailOf(sale));
  expect(seen).toMatchObject({ state: 'parked' });
  expect(seen.answer).toContain('withdrawn by Ada (by hand)');
});
