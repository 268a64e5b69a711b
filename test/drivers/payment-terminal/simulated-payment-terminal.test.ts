import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { maskedNumber, withoutCardData } from '../../../drivers/payment-terminal/card-data.ts';
import type { PaymentOutcome, PaymentTerminal } from '../../../drivers/payment-terminal/payment-terminal.ts';
import { createSimulatedPaymentTerminal } from '../../../drivers/payment-terminal/simulated-payment-terminal.ts';
import {
  decodeTerminalFrame,
  decodeTillFrame,
  encodeTerminalFrame,
  encodeTillFrame,
  LineSplitter,
} from '../../../drivers/payment-terminal/simulated-protocol.ts';
import { VirtualCardTerminal } from '../../../drivers/payment-terminal/virtual-card-terminal.ts';
import { money } from '../../../src/money/money.ts';
import { milliseconds, minutes, seconds } from '../../../src/platform/clock.ts';
import { type Logger, silentLogger } from '../../../src/platform/log.ts';
import { systemRandom } from '../../../src/platform/system-random.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace, pieces, settled } from '../fake-place.ts';

const paymentId = '0193597e-1111-7000-8000-000000000001';
const otherId = '0193597e-1111-7000-8000-000000000002';
const request = {
  paymentId,
  amount: money('12.50'),
  currency: 'EUR',
  reference: 'K1-00000042',
  offline: 'forbidden',
} as const;

let place: FakePlace;
let clock: ManualClock;
let card: VirtualCardTerminal;
let terminal: PaymentTerminal;
let words: string[];

const pay = (id = paymentId): Promise<PaymentOutcome> =>
  terminal.pay({ ...request, paymentId: id }, (text) => words.push(text));

beforeEach(async () => {
  place = new FakePlace();
  clock = new ManualClock();
  words = [];
  card = new VirtualCardTerminal({
    clock,
    random: systemRandom,
    send: (bytes) => place.send(bytes),
    hangUp: () => {
      place.unplug();
      place.plugIn();
    },
  });
  place.onWrite = (bytes) => card.receive(bytes);
  terminal = createSimulatedPaymentTerminal({ name: 'card', opener: place, clock, log: silentLogger });
  await terminal.start();
});

