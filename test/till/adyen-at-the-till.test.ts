import { beforeEach, describe, expect, test } from 'vitest';
import { money } from '../../src/money/money.ts';
import { offlinePolicy } from '../../src/payments/presets.ts';
import { AcquirerReports } from '../../src/payments/reports.ts';
import { minutes, seconds } from '../../src/platform/clock.ts';
import { settled } from '../drivers/fake-place.ts';
import { AdyenRig, card } from '../drivers/payment-terminal/adyen/adyen-rig.ts';
import { Counter, openCounter } from './fakes/counter.ts';

// A whole till with Adyen's driver, against the simulated terminal: the same bytes as in a shop, without a network.

let rig: AdyenRig;
let counter: Counter;
const policy = offlinePolicy('adyen', { allowed: true, maximumAmount: money('50') }, 'EUR');

beforeEach(async () => {
  rig = new AdyenRig();
  await rig.driver.start();
  counter = await openCounter({ clock: rig.clock, terminalLine: rig.driver, policy });
});

/** Sells one piece of PLU 7 (18.50) by card. */
async function sold(): Promise<void> {
  await counter.press('7 enter total times');
  await settled();
  rig.terminal.present(card);
  await rig.clock.advance(seconds(1));
  await counter.idle();
}

const lastCard = () => {
  const tender = counter.sales.at(-1)?.tenders[0];
  if (tender?.kind !== 'card') throw new Error('not paid by card');
  return tender.card;
};
const stateOf = (paymentId: string): string | undefined => counter.cards.ledger.find(paymentId)?.payment.state;

describe('a till with an Adyen terminal', () => {
  test('sells online, offline by the chip’s word, and provisionally', async () => {
    await sold();
    expect(lastCard()).toMatchObject({ outcome: 'approved', brand: 'mc' });
    rig.terminal.offline = 'offline-emv';
    await rig.clock.advance(seconds(31));
    await sold();
    expect(lastCard().outcome).toBe('approved-offline');
    rig.terminal.offline = 'stored';
    await sold();
    expect(lastCard().outcome).toBe('stored');
    expect(counter.screen).toContain('Not final');
    expect(counter.cards.offline.standing().stored.count).toBe(2);
  });

  test('loses no sale and charges no card twice when it dies before the answer', async () => {
    await counter.press('7 enter total times');
    await settled();
    rig.terminal.delayNextReply = minutes(10);
    rig.terminal.present(card);
    await rig.clock.advance(seconds(2));
    expect(counter.sales).toHaveLength(0);

    const line = rig.restarted();
    await line.start();
    counter = new Counter({
      clock: rig.clock,
      random: counter.random,
      terminalLine: line,
      policy,
      kept: [...counter.journal.kept],
    });
    await counter.idle();
    await rig.clock.advance(seconds(30));
    await counter.idle();
    expect(counter.sales).toHaveLength(1);
    expect(lastCard()).toMatchObject({ outcome: 'approved' });
    expect(rig.terminal.approved()).toHaveLength(1);
    await line.stop();
  });

  test('hears later by Adyen’s own names what became of a stored payment', async () => {
    rig.terminal.offline = 'stored';
    await rig.clock.advance(seconds(31));
    await sold();
    const { paymentId } = lastCard();
    const reports = new AcquirerReports(counter.cards.ledger, counter.journal, async () => undefined);
    const taking = await reports.take({
      acquirer: 'adyen',
      about: { psp: '8815573255107661', merchant: `K1-00000001_${paymentId}` },
      event: {
        kind: 'issuer-declined',
        reason: 'Refused',
        at: rig.clock.now(),
        eventId: 'adyen:AUTHORISATION:8815:false',
      },
    });
    expect(taking.kind).toBe('advanced');
    expect(stateOf(paymentId)).toBe('declined-late');
    expect(counter.cards.cases).toMatchObject([{ kind: 'payment-declined', receiptNumber: 'K1-00000001' }]);
  });

  test('gives money back to the card that paid, by the references that Adyen wants', async () => {
    await sold();
    await counter.press('clear');
    await counter.scan('K1-00000001');
    await counter.press('0 1 enter total times');
    await rig.clock.advance(seconds(1));
    await counter.idle();
    expect(rig.terminal.reversals).toBe(1);
    expect(counter.returns).toMatchObject([{ refunds: [{ kind: 'card', amount: money('18.50') }] }]);
  });

  test('lets nothing of a card but first six and last four digits into journal, display, receipt or log', async () => {
    for (const offline of [null, 'offline-emv', 'stored'] as const) {
      rig.terminal.offline = offline;
      await rig.clock.advance(seconds(31));
      await sold();
    }
    rig.terminal.offline = null;
    rig.terminal.dropNextReply = true;
    await sold();
    await counter.press('7 enter total times');
    await settled();
    rig.terminal.decline();
    await rig.clock.advance(seconds(1));
    await counter.idle();
    expect(counter.sales).toHaveLength(4);
    const seen = JSON.stringify([
      counter.journal.kept,
      counter.printed,
      counter.screen,
      counter.customerDisplay.rows,
      rig.logged,
      rig.received,
    ]);
    expect(seen).toContain('541333****0010');
    for (const secret of [card.number, card.number.slice(4, 14), card.track2.slice(1, 24), `"${card.expiry}"`]) {
      expect(seen).not.toContain(secret);
    }
  });
});
