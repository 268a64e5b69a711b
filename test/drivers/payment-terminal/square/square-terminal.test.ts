import { beforeEach, describe, expect, it } from 'vitest';
import type { PaymentOutcome, PaymentTerminal } from '../../../../drivers/payment-terminal/payment-terminal.ts';
import { createSquareClient } from '../../../../drivers/payment-terminal/square/square-client.ts';
import { createSquareTerminal } from '../../../../drivers/payment-terminal/square/square-terminal.ts';
import { money } from '../../../../src/money/money.ts';
import { minutes, seconds } from '../../../../src/platform/clock.ts';
import { uuidv7 } from '../../../../src/platform/ids.ts';
import { silentLogger } from '../../../../src/platform/log.ts';
import { systemRandom } from '../../../../src/platform/system-random.ts';
import { ManualClock } from '../../../tools/manual-clock.ts';
import { settled } from '../../fake-place.ts';
import { SimulatedSquare } from './simulated-square.ts';

let clock: ManualClock;
let square: SimulatedSquare;
let driver: PaymentTerminal;

const freshId = (): string => uuidv7(clock, systemRandom);
const pay = (paymentId: string, currency = 'EUR'): Promise<PaymentOutcome> =>
  driver.pay(
    { paymentId, amount: money('12.50'), currency, reference: 'K1-00000042', offline: 'forbidden' },
    () => undefined,
  );

async function paid(paymentId: string): Promise<PaymentOutcome> {
  const outcome = pay(paymentId);
  await settled();
  square.present();
  await clock.advance(seconds(5));
  return outcome;
}

function restarted(token = 'token'): PaymentTerminal {
  const client = createSquareClient({
    baseUrl: 'https://square.example/',
    accessToken: token,
    transport: square,
    clock,
  });
  return createSquareTerminal({
    name: 'card terminal',
    client,
    deviceId: 'D1',
    locationId: 'L1',
    clock,
    log: silentLogger,
  });
}

beforeEach(async () => {
  clock = new ManualClock();
  square = new SimulatedSquare(clock);
  driver = restarted();
  await driver.start();
});

describe('a payment at a Square terminal', () => {
  it('is approved, with Square’s own name for it, and nothing of the card but its last four digits', async () => {
    const paymentId = freshId();
    expect(await paid(paymentId)).toEqual({
      kind: 'approved',
      card: {
        brand: 'AMERICAN EXPRESS',
        maskedPan: '****1234',
        authorizationCode: 'A1B2C3',
        terminalReference: 'PAY1',
        entryMode: 'contactless',
      },
      references: {
        tender: null,
        merchant: paymentId,
        trace: null,
        terminalReceipt: null,
        psp: 'PAY1',
        terminalTime: null,
      },
    });
    expect(square.checkouts).toMatchObject([
      { reference_id: paymentId, amount_money: { amount: 1250, currency: 'EUR' } },
    ]);
    expect(driver.offline).toBeUndefined();
  });

  it('whose answer was lost is found again, never asked for twice', async () => {
    const paymentId = freshId();
    square.loseNextAnswer = true;
    const outcome = pay(paymentId);
    await settled();
    square.present();
    await clock.advance(seconds(5));
    expect(await outcome).toMatchObject({ kind: 'approved' });
    expect(square.checkouts).toHaveLength(1);
    expect(square.payments).toHaveLength(1);
  });

  it('ends when nobody presents a card, and when the till gives it up', async () => {
    const alone = pay(freshId());
    await settled();
    square.walkAway();
    await clock.advance(seconds(5));
    expect(await alone).toEqual({ kind: 'cancelled', reason: 'no card was presented in time' });

    const paymentId = freshId();
    const given = pay(paymentId);
    await settled();
    await driver.cancel(paymentId);
    await clock.advance(seconds(5));
    expect(await given).toEqual({ kind: 'cancelled', reason: 'cancelled at the till' });
  });

  it('is found by its key alone after a crash; what still waits for a card is cancelled', async () => {
    const first = freshId();
    await paid(first);
    const second = freshId();
    void pay(second);
    await settled();
    const other = restarted();
    await other.start();
    expect(await other.status(first)).toMatchObject({ kind: 'approved', references: { psp: 'PAY1' } });
    const asked = other.status(second);
    await clock.advance(seconds(5));
    expect(await asked).toEqual({ kind: 'cancelled', reason: 'cancelled at the till' });
    const never = other.status(freshId());
    await clock.advance(seconds(5));
    expect(await never).toEqual({ kind: 'not-found' });
    await other.stop();
  });

  it('is not begun without Square, and unknown where Square falls silent', async () => {
    const paymentId = freshId();
    const outcome = pay(paymentId);
    await settled();
    square.reachable = false;
    await clock.advance(minutes(6));
    expect(await outcome).toMatchObject({ kind: 'unknown' });
    expect(await driver.status(paymentId)).toMatchObject({ kind: 'unknown' });
    expect(await pay(freshId())).toMatchObject({ kind: 'cancelled' });
    expect(driver.health().condition).toContain('can’t be reached');
    const stranger = restarted('another token');
    square.reachable = true;
    await stranger.start();
    expect(stranger.health()).toMatchObject({ state: 'absent', condition: 'who are you?' });
  });

  it('of another amount than was asked for is nothing to be sure of', async () => {
    square.chargeInstead = 1300;
    expect(await paid(freshId())).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('another amount') });
    expect(await pay(freshId(), 'JPY')).toEqual({ kind: 'cancelled', reason: 'JPY has no such amount' });
  });
});

describe('money back through Square', () => {
  async function original() {
    const paymentId = freshId();
    const outcome = await paid(paymentId);
    if (outcome.kind !== 'approved' || outcome.references === undefined) throw new Error('not approved');
    return { paymentId, amount: money('12.50'), references: outcome.references };
  }

  it('is asked for once per key, and found again after a lost answer', async () => {
    const payment = await original();
    const paymentId = freshId();
    const request = { paymentId, amount: money('2.50'), currency: 'EUR', reference: 'K1-00000043', original: payment };
    square.loseNextAnswer = true;
    expect(await driver.refund?.(request, () => undefined)).toMatchObject({ kind: 'unknown' });
    const asked = driver.status(paymentId);
    await clock.advance(seconds(5));
    expect(await asked).toMatchObject({ kind: 'approved', references: { psp: 'REF1' } });
    expect(await driver.refund?.(request, () => undefined)).toMatchObject({
      kind: 'approved',
      references: { psp: 'REF1' },
    });
    expect(await driver.reverse?.(payment)).toEqual({ kind: 'reversed' });
    expect(await driver.reverse?.(payment)).toEqual({ kind: 'reversed' });
    expect(square.refunds).toHaveLength(2);
  });

  it('needs the payment', async () => {
    const request = { paymentId: freshId(), amount: money('1'), currency: 'EUR', reference: 'r', original: null };
    expect(await driver.refund?.(request, () => undefined)).toMatchObject({
      kind: 'cancelled',
      reason: expect.stringContaining('find the receipt'),
    });
  });
});