describe('createSimulatedPaymentTerminal', () => {
  it('is paid by a tapped card', async () => {
    const outcome = pay();
    await settled();
    expect(card.screen).toEqual({ state: 'waiting', amount: '12.50', currency: 'EUR' });
    expect(card.tap()).toBe(true);
    await clock.advance(seconds(1));
    expect(await outcome).toMatchObject({
      kind: 'approved',
      card: { brand: 'Visa', maskedPan: expect.stringMatching(/^476173\*{6}\d{4}$/), entryMode: 'contactless' },
    });
    expect(words).toEqual(['Present card', 'Processing...']);
    expect(card.approved()).toEqual([{ paymentId, amount: '12.50' }]);
  });

  it('is declined, and cancelled from either side', async () => {
    const declined = pay();
    await settled();
    card.decline();
    await clock.advance(seconds(1));
    expect(await declined).toEqual({ kind: 'declined', reason: 'Declined by the bank (05)' });

    const removed = pay(otherId);
    await settled();
    card.removeCard();
    expect(await removed).toEqual({ kind: 'cancelled', reason: 'Card removed' });

    const third = '0193597e-1111-7000-8000-000000000003';
    const cancelled = pay(third);
    await settled();
    await terminal.cancel(third);
    expect(await cancelled).toEqual({ kind: 'cancelled', reason: 'Cancelled at the till' });
    expect(card.approved()).toEqual([]);
  });

  it('lets a cancellation that comes too late lose against the card', async () => {
    const outcome = pay();
    await settled();
    card.tap();
    await terminal.cancel(paymentId);
    await clock.advance(seconds(1));
    expect(await outcome).toMatchObject({ kind: 'approved' });
  });

  it('does not know what became of a payment whose reply was lost, and finds out by asking', async () => {
    const outcome = pay();
    await settled();
    card.dropNextReply = true;
    card.tap();
    await clock.advance(milliseconds(700));
    expect(await outcome).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('connection') });
    expect(await terminal.status(paymentId)).toMatchObject({ kind: 'unknown' });

    await clock.advance(seconds(5));
    expect(await terminal.status(paymentId)).toMatchObject({ kind: 'approved', card: { brand: 'Visa' } });
    expect(await terminal.status(otherId)).toEqual({ kind: 'not-found' });
    expect(card.approved()).toHaveLength(1);
  });

  it('charges one payment once, however often it is asked for', async () => {
    const first = pay();
    await settled();
    card.tap();
    await clock.advance(seconds(1));
    await first;
    expect(await pay()).toMatchObject({ kind: 'approved' });
    expect(card.approved()).toHaveLength(1);
  });

  it('cancels a payment whose customer walked away, and no card is taken for it any more', async () => {
    const walkedAway = pay();
    await clock.advance(minutes(3));
    expect(await walkedAway).toEqual({ kind: 'cancelled', reason: 'Cancelled at the till' });
    expect(card.tap()).toBe(false);
    expect(clock.waiting).toBe(0);
  });

  it('says unknown when the terminal falls silent or its cable is pulled, cancelled when nothing was sent', async () => {
    place.onWrite = () => undefined;
    const silent = pay();
    await clock.advance(minutes(4));
    expect(await silent).toEqual({ kind: 'unknown', reason: 'the card terminal did not answer in time' });

    const cut = pay(otherId);
    await settled();
    place.unplug();
    expect(await cut).toMatchObject({ kind: 'unknown' });
    expect(await pay()).toEqual({ kind: 'cancelled', reason: 'the card terminal is not connected' });
    await terminal.stop();
  });

  it('takes one payment at a time, and answers pending as unknown', async () => {
    const first = pay();
    await settled();
    expect(await pay(otherId)).toMatchObject({ kind: 'cancelled', reason: expect.stringContaining('busy') });
    expect(await terminal.status(paymentId)).toEqual({
      kind: 'unknown',
      reason: 'the card terminal is still busy with it',
    });
    card.removeCard();
    expect(await first).toMatchObject({ kind: 'cancelled' });
  });

  describe('a payment left open by a till that was cut off', () => {
    beforeEach(async () => {
      const cut = pay();
      await settled();
      place.unplug();
      expect(await cut).toMatchObject({ kind: 'unknown' });
      place.plugIn();
      await clock.advance(seconds(1));
    });

    it('is cancelled when the till asks for it, and the next customer can pay', async () => {
      expect(card.screen.state).toBe('waiting');
      expect(await terminal.status(paymentId)).toEqual({ kind: 'cancelled', reason: 'Cancelled at the till' });
      expect(card.tap()).toBe(false);
      const next = pay(otherId);
      await settled();
      card.tap();
      await clock.advance(seconds(1));
      expect(await next).toMatchObject({ kind: 'approved' });
      expect(card.approved()).toHaveLength(1);
    });

    it('counts when the card was faster', async () => {
      card.tap();
      const status = terminal.status(paymentId);
      await clock.advance(seconds(1));
      expect(await status).toMatchObject({ kind: 'approved' });
    });
  });

  it('does not wait for ever for a status', async () => {
    place.onWrite = () => undefined;
    const status = terminal.status(paymentId);
    await clock.advance(seconds(10));
    expect(await status).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('in time') });
    expect(clock.waiting).toBe(0);
  });

  it('says unknown when the request could not be written whole', async () => {
    place.onWrite = () => {
      throw new Error('stuck');
    };
    expect(await pay()).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('stuck') });
  });

  it('stays with its payment through garbage and messages about others', async () => {
    const outcome = pay();
    await settled();
    place.send('\x00\xff{"type":"outcome"}\n[]\nnull\n{"type":"outcome","paymentId":"x","outcome":"approved"}\n');
    place.send(encodeTerminalFrame({ type: 'outcome', paymentId: otherId, outcome: { kind: 'declined', reason: '' } }));
    place.send(`${'x'.repeat(10_000)}\n`);
    card.tap();
    await clock.advance(seconds(1));
    expect(await outcome).toMatchObject({ kind: 'approved' });
  });
});

/** Test numbers of the card schemes (their public test ranges), in the ways terminals write them. */
const secrets = ['4761739001010119', '5413330089604111', '374245455400126', '6703444444444449449'];
const trackData = ';4761739001010119=30122011000012300000?';
const firstTrack = '%B4761739001010119^DOE/JANE^30122011000012300000?';

