import { beforeEach, describe, expect, it } from 'vitest';
import type { PaymentOutcome } from '../../../../drivers/payment-terminal/payment-terminal.ts';
import { money } from '../../../../src/money/money.ts';
import { minutes, seconds } from '../../../../src/platform/clock.ts';
import { settled } from '../../fake-place.ts';
import { AdyenRig, card } from './adyen-rig.ts';

const paymentId = '0193597e-1111-7000-8000-000000000001';
const request = {
  paymentId,
  amount: money('12.50'),
  currency: 'EUR',
  reference: 'K1-00000042',
  offline: 'allowed' as const,
};

let rig: AdyenRig;
const pay = (id = paymentId): Promise<PaymentOutcome> => rig.driver.pay({ ...request, paymentId: id }, () => undefined);

/** Pays with a card, letting the terminal work. */
async function paid(id = paymentId): Promise<PaymentOutcome> {
  const outcome = pay(id);
  await settled();
  expect(rig.terminal.present(card)).toBe(true);
  await rig.clock.advance(seconds(1));
  return outcome;
}

beforeEach(async () => {
  rig = new AdyenRig();
  await rig.driver.start();
});

describe('a payment at an Adyen terminal', () => {
  it('is approved online, with the references that Adyen’s reports will name it by', async () => {
    expect(rig.driver.health()).toMatchObject({ state: 'ready', driver: 'adyen' });
    const outcome = await paid();
    expect(outcome).toEqual({
      kind: 'approved',
      card: {
        brand: 'mc',
        maskedPan: expect.stringMatching(/^541333\*+0010$/),
        authorizationCode: expect.stringMatching(/^\d{6}$/),
        terminalReference: expect.stringContaining('.'),
        entryMode: 'contactless',
      },
      references: {
        tender: expect.stringMatching(/^[A-Z]{4}00\d{13}$/),
        merchant: `K1-00000042_${paymentId}`,
        trace: null,
        terminalReceipt: null,
        psp: expect.stringMatching(/^88\d{14}$/),
        terminalTime: expect.stringMatching(/^2026-11-23T/),
      },
    });
    expect(rig.terminal.approved()).toMatchObject([{ amount: 12.5, reference: `K1-00000042_${paymentId}` }]);
    expect(rig.driver.offline?.host()).toBe('reachable');
  });

  it('is told apart when taken without the bank: the chip’s own yes, or kept for the issuer to decide', async () => {
    rig.terminal.offline = 'offline-emv';
    expect(await paid()).toMatchObject({
      kind: 'approved-offline',
      card: { authorizationCode: null },
      references: { psp: null, tender: expect.stringMatching(/^[A-Z]{4}00\d{13}$/) },
    });
    expect(rig.driver.offline?.host()).toBe('unreachable');
    expect(rig.driver.health().condition).toContain('can’t reach the bank');

    rig.terminal.offline = 'stored';
    expect(await paid('0193597e-1111-7000-8000-000000000002')).toMatchObject({
      kind: 'stored',
      references: { psp: null },
    });
  });

  it('is declined, and cancelled from either side', async () => {
    const declined = pay();
    await settled();
    rig.terminal.decline();
    await rig.clock.advance(seconds(1));
    expect(await declined).toEqual({ kind: 'declined', reason: 'Declined' });

    const stopped = pay('0193597e-1111-7000-8000-000000000002');
    await settled();
    rig.terminal.stop();
    expect(await stopped).toEqual({ kind: 'cancelled', reason: 'Cancelled by shopper' });

    const third = '0193597e-1111-7000-8000-000000000003';
    const cancelled = pay(third);
    await settled();
    await rig.driver.cancel(third);
    expect(await cancelled).toEqual({ kind: 'cancelled', reason: 'Aborted by merchant' });
    expect(rig.terminal.approved()).toEqual([]);
  });

  it('whose reply was lost is cleared up by a status request, never repeated', async () => {
    rig.terminal.dropNextReply = true;
    expect(await paid()).toMatchObject({ kind: 'approved', references: { psp: expect.any(String) } });
    expect(rig.terminal.approved()).toHaveLength(1);
  });

  it('whose reply is late is asked about after 120 s', async () => {
    rig.terminal.delayNextReply = minutes(4);
    const outcome = pay();
    let ended = false;
    void outcome.then(() => {
      ended = true;
    });
    await settled();
    rig.terminal.present(card);
    await rig.clock.advance(seconds(119));
    expect(ended).toBe(false);
    await rig.clock.advance(seconds(2));
    expect(await outcome).toMatchObject({ kind: 'approved' });
    expect(rig.terminal.approved()).toHaveLength(1);
  });

  it('that no customer finishes is aborted after 120 s, so that no later card is charged for it', async () => {
    const outcome = pay();
    await rig.clock.advance(seconds(140));
    expect(await outcome).toEqual({ kind: 'cancelled', reason: 'Aborted by merchant' });
    expect(rig.terminal.present(card)).toBe(false);
  });

  it('is unknown while the terminal is silent, and known again when it is asked later', async () => {
    const outcome = pay();
    await settled();
    rig.terminal.dropNextReply = true;
    rig.terminal.present(card);
    rig.reachable = false;
    await rig.clock.advance(minutes(2));
    expect(await outcome).toMatchObject({ kind: 'unknown' });

    rig.reachable = true;
    await rig.clock.advance(seconds(60));
    expect(await rig.driver.status(paymentId)).toMatchObject({
      kind: 'approved',
      references: { merchant: `K1-00000042_${paymentId}` },
    });
  });

  it('is found by its key alone after a crash of the till; what still waits for a card is ended', async () => {
    await paid();
    const driver = rig.restarted();
    await driver.start();
    expect(await driver.status(paymentId)).toMatchObject({ kind: 'approved' });

    const second = '0193597e-1111-7000-8000-000000000002';
    void pay(second);
    await settled();
    const asked = driver.status(second);
    await rig.clock.advance(seconds(20));
    expect(await asked).toEqual({ kind: 'cancelled', reason: 'Aborted by merchant' });
    expect(rig.terminal.present(card)).toBe(false);

    const never = driver.status('0193597e-1111-7000-8000-000000000009');
    await rig.clock.advance(minutes(2));
    expect(await never).toEqual({ kind: 'not-found' });
    await driver.stop();
  });

  it('is not begun where the terminal is busy, gone, or of another passphrase', async () => {
    rig.terminal.busy = true;
    expect(await pay()).toEqual({ kind: 'cancelled', reason: 'the card terminal is busy' });
    rig.terminal.busy = false;

    rig.reachable = false;
    expect(await pay('0193597e-1111-7000-8000-000000000002')).toMatchObject({
      kind: 'cancelled',
      reason: 'the card terminal never had it',
    });
    expect(await pay()).toMatchObject({ kind: 'cancelled', reason: 'the card terminal is not connected' });
    expect(rig.terminal.approved()).toEqual([]);

    const stranger = new AdyenRig('another passphrase');
    await stranger.driver.start();
    expect(stranger.driver.health()).toMatchObject({ state: 'absent', condition: expect.stringContaining('401') });
    await stranger.driver.stop();
  });

  it('of another amount than was asked for goes back at once', async () => {
    rig.terminal.approveInstead = 5;
    expect(await paid()).toMatchObject({ kind: 'cancelled', reason: expect.stringContaining('given back') });
    expect(rig.terminal.reversals).toBe(1);

    rig.terminal.refuseReversals = true;
    const second = '0193597e-1111-7000-8000-000000000002';
    expect(await paid(second)).toMatchObject({ kind: 'unknown' });
    expect(await rig.driver.status(second)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('a part of it'),
    });
  });

  it('is one at a time', async () => {
    const first = pay();
    await settled();
    expect(await pay('0193597e-1111-7000-8000-000000000002')).toMatchObject({
      kind: 'cancelled',
      reason: expect.stringContaining('another payment'),
    });
    rig.terminal.stop();
    await first;
  });
});

