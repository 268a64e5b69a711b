import { beforeEach, describe, expect, it } from 'vitest';
import type { PaymentOutcome, PaymentTerminal } from '../../../drivers/payment-terminal/payment-terminal.ts';
import { createSimulatedPaymentTerminal } from '../../../drivers/payment-terminal/simulated-payment-terminal.ts';
import { type HostPayment, VirtualCardTerminal } from '../../../drivers/payment-terminal/virtual-card-terminal.ts';
import { money } from '../../../src/money/money.ts';
import { seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { systemRandom } from '../../../src/platform/system-random.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace, settled } from '../fake-place.ts';

const paymentId = '0193597e-1111-7000-8000-000000000001';
const refundId = '0193597e-1111-7000-8000-000000000002';
const references = {
  tender: null,
  merchant: null,
  trace: null,
  terminalReceipt: null,
  psp: null,
  terminalTime: null,
} as const;
const original = { paymentId, amount: money('12.50'), references };

let place: FakePlace;
let clock: ManualClock;
let card: VirtualCardTerminal;
let terminal: PaymentTerminal;
let uploaded: HostPayment[];
let takenBack: HostPayment[];
let blob: Uint8Array | undefined;

async function pay(offline: 'allowed' | 'forbidden'): Promise<PaymentOutcome> {
  const request = { paymentId, amount: money('12.50'), currency: 'EUR', reference: 'K1-00000042-0001', offline };
  const outcome = terminal.pay(request, () => {});
  await settled();
  card.tap();
  await clock.advance(seconds(1));
  return outcome;
}

beforeEach(async () => {
  place = new FakePlace();
  clock = new ManualClock();
  uploaded = [];
  takenBack = [];
  blob = undefined;
  card = new VirtualCardTerminal({
    clock,
    random: systemRandom,
    send: (bytes) => place.send(bytes),
    hangUp: () => place.unplug(),
    host: {
      authorise: () => 'approved',
      forward: (payment) => {
        uploaded.push(payment);
        return { kind: 'approved', psp: 'PSP-1', authorizationCode: '654321' };
      },
      takeBack: (payment) => takenBack.push(payment),
    },
    blobFor: (() => blob) as () => Uint8Array,
  });
  place.onWrite = (bytes) => card.receive(bytes);
  terminal = createSimulatedPaymentTerminal({ name: 'card', opener: place, clock, log: silentLogger });
  await terminal.start();
  card.connected();
  await settled();
});

describe('without its host', () => {
  it('tells that it is out of reach, and when it is back', () => {
    let told = 0;
    const end = terminal.offline?.onHostChange(() => {
      told += 1;
    });
    expect(terminal.offline?.host()).toBe('reachable');
    card.setHost(false);
    expect([terminal.offline?.host(), told]).toEqual(['unreachable', 1]);
    card.setHost(true);
    end?.();
    card.setHost(false);
    expect(told).toBe(2);
    place.unplug();
    expect(terminal.offline?.host()).toBe('unknown');
  });

  it('takes no card where the till forbids it, whatever the terminal was set to', async () => {
    card.setHost(false);
    card.offlineMode = 'stored';
    expect(await pay('forbidden')).toEqual({ kind: 'declined', reason: 'Bank not reachable' });
    expect(card.approved()).toEqual([]);
  });

  it('tells the chip’s yes from a payment that the bank has yet to decide', async () => {
    card.setHost(false);
    card.offlineMode = 'offline-emv';
    expect(await pay('allowed')).toMatchObject({ kind: 'approved-offline', card: { authorizationCode: null } });
  });

  it('uploads what it stored when it is asked to, and says what the bank says', async () => {
    card.setHost(false);
    card.offlineMode = 'stored';
    expect(await pay('allowed')).toMatchObject({ kind: 'stored', card: { authorizationCode: null } });
    expect(await terminal.forwarding?.forward(original)).toEqual({ kind: 'unreachable', reason: 'Bank not reachable' });
    card.setHost(true);
    const answer = { kind: 'approved', psp: 'PSP-1', authorizationCode: '654321' };
    expect(await terminal.forwarding?.forward(original)).toEqual(answer);
    expect(uploaded).toMatchObject([{ paymentId, amount: '12.50', reference: 'K1-00000042-0001' }]);
    expect(await terminal.forwarding?.forward({ ...original, paymentId: refundId })).toEqual({ kind: 'not-found' });
  });

  it('hands out what its reader encrypted, byte for byte', async () => {
    card.setHost(false);
    card.offlineMode = 'stored';
    blob = Uint8Array.from([0, 1, 255, 10, 13]);
    expect(await pay('allowed')).toMatchObject({ kind: 'stored', blob: { bytes: blob } });
    expect(await terminal.status(paymentId)).toMatchObject({ kind: 'stored', blob: { bytes: blob } });
  });
});

describe('money back', () => {
  it('reverses a payment once, and not one that never was', async () => {
    await pay('forbidden');
    expect(await terminal.reverse?.(original)).toEqual({ kind: 'reversed' });
    expect(await terminal.reverse?.(original)).toEqual({ kind: 'reversed' });
    expect(takenBack).toHaveLength(1);
    expect(card.approved()).toEqual([]);
    expect(await terminal.reverse?.({ ...original, paymentId: refundId })).toMatchObject({ kind: 'refused' });
  });

  it('refunds to a card under a key of its own, and is asked about like a payment', async () => {
    const refund = terminal.refund?.(
      { paymentId: refundId, amount: money('5.00'), currency: 'EUR', reference: 'K1-00000043-0002', original: null },
      () => {},
    );
    await settled();
    card.tap();
    await clock.advance(seconds(1));
    expect(await refund).toMatchObject({ kind: 'approved' });
    expect(takenBack).toMatchObject([{ paymentId: refundId, amount: '5.00' }]);
    expect(await terminal.status(refundId)).toMatchObject({ kind: 'approved' });
    expect(card.approved()).toEqual([]);
  });

  it('says that nothing is known when the terminal is away', async () => {
    place.unplug();
    expect(await terminal.reverse?.(original)).toMatchObject({ kind: 'unknown' });
    expect(await terminal.forwarding?.forward(original)).toMatchObject({ kind: 'unreachable' });
    expect(await terminal.diagnose?.()).toMatchObject({ kind: 'trouble', host: 'unknown' });
  });
});
