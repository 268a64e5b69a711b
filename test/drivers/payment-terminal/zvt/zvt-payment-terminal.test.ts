import { describe, expect, it } from 'vitest';
import { milliseconds, minutes, seconds } from '../../../../src/platform/clock.ts';
import { HoldfastError } from '../../../../src/platform/errors.ts';
import { bytes, recorded } from './vectors.ts';
import { type Transport, ZvtRig } from './zvt-rig.ts';

const second = seconds(1);

describe.each<Transport>(['serial', 'tcp'])('a ZVT terminal over %s', (transport) => {
  const ready = (options = {}): Promise<ZvtRig> => ZvtRig.ready({ transport, ...options });

  it('is registered, paid at, and logged off', async () => {
    const rig = await ready();
    expect(rig.driver.health()).toMatchObject({ kind: 'payment-terminal', driver: 'zvt', state: 'ready' });
    const paid = rig.pay(rig.newPayment());
    await rig.pass();
    expect(rig.card.state).toBe('waiting');
    expect(rig.card.tap()).toBe(true);
    await rig.pass(second);
    expect(await paid).toEqual({
      kind: 'approved',
      card: {
        brand: 'Debit Mastercard',
        maskedPan: '************4111',
        authorizationCode: '100471',
        terminalReference: '28004869-000471',
        entryMode: 'contactless',
      },
      references: {
        tender: null,
        merchant: 'K1-00000042',
        trace: '000471',
        terminalReceipt: '0471',
        psp: null,
        terminalTime: '1123 090000',
      },
    });
    expect(rig.words).toEqual(['Present card', 'Asking the bank']);
    expect(rig.card.charged).toEqual([1250]);
    const stopped = rig.driver.stop();
    await rig.pass();
    await stopped;
    expect(rig.card.registered).toBe(false);
    expect(rig.card.problems).toEqual([]);
    expect(rig.clock.waiting).toBe(0);
  });

  it('is declined, stopped by the customer and cancelled at the till', async () => {
    const rig = await ready();
    const declined = rig.pay(rig.newPayment());
    await rig.pass();
    rig.card.decline();
    await rig.pass(second);
    expect(await declined).toEqual({ kind: 'declined', reason: 'Declined by the bank (05)' });

    const stopped = rig.pay(rig.newPayment());
    await rig.pass();
    rig.card.pressStop();
    await rig.pass();
    expect(await stopped).toEqual({ kind: 'cancelled', reason: 'Cancelled (6C)' });

    const payment = rig.newPayment();
    const cancelled = rig.pay(payment);
    await rig.pass();
    await rig.driver.cancel(payment.paymentId);
    await rig.pass();
    expect(await cancelled).toEqual({ kind: 'cancelled', reason: 'Cancelled (6C)' });
    expect(await rig.driver.status(payment.paymentId)).toMatchObject({ kind: 'cancelled' });
    expect(rig.card.charged).toEqual([]);
    expect(rig.card.problems).toEqual([]);
  });

  it('lets a cancellation that comes too late lose against the card', async () => {
    const rig = await ready();
    const payment = rig.newPayment();
    const paid = rig.pay(payment);
    await rig.pass();
    rig.card.tap();
    await rig.driver.cancel(payment.paymentId);
    await rig.pass(second);
    expect(await paid).toMatchObject({ kind: 'approved' });
  });

  it('charges one payment once, however often it is asked for', async () => {
    const rig = await ready();
    const payment = rig.newPayment();
    const first = rig.pay(payment);
    await rig.pass();
    expect(await rig.driver.status(payment.paymentId)).toMatchObject({ kind: 'unknown' });
    expect(await rig.pay(rig.newPayment())).toEqual({ kind: 'cancelled', reason: 'the card terminal is busy' });
    rig.card.tap();
    await rig.pass(second);
    const outcome = await first;
    expect(await rig.pay(payment)).toEqual(outcome);
    expect(await rig.driver.status(payment.paymentId)).toEqual(outcome);
    expect(rig.card.charged).toEqual([1250]);
  });

  describe('whose completion is lost', () => {
    it('had booked it: the last transaction says so', async () => {
      const rig = await ready();
      rig.card.faults.hangUpBefore = 'completion';
      const payment = rig.newPayment();
      const paid = rig.pay(payment);
      await rig.pass();
      rig.card.tap();
      await rig.pass(second);
      expect(await paid).toMatchObject({ kind: 'unknown' });
      await rig.pass(second);
      const status = rig.driver.status(payment.paymentId);
      await rig.pass();
      expect(await status).toMatchObject({ kind: 'approved', references: { terminalReceipt: '0471' } });
      expect(rig.card.commands.filter((command) => command === 0x0601)).toHaveLength(1);
      expect(rig.card.charged).toEqual([1250]);
    });

    it('had not got the till’s acknowledgement and has taken it back', async () => {
      const rig = await ready();
      await pays(rig, '3.00');
      rig.card.faults.hangUpBefore = 'status-information';
      const payment = rig.newPayment('3.00');
      const paid = rig.pay(payment);
      await rig.pass();
      rig.card.tap();
      await rig.pass(second);
      expect(await paid).toMatchObject({ kind: 'unknown' });
      const status = rig.driver.status(payment.paymentId);
      await rig.pass(second);
      expect(await status).toEqual({ kind: 'cancelled', reason: 'the card terminal has not booked it' });
      expect(rig.card.charged).toEqual([300]);
    });

    it('had not got it and kept it all the same', async () => {
      const rig = await ready();
      await pays(rig, '3.00');
      rig.card.faults.hangUpBefore = 'status-information';
      rig.card.faults.unacknowledged = 'kept';
      const payment = rig.newPayment('3.00');
      const paid = rig.pay(payment);
      await rig.pass();
      rig.card.tap();
      await rig.pass(second);
      expect(await paid).toMatchObject({ kind: 'unknown' });
      const status = rig.driver.status(payment.paymentId);
      await rig.pass(second);
      expect(await status).toMatchObject({ kind: 'approved' });
      expect(rig.card.charged).toEqual([300, 300]);
    });

    it('leaves it to a person where others paid at the terminal meanwhile, or it can’t repeat', async () => {
      const rig = await ready();
      await pays(rig, '3.00');
      rig.card.payByHand(1250);
      rig.card.faults.hangUpBefore = 'status-information';
      rig.card.faults.unacknowledged = 'kept';
      const payment = rig.newPayment();
      const paid = rig.pay(payment);
      await rig.pass();
      rig.card.tap();
      await rig.pass(second);
      expect(await paid).toMatchObject({ kind: 'unknown' });
      for (const cannotRepeat of [false, true]) {
        rig.card.faults.cannotRepeat = cannotRepeat;
        const status = rig.driver.status(payment.paymentId);
        await rig.pass(second);
        expect(await status).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('list of payments') });
      }
      expect(rig.driver.health().condition).toContain('list of payments');
    });
  });

  it('still waiting for a card that nobody hands goods over for is told to stop', async () => {
    const rig = await ready();
    await pays(rig, '3.00');
    const payment = rig.newPayment();
    const paid = rig.pay(payment);
    await rig.pass();
    rig.pullCable();
    expect(await paid).toMatchObject({ kind: 'unknown' });
    expect(rig.card.state).toBe('waiting');
    await rig.pass(seconds(10));
    expect(rig.driver.health().state).toBe('ready');
    expect(rig.card.state).toBe('idle');
    const status = rig.driver.status(payment.paymentId);
    await rig.pass();
    expect(await status).toMatchObject({ kind: 'cancelled' });
    await pays(rig, '4.00');
    expect(rig.card.charged).toEqual([300, 400]);
  });

  it('that books another amount, another currency’s or an unreadable result takes it back', async () => {
    const rig = await ready();
    await pays(rig, '3.00');
    rig.card.faults.extraAmount = 100;
    const tipped = rig.pay(rig.newPayment());
    await rig.pass();
    rig.card.tap();
    await rig.pass(second);
    expect(await tipped).toEqual({ kind: 'cancelled', reason: 'the card terminal booked another amount' });
    rig.card.faults.extraAmount = 0;
    expect(await rig.pay({ ...rig.newPayment(), currency: 'USD' })).toMatchObject({ kind: 'cancelled' });
    expect(rig.card.charged).toEqual([300]);
  });

  it('does not ask for a card that could not be noted, and has taken back what could not be noted', async () => {
    const rig = await ready();
    await pays(rig, '3.00');
    const asked = rig.card.commands.length;
    const full = new HoldfastError('store.disk-full', 'The disk is full.', { remedy: 'operator' });
    rig.disk.onOperation = () => full;
    expect(await rig.pay(rig.newPayment())).toMatchObject({
      kind: 'cancelled',
      reason: expect.stringContaining('write'),
    });
    expect(rig.card.commands).toHaveLength(asked);

    rig.disk.onOperation = () => null;
    const paid = rig.pay(rig.newPayment());
    await rig.pass();
    rig.disk.onOperation = () => full;
    rig.card.tap();
    await rig.pass(second);
    expect(await paid).toMatchObject({ kind: 'cancelled', reason: expect.stringContaining('taken back') });
    expect(rig.card.charged).toEqual([300]);
  });

  it('takes no card without the bank where that is forbidden, and says how else it was taken', async () => {
    const rig = await ready();
    const hosts: string[] = [];
    rig.driver.offline?.onHostChange(() => hosts.push(rig.driver.offline?.host() ?? ''));
    await pays(rig, '3.00');
    rig.card.faults.host = 'unreachable-takes-offline';
    const offline = async (forbidden: boolean, technology: 'chip' | 'magnetic-stripe') => {
      const payment = { ...rig.newPayment(), offline: forbidden ? ('forbidden' as const) : ('allowed' as const) };
      const paid = rig.pay(payment);
      await rig.pass();
      rig.card.tap({ ...rig.card.card, technology });
      await rig.pass(second);
      return { payment, outcome: await paid };
    };
    expect((await offline(true, 'chip')).outcome).toEqual({
      kind: 'cancelled',
      reason: 'not without the bank’s answer',
    });
    expect(rig.card.charged).toEqual([300]);
    expect((await offline(false, 'chip')).outcome).toMatchObject({ kind: 'approved-offline' });
    const stored = await offline(false, 'magnetic-stripe');
    expect(stored.outcome).toMatchObject({ kind: 'stored' });

    const original = { paymentId: stored.payment.paymentId, amount: stored.payment.amount, references: noReferences };
    expect(await rig.driver.forwarding?.forward(original)).toEqual({ kind: 'stored' });
    rig.card.faults.host = 'reachable';
    const day = rig.driver.endOfDay?.();
    await rig.pass();
    expect(await day).toEqual({ kind: 'well', host: 'reachable', words: 'end of day done' });
    expect(await rig.driver.forwarding?.forward(original)).toEqual({ kind: 'forwarded', psp: null });
    const unheard = { ...original, paymentId: rig.newPayment().paymentId };
    expect(await rig.driver.forwarding?.forward(unheard)).toEqual({ kind: 'not-found' });
    expect(hosts).toEqual(['reachable', 'unreachable', 'reachable']);
  });

  it('reverses a payment once, and refunds', async () => {
    const rig = await ready();
    const { payment, outcome } = await pays(rig, '7.20');
    if (outcome.kind !== 'approved' || outcome.references === undefined) throw new Error(outcome.kind);
    const original = { paymentId: payment.paymentId, amount: payment.amount, references: outcome.references };
    for (let time = 0; time < 2; time += 1) {
      const reversed = rig.driver.reverse?.(original);
      await rig.pass();
      expect(await reversed).toEqual({ kind: 'reversed' });
    }
    expect(rig.card.charged).toEqual([]);
    const none = rig.driver.reverse?.({ ...original, references: { ...outcome.references, terminalReceipt: '0001' } });
    await rig.pass();
    expect(await none).toEqual({ kind: 'refused', reason: 'Can’t be reversed (B5)' });
    expect(await rig.driver.reverse?.({ ...original, references: noReferences })).toMatchObject({ kind: 'refused' });

    const refund = { ...rig.newPayment('5.00'), original: null };
    const refunded = rig.driver.refund?.(refund, () => undefined);
    await rig.pass();
    rig.card.tap();
    await rig.pass(second);
    expect(await refunded).toMatchObject({ kind: 'approved' });
    expect(rig.card.transactions.at(-1)).toMatchObject({ kind: 'refund', amount: 500 });

    const reversedAgain = rig.driver.reverse?.({
      ...original,
      references: { ...outcome.references, terminalReceipt: '0473' },
    });
    await rig.pass();
    expect(await reversedAgain).toMatchObject({ kind: 'refused' });
  });

  it('whose payment after a reversal is lost finds it too', async () => {
    const rig = await ready();
    const { payment, outcome } = await pays(rig, '7.20');
    if (outcome.kind !== 'approved' || outcome.references === undefined) throw new Error(outcome.kind);
    const { paymentId, amount } = payment;
    const reversed = rig.driver.reverse?.({ paymentId, amount, references: outcome.references });
    await rig.pass();
    expect(await reversed).toEqual({ kind: 'reversed' });
    rig.card.faults.hangUpBefore = 'status-information';
    rig.card.faults.unacknowledged = 'kept';
    const next = rig.newPayment('7.20');
    const lost = rig.pay(next);
    await rig.pass();
    rig.card.tap();
    await rig.pass(second);
    expect(await lost).toMatchObject({ kind: 'unknown' });
    const status = rig.driver.status(next.paymentId);
    await rig.pass(second);
    expect(await status).toMatchObject({ kind: 'approved' });
  });

  it('gives the till the slips to print, and prints itself where it may', async () => {
    const rig = await ready({ printing: 'till' });
    const { outcome } = await pays(rig, '7.20');
    expect(outcome).toMatchObject({
      slip: {
        customer: expect.arrayContaining(['** KUNDENBELEG **', 'EUR 7.20', '************4111']),
        merchant: expect.arrayContaining(['** HÄNDLERBELEG **', 'Debit Mastercard']),
      },
    });
    const alone = await ready();
    expect((await pays(alone, '7.20')).outcome).not.toHaveProperty('slip');
  });

  it('without its host says so', async () => {
    const rig = await ready();
    rig.card.faults.host = 'unreachable';
    const paid = rig.pay(rig.newPayment());
    await rig.pass();
    rig.card.tap();
    await rig.pass(second);
    expect(await paid).toEqual({ kind: 'cancelled', reason: 'Card terminal: no connection (A3)' });
    expect(rig.driver.offline?.host()).toBe('unreachable');
    const diagnosis = rig.driver.diagnose?.();
    await rig.pass();
    expect(await diagnosis).toMatchObject({ kind: 'trouble', host: 'unreachable' });
    rig.card.faults.host = 'reachable';
    const again = rig.driver.diagnose?.();
    await rig.pass();
    expect(await again).toMatchObject({ kind: 'well', host: 'reachable' });
  });

  it('that falls silent makes a payment unknown, and is looked after again', async () => {
    const rig = await ready();
    await pays(rig, '3.00');
    const payment = rig.newPayment();
    const paid = rig.pay(payment);
    await rig.pass();
    rig.card.faults.silent = true;
    await rig.pass(minutes(2));
    await rig.pass(minutes(2));
    expect(await paid).toEqual({ kind: 'unknown', reason: 'the card terminal does not answer' });
    await rig.pass(minutes(1));
    expect(rig.driver.health().state).not.toBe('ready');
    expect(await rig.pay(rig.newPayment())).toEqual({
      kind: 'cancelled',
      reason: 'the card terminal is not connected',
    });
    expect(await rig.driver.status(payment.paymentId)).toMatchObject({ kind: 'unknown' });
    rig.card.faults.silent = false;
    await rig.pass(minutes(1));
    expect(rig.driver.health().state).toBe('ready');
    const status = rig.driver.status(payment.paymentId);
    await rig.pass(second);
    expect(await status).toMatchObject({ kind: 'cancelled' });
  });

  it('is asked how it is while nobody pays, also when it was switched off', async () => {
    const rig = await ready();
    const before = rig.card.commands.length;
    await rig.pass(minutes(2));
    expect(rig.card.commands.slice(before)).toEqual(
      [0x0501, 0x0501, 0x0501, 0x0501].slice(0, rig.card.commands.length - before),
    );
    expect(rig.card.commands.length - before).toBeGreaterThanOrEqual(3);
    rig.card.faults.silent = true;
    await rig.pass(minutes(1));
    expect(rig.driver.health().state).not.toBe('ready');
  });

  it('knows of no payment that never was, and claims nothing of one from before its notes', async () => {
    const rig = await ready();
    const earlier = rig.newPayment().paymentId.replace(/^..../, '0100');
    const never = rig.driver.status(rig.newPayment().paymentId);
    await rig.pass();
    expect(await never).toEqual({ kind: 'not-found' });
    const old = rig.driver.status(earlier);
    await rig.pass();
    expect(await old).toMatchObject({ kind: 'unknown' });
  });

  it('sets unreadable notes aside and goes on', async () => {
    const rig = await ready();
    const { payment } = await pays(rig, '3.00');
    rig.die();
    rig.disk.poke('data', 'card-terminal.json', Buffer.from('{"version":1,'));
    await rig.start();
    expect(rig.disk.peek('data', 'card-terminal.damaged-1.json')).toBeDefined();
    const status = rig.driver.status(payment.paymentId);
    await rig.pass();
    expect(await status).toMatchObject({ kind: 'unknown' });
    expect((await pays(rig, '4.00')).outcome).toMatchObject({ kind: 'approved' });
  });

  it('with a wrong password is not registered, and says what to look at', async () => {
    const rig = await ready({ password: '123456' });
    await rig.pass(second);
    expect(rig.driver.health().condition).toContain('Card terminal can’t do this (83)');
    expect(rig.driver.health().state).not.toBe('ready');
  });

  it('asks for what no till does and is refused', async () => {
    const rig = await ready();
    const paid = rig.pay(rig.newPayment());
    await rig.pass();
    const dialUp = rig.card.sayUnasked(bytes('06 D8 00'));
    const nonsense = rig.card.sayUnasked(bytes('04 0F 00'));
    await rig.pass();
    expect([await dialUp, await nonsense]).toEqual([0x83, 0x9a]);
    rig.card.tap();
    await rig.pass(second);
    expect(await paid).toMatchObject({ kind: 'approved' });
  });

  it('that reports a payment nobody waits for has to take it back', async () => {
    const rig = await ready();
    const answer = rig.card.sayUnasked(bytes(recorded.approved));
    const failure = rig.card.sayUnasked(bytes(recorded.declined));
    await rig.pass();
    expect([await answer, await failure]).toEqual([0x83, null]);
  });

  it('never lets a card number or a track out', async () => {
    const rig = await ready({ printing: 'till' });
    rig.card.faults.leaksCardData = true;
    const { outcome, payment } = await pays(rig, '7.20');
    expect(outcome).toMatchObject({ kind: 'approved', card: { maskedPan: '541333******4111' } });
    const notes = Buffer.from(rig.disk.peek('data', 'card-terminal.json') ?? []).toString();
    const everything = JSON.stringify([outcome, rig.words, rig.logged, notes, payment]);
    expect(everything).not.toMatch(/5413330089604111|3300896|2912|=2/);
    expect(rig.card.problems).toEqual([]);
  });
});

const noReferences = {
  tender: null,
  merchant: null,
  trace: null,
  terminalReceipt: null,
  psp: null,
  terminalTime: null,
};

async function pays(rig: ZvtRig, amount: string) {
  const payment = rig.newPayment(amount);
  const paid = rig.pay(payment);
  await rig.pass();
  if (!rig.card.tap()) throw new Error(`the terminal is ${rig.card.state}`);
  await rig.pass(milliseconds(1500));
  return { payment, outcome: await paid };
}
