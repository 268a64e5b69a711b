import { afterEach, describe, expect, it } from 'vitest';
import type { PaymentRequest, PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import { money } from '../../src/money/money.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { uuidv7 } from '../../src/platform/ids.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { until } from '../drivers/wait.ts';

/** A card terminal's driver and, at the other end of its line, the terminal with its customer. */
export interface PaymentTerminalRig {
  readonly driver: PaymentTerminal;
  readonly clock: Clock;
  /** The terminal waits for a card. */
  waiting(): boolean;
  presentCard(): void;
  presentRefusedCard(): void;
  stopAtTerminal(): void;
  /** The next payment is carried out, and the connection is lost before the till hears so. */
  loseNextResult(): void;
  /** What was charged and not taken back, in hundredths. */
  charged(): readonly number[];
  setPower(on: boolean): Promise<void>;
  dispose(): Promise<void>;
}

/** What every driver of a card terminal must do, over whatever line and protocol. */
export function paymentTerminalContract(name: string, makeRig: () => Promise<PaymentTerminalRig>): void {
  describe(`${name} keeps the payment terminal contract`, () => {
    let rig: PaymentTerminalRig;
    const ready = async (): Promise<void> => {
      rig = await makeRig();
      await rig.driver.start();
      await until(() => rig.driver.health().state === 'ready');
    };
    const request = (amount: string): PaymentRequest => ({
      paymentId: uuidv7(rig.clock, systemRandom),
      amount: money(amount),
      currency: 'EUR',
      reference: 'K1-00000042',
      offline: 'allowed',
    });
    const started = (payment: PaymentRequest, words: string[] = []) => {
      const outcome = rig.driver.pay(payment, (text) => words.push(text));
      return { outcome, waiting: until(() => rig.waiting()) };
    };
    afterEach(async () => {
      await rig.driver.stop();
      await rig.dispose();
    });

    it('is paid by a card, says to whom and shows at most six and four digits', async () => {
      await ready();
      expect(rig.driver.health().kind).toBe('payment-terminal');
      const words: string[] = [];
      const { outcome, waiting } = started(request('12.50'), words);
      await waiting;
      rig.presentCard();
      const paid = await outcome;
      expect(paid.kind).toBe('approved');
      if (paid.kind !== 'approved') return;
      expect(paid.card.maskedPan).toMatch(/^\d{0,6}\*{4,}\d{4}$/);
      expect(paid.card.brand).not.toBe('');
      expect(words.length).toBeGreaterThan(0);
      expect(rig.charged()).toEqual([1250]);
    });

    it('is refused by the bank and stopped by the customer, with a reason, and nothing is charged', async () => {
      await ready();
      const declined = started(request('12.50'));
      await declined.waiting;
      rig.presentRefusedCard();
      expect(await declined.outcome).toEqual({ kind: 'declined', reason: expect.stringMatching(/./) });
      const stopped = started(request('12.50'));
      await stopped.waiting;
      rig.stopAtTerminal();
      expect(await stopped.outcome).toEqual({ kind: 'cancelled', reason: expect.stringMatching(/./) });
      expect(rig.charged()).toEqual([]);
    });

    it('is cancelled at the till', async () => {
      await ready();
      const payment = request('12.50');
      const cancelled = started(payment);
      await cancelled.waiting;
      await rig.driver.cancel(payment.paymentId);
      expect(await cancelled.outcome).toMatchObject({ kind: 'cancelled' });
      expect(rig.charged()).toEqual([]);
      expect(['cancelled', 'not-found']).toContain((await rig.driver.status(payment.paymentId)).kind);
    });

    it('charges a payment once, however often it is asked for, and takes one at a time', async () => {
      await ready();
      const payment = request('12.50');
      const first = started(payment);
      await first.waiting;
      expect(await rig.driver.pay(request('1.00'), () => undefined)).toMatchObject({ kind: 'cancelled' });
      expect(await rig.driver.status(payment.paymentId)).toMatchObject({ kind: 'unknown' });
      rig.presentCard();
      expect(await first.outcome).toMatchObject({ kind: 'approved' });
      expect(await rig.driver.pay(payment, () => undefined)).toMatchObject({ kind: 'approved' });
      expect(rig.charged()).toEqual([1250]);
    });

    it('does not know what became of a payment whose result was lost, and finds out', async () => {
      await ready();
      const before = started(request('3.00'));
      await before.waiting;
      rig.presentCard();
      await before.outcome;
      const payment = request('12.50');
      const lost = started(payment);
      await lost.waiting;
      rig.loseNextResult();
      rig.presentCard();
      expect(await lost.outcome).toMatchObject({ kind: 'unknown' });
      await until(() => rig.driver.health().state === 'ready');
      expect(await rig.driver.status(payment.paymentId)).toMatchObject({ kind: 'approved' });
      expect(rig.charged()).toEqual([300, 1250]);
    });

    it('knows of no payment that never was', async () => {
      await ready();
      expect(await rig.driver.status(request('1.00').paymentId)).toEqual({ kind: 'not-found' });
    });

    it('starts without a terminal, says so, and is paid when one appears', async () => {
      rig = await makeRig();
      await rig.setPower(false);
      await rig.driver.start();
      expect(rig.driver.health().state).not.toBe('ready');
      expect(await rig.driver.pay(request('1.00'), () => undefined)).toMatchObject({ kind: 'cancelled' });
      expect(await rig.driver.status(request('1.00').paymentId)).toMatchObject({ kind: 'unknown' });
      await rig.setPower(true);
      await until(() => rig.driver.health().state === 'ready');
      const { outcome, waiting } = started(request('1.00'));
      await waiting;
      rig.presentCard();
      expect(await outcome).toMatchObject({ kind: 'approved' });
    });

    it('switched off while a card is waited for leaves the payment unknown', async () => {
      await ready();
      const { outcome, waiting } = started(request('12.50'));
      await waiting;
      await rig.setPower(false);
      expect(await outcome).toMatchObject({ kind: 'unknown' });
      await rig.setPower(true);
    });

    it('stops for good', async () => {
      await ready();
      await rig.driver.stop();
      expect(rig.driver.health().state).toBe('closed');
      expect(await rig.driver.pay(request('1.00'), () => undefined)).toMatchObject({ kind: 'cancelled' });
    });
  });
}