describe('card data', () => {
  it.each(secrets)('%s never comes out of a frame, wherever the terminal put it', async (number) => {
    const logged: string[] = [];
    const record = (fields: unknown, message: string): void => {
      logged.push(JSON.stringify(fields), message);
    };
    const log: Logger = { debug: record, info: record, warn: record, error: record, child: () => log };
    const listening = createSimulatedPaymentTerminal({ name: 'card', opener: place, clock, log });
    await terminal.stop();
    await listening.start();
    place.onWrite = () => undefined;
    const shown: string[] = [];
    const grouped = number.replace(/(.{4})(?=.)/g, '$1 ');

    const outcome = listening.pay(request, (text) => shown.push(text));
    await settled();
    const line = (frame: object): void => place.send(`${JSON.stringify({ paymentId, ...frame })}\n`);
    line({ type: 'progress', words: `Card ${number} read` });
    line({ type: 'progress', words: `${grouped} ${trackData} ${firstTrack}` });
    line({ type: 'track', data: firstTrack });
    place.send(`${trackData}\n`);
    line({
      type: 'outcome',
      outcome: 'approved',
      pan: number,
      card: {
        brand: `Visa ${number}`,
        maskedPan: grouped,
        authorizationCode: number,
        terminalReference: `${firstTrack}${trackData}`,
        entryMode: number,
        cvv: '123',
        track2: trackData,
      },
    });
    const approved = await outcome;

    const asked = listening.status(paymentId);
    await settled();
    line({ type: 'status', outcome: 'declined', reason: `No funds on ${number} / ${grouped} / ${trackData}` });
    const everything = JSON.stringify([approved, await asked, shown, logged]);
    await listening.stop();

    expect(approved).toMatchObject({ kind: 'approved', card: { entryMode: 'unknown' } });
    const digits = everything.replace(/[^\d]+/g, ' ');
    expect(everything).not.toContain(number);
    expect(everything).not.toContain(grouped);
    expect(everything).not.toContain(number.slice(4, -4));
    expect(everything).not.toMatch(/DOE|JANE|30122011/);
    expect(digits.split(' ').some((run) => run.length > 10)).toBe(false);
  });

  it.each([
    ['4761739001010119', '476173******0119'],
    ['4761 7390 0101 0119', '476173******0119'],
    ['476173xxxxxx0119', '476173******0119'],
    ['************0119', '************0119'],
    ['47617390******010119', '476173**********0119'],
    ['0119', '****0119'],
    ['', '****'],
    ['none', '****'],
  ])('masks %j', (text, masked) => {
    expect(maskedNumber(text)).toBe(masked);
  });

  it('never shows more than six and four digits of a number, whatever stands around it', () => {
    const digit = fc.constantFrom(...'0123456789');
    const around = fc.string({ maxLength: 12, unit: fc.constantFrom('a', ' ', '-', ':', '*', '\n') });
    fc.assert(
      fc.property(fc.string({ minLength: 12, maxLength: 19, unit: digit }), around, around, (number, before, after) => {
        expect(withoutCardData(`${before}${number}${after}`, 200)).not.toContain(
          number.slice(6, -4) + number.slice(-4),
        );
        expect(withoutCardData(`${before}${number}${after}`, 200)).not.toContain(number);
        expect(maskedNumber(number)).toMatch(/^\d{6}\*{4,}\d{4}$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '4761 7390 0101 0119',
    '4761-7390-0101-0119',
    '4761.7390.0101.0119',
    '4761/7390/0101/0119',
    '3742 454554 00126',
  ])('knows a number written as %s', (written) => {
    expect(withoutCardData(`card ${written} read`, 80)).toMatch(/^card \d{6}\*+\d{4} read$/);
  });

  it('leaves ordinary words, amounts and references alone', () => {
    expect(withoutCardData('Declined (05): 12.50 EUR, K1-00000042', 80)).toBe('Declined (05): 12.50 EUR, K1-00000042');
  });
});

describe('frames', () => {
  it('reads back what it wrote', () => {
    const till = {
      type: 'pay',
      paymentId,
      amount: '12.50',
      currency: 'EUR',
      reference: 'K1-1',
      offline: 'allowed',
    } as const;
    expect(decodeTillFrame(Buffer.from(encodeTillFrame(till)).toString().trim())).toEqual(till);
    const outcome = { type: 'status', paymentId, outcome: { kind: 'not-found' } } as const;
    expect(decodeTerminalFrame(Buffer.from(encodeTerminalFrame(outcome)).toString().trim())).toEqual(outcome);
  });

  it('are split alike however the stream is cut, and long ones left out whole', () => {
    const long = `${'x'.repeat(5_000)}\n`;
    const stream = new TextEncoder().encode(`one\n\n${long}zwei ä\nthree`);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (cuts) => {
        const splitter = new LineSplitter();
        expect(pieces(stream, cuts).flatMap((piece) => splitter.split(piece))).toEqual(['one', 'zwei ä']);
        expect(splitter.dropped).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  it('are refused, not trusted, when damaged', () => {
    const good = Buffer.from(
      encodeTerminalFrame({ type: 'outcome', paymentId, outcome: { kind: 'declined', reason: 'no' } }),
    );
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Uint8Array.from(good);
        damaged[at] = byte;
        const lines = new LineSplitter().split(damaged);
        for (const line of lines) {
          const frame = decodeTerminalFrame(line);
          if (frame !== null && frame.type === 'outcome') expect(frame.outcome.kind).toBe('declined');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
