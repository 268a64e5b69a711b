import { describe, expect, it } from 'vitest';
import type { PaymentOutcome } from '../../../../drivers/payment-terminal/payment-terminal.ts';
import type { SerialFaults } from '../../../../drivers/payment-terminal/zvt/virtual-serial-line.ts';
import { milliseconds, seconds } from '../../../../src/platform/clock.ts';
import { type Transport, ZvtRig } from './zvt-rig.ts';

const isCharged = ({ kind }: PaymentOutcome | { readonly kind: 'not-found' }): boolean => kind === 'approved';

describe('a disturbed serial line', () => {
  const faults: (keyof SerialFaults)[] = [
    'lostAcknowledgements',
    'unheardAcknowledgements',
    'refusedBlocks',
    'disturbedBlocks',
    'halfBlocks',
  ];

  it.each(faults)('with %s loses no message and doubles none', async (fault) => {
    // At the beginning, while the card is waited for and at the result.
    for (const moment of ['registration', 'request', 'result', 'slip'] as const) {
      for (const times of [1, 2]) {
        const rig = new ZvtRig({ transport: 'serial', printing: 'till' });
        const disturb = (): void => {
          if (rig.card.line !== null) rig.card.line.faults[fault] = times;
        };
        if (moment === 'registration') disturb();
        const started = rig.driver.start();
        await rig.pass(seconds(40));
        await started;
        expect(rig.driver.health().state).toBe('ready');
        if (moment === 'request') disturb();
        const paid = rig.pay(rig.newPayment());
        await rig.pass(seconds(12));
        if (moment === 'result') disturb();
        expect(rig.card.tap()).toBe(true);
        await rig.pass(milliseconds(690));
        if (moment === 'slip') disturb();
        await rig.pass(seconds(60));
        const outcome = await paid;
        expect(outcome).toMatchObject({ kind: 'approved', slip: { customer: { length: 8 } } });
        expect(rig.card.charged).toEqual([1250]);
        expect(rig.card.problems).toEqual([]);
      }
    }
  });

  it('prints no line of a slip twice when the terminal did not hear that it had arrived', async () => {
    const rig = await ZvtRig.ready({ transport: 'serial', printing: 'till' });
    const paid = rig.pay(rig.newPayment());
    await rig.pass();
    rig.disk.onOperation = ({ what, phase }) => {
      // The result has been acknowledged and is being noted: what comes next is the slip.
      if (what === 'replace' && phase === 'after' && rig.card.line !== null)
        rig.card.line.faults.unheardAcknowledgements = 1;
      return null;
    };
    rig.card.tap();
    await rig.pass(milliseconds(800));
    rig.disk.onOperation = () => null;
    await rig.pass(seconds(30));
    expect(rig.card.line?.repeated).toBe(1);
    expect(await paid).toMatchObject({ slip: { customer: { length: 8 }, merchant: { length: 6 } } });
  });

  it('that stays disturbed is given up after two repetitions', async () => {
    const rig = await ZvtRig.ready({ transport: 'serial' });
    if (rig.card.line !== null) rig.card.line.faults.refusedBlocks = 3;
    const paid = rig.pay(rig.newPayment());
    await rig.pass(seconds(1));
    expect(await paid).toMatchObject({ kind: 'unknown', reason: 'The card terminal does not take what it is sent.' });
    expect(rig.card.charged).toEqual([]);
  });
});

describe('a result whose length is wrong', () => {
  it('is refused on a serial line, and the terminal takes the payment back', async () => {
    const rig = await ZvtRig.ready({ transport: 'serial' });
    rig.card.faults.wrongLength = true;
    const paid = rig.pay(rig.newPayment());
    await rig.pass();
    rig.card.tap();
    await rig.pass(seconds(1));
    expect(['declined', 'cancelled']).toContain((await paid).kind);
    expect(rig.card.charged).toEqual([]);
  });

  it('is waited for over TCP until the connection is given up', async () => {
    const rig = await ZvtRig.ready({ transport: 'tcp' });
    const first = rig.pay(rig.newPayment('1.00'));
    await rig.pass();
    rig.card.tap();
    await rig.pass(seconds(1));
    expect(await first).toMatchObject({ kind: 'approved' });
    rig.card.faults.wrongLength = true;
    const payment = rig.newPayment();
    const paid = rig.pay(payment);
    await rig.pass();
    rig.card.tap();
    await rig.pass(seconds(3));
    await rig.pass(seconds(4));
    expect(await paid).toEqual({ kind: 'unknown', reason: 'the rest of a message did not come' });
    await rig.pass(seconds(30));
    const status = rig.driver.status(payment.paymentId);
    await rig.pass(seconds(1));
    expect(isCharged(await status)).toBe(rig.card.charged.length === 2);
  });
});

/**
 * The till dies, or the cable is pulled, at every step of a payment: at each write to the disk (before and after) and at each
 * message in either direction. Afterwards the terminal is the truth, and what the driver says is that.
 */
describe.each<Transport>(['serial', 'tcp'])('over %s, cut off at any step', (transport) => {
  const ways = [
    ['the till dies', 'reversed'],
    ['the till dies', 'kept'],
    ['the cable is pulled', 'reversed'],
    ['the cable is pulled', 'kept'],
  ] as const;

  it.each(ways)('%s, results without acknowledgement are %s', async (way, unacknowledged) => {
    let step = 0;
    let unresolved = 0;
    for (let cutAt = 0; ; cutAt += 1) {
      const rig = await ZvtRig.ready({ transport });
      rig.card.faults.unacknowledged = unacknowledged;
      await pay(rig, '1.00');
      step = 0;
      let cut = false;
      const cutOff = (): boolean => {
        if (cut || step !== cutAt) {
          step += 1;
          return false;
        }
        cut = true;
        if (way === 'the till dies') rig.die();
        else rig.pullCable();
        return true;
      };
      rig.disk.onOperation = () => {
        cutOff();
        return null;
      };
      const take = rig.place.onWrite;
      rig.place.onWrite = (bytes) => {
        if (cutOff()) return;
        take(bytes);
        cutOff();
      };
      const payment = rig.newPayment('12.50');
      let told: PaymentOutcome | null = null;
      void rig.pay(payment).then((outcome) => {
        told = outcome;
      });
      await rig.pass();
      rig.card.tap();
      await rig.pass(milliseconds(1500));
      if (!cut) break;
      if (way === 'the till dies') void rig.driver.start();
      await rig.pass(seconds(40));
      const status = rig.driver.status(payment.paymentId);
      await rig.pass(seconds(1));
      const truth = rig.card.charged.includes(1250);
      const said = await status;
      const outcome = told as PaymentOutcome | null;
      expect([cutAt, isCharged(said)]).toEqual([cutAt, truth]);
      if (said.kind === 'unknown') unresolved += 1;
      if (outcome !== null && outcome.kind !== 'unknown') expect([cutAt, isCharged(outcome)]).toEqual([cutAt, truth]);
      expect(rig.card.charged.filter((amount) => amount === 1250).length).toBeLessThanOrEqual(1);
      // And life goes on.
      expect(await pay(rig, '2.00')).toMatchObject({ kind: 'approved' });
    }
    expect(step).toBeGreaterThan(15);
    expect(unresolved).toBe(0);
  });
});

async function pay(rig: ZvtRig, amount: string): Promise<PaymentOutcome> {
  const paid = rig.pay(rig.newPayment(amount));
  await rig.pass();
  if (!rig.card.tap()) throw new Error(`the terminal is ${rig.card.state}`);
  await rig.pass(milliseconds(1500));
  return paid;
}