describe('money back at an Adyen terminal', () => {
  async function original() {
    const outcome = await paid();
    if (outcome.kind !== 'approved' || outcome.references === undefined) throw new Error('not approved');
    return { paymentId, amount: request.amount, references: outcome.references };
  }

  it('reverses a payment once, however often it is asked', async () => {
    const payment = await original();
    const asked = rig.driver.reverse?.(payment);
    await rig.clock.advance(seconds(10));
    expect(await asked).toEqual({ kind: 'reversed' });
    expect(await rig.driver.reverse?.(payment)).toEqual({ kind: 'reversed' });
    expect(rig.terminal.reversals).toBe(1);
  });

  it('refunds part of a payment to its card, and finds the refund again after a lost answer', async () => {
    const payment = await original();
    const refundId = '0193597e-2222-7000-8000-000000000001';
    rig.terminal.dropNextReply = true;
    expect(
      await rig.driver.refund?.(
        { paymentId: refundId, amount: money('2.50'), currency: 'EUR', reference: 'K1-00000043', original: payment },
        () => undefined,
      ),
    ).toMatchObject({
      kind: 'approved',
      references: { merchant: `K1-00000043_${refundId}`, psp: expect.stringMatching(/^88\d+$/) },
    });
    expect(rig.terminal.reversals).toBe(1);
    const asked = rig.driver.status(refundId);
    await rig.clock.advance(seconds(10));
    expect(await asked).toMatchObject({ kind: 'approved' });
  });

  it('refunds without reference to whatever card is presented', async () => {
    const refundId = '0193597e-2222-7000-8000-000000000002';
    const outcome = rig.driver.refund?.(
      { paymentId: refundId, amount: money('3'), currency: 'EUR', reference: 'K1-00000044', original: null },
      () => undefined,
    );
    await settled();
    rig.terminal.present(card);
    await rig.clock.advance(seconds(1));
    expect(await outcome).toMatchObject({ kind: 'approved', card: { brand: 'mc' } });
    expect(rig.terminal.approved()).toEqual([]);
  });

  it('says what is refused', async () => {
    const payment = await original();
    rig.terminal.refuseReversals = true;
    const asked = rig.driver.reverse?.(payment);
    await rig.clock.advance(seconds(10));
    expect(await asked).toEqual({ kind: 'refused', reason: 'Refund not allowed' });
  });
});

describe('an Adyen terminal’s health', () => {
  it('is looked at twice a minute: gone, back, and without its bank', async () => {
    rig.terminal.offline = 'stored';
    await rig.clock.advance(seconds(31));
    expect(rig.driver.offline?.host()).toBe('unreachable');
    expect(await rig.driver.diagnose?.()).toMatchObject({ kind: 'trouble', host: 'unreachable' });

    rig.reachable = false;
    await rig.clock.advance(seconds(31));
    expect(rig.driver.health()).toMatchObject({ condition: 'the card terminal can’t be reached' });
    rig.reachable = true;
    rig.terminal.offline = null;
    await rig.clock.advance(seconds(10));
    expect(rig.driver.health().state).toBe('ready');
    expect(await rig.driver.diagnose?.()).toMatchObject({ kind: 'well', host: 'reachable' });
    await rig.driver.stop();
    expect(rig.clock.waiting).toBe(0);
  });
});

describe('card data', () => {
  it('that the terminal sends in its answers goes no further than the driver', async () => {
    const outcomes: unknown[] = [];
    for (const [index, offline] of [null, 'offline-emv', 'stored'].entries()) {
      rig.terminal.offline = offline as 'stored' | null;
      const id = `0193597e-1111-7000-8000-00000000001${index}`;
      outcomes.push(await paid(id), await rig.driver.status(id));
    }
    const seen = JSON.stringify([outcomes, rig.logged, rig.received, rig.driver.health()]);
    for (const secret of [card.number, card.track2.slice(1, 30), '89010010', 'TrackValue', 'SensitiveCardData']) {
      expect(seen).not.toContain(secret);
    }
  });
});
