import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type {
  AnswerReferral,
  PaymentOutcome,
  PaymentTerminal,
} from '../../../../drivers/payment-terminal/payment-terminal.ts';
import {
  attributesOf,
  MessageSplitter,
  readResult,
} from '../../../../drivers/payment-terminal/worldpay/ipc-message.ts';
import {
  createWorldpayTerminal,
  type WorldpayTerminalOptions,
} from '../../../../drivers/payment-terminal/worldpay/worldpay-terminal.ts';
import { money } from '../../../../src/money/money.ts';
import { minutes } from '../../../../src/platform/clock.ts';
import { silentLogger } from '../../../../src/platform/log.ts';
import { longUuid, shortUuid } from '../../../../src/platform/short-uuid.ts';
import { ManualClock } from '../../../tools/manual-clock.ts';
import { FakePlace, pieces, settled } from '../../fake-place.ts';

const paymentId = '0193597e-1111-7000-8000-000000000001';
const reference = shortUuid(paymentId);
const number = '4761739001010119';
const track2 = ';4761739001010119=25122010123456789?';

/** As IPC sends it, card number and track included. */
const answer = (result: number, more: readonly string[] = []): string =>
  [
    `1=5`,
    `2=0`,
    `3=${result}`,
    `4=123456`,
    `5=${number}`,
    `6=VISA DEBIT`,
    `46=${track2}`,
    `98=${reference}`,
    ...more,
    '99=0\n',
  ].join('\n');

let clock: ManualClock;
let requests: FakePlace;
let messages: FakePlace;
let asked: string[];
let words: string[];
let driver: PaymentTerminal;

const create = (more: Partial<WorldpayTerminalOptions> = {}): PaymentTerminal =>
  createWorldpayTerminal({ name: 'card terminal', requests, messages, clock, log: silentLogger, ...more });
const pay = (onReferral?: AnswerReferral): Promise<PaymentOutcome> =>
  driver.pay(
    { paymentId, amount: money('10.23'), currency: 'GBP', reference: 'K1-00000042', offline: 'allowed' },
    (text) => words.push(text),
    onReferral,
  );
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

beforeEach(async () => {
  clock = new ManualClock();
  requests = new FakePlace();
  messages = new FakePlace();
  asked = [];
  words = [];
  driver = create();
  await driver.start();
});

describe('a sale over Worldpay’s IPC', () => {
  it('is asked for and answered in numbered attributes; the central reference makes it final', async () => {
    const outcome = pay();
    await settled();
    expect(text(requests.writes[0] ?? new Uint8Array())).toBe(`1=${reference}\n2=0\n3=10.23\n99=0\n`);
    messages.send('info:ClearInstruction \n ClearInstruction99=0info:PlsInsSwpCrd99=0');
    messages.send('info:EntPin \n ClearInstruction 99=0info:Authorising...99=0');
    requests.send(answer(1, ['28=PGTR12345']));
    expect(await outcome).toEqual({
      kind: 'approved',
      card: {
        brand: 'VISA DEBIT',
        maskedPan: '476173******0119',
        authorizationCode: '123456',
        terminalReference: 'PGTR12345',
        entryMode: 'chip',
      },
      references: {
        tender: null,
        merchant: reference,
        trace: null,
        terminalReceipt: null,
        psp: 'PGTR12345',
        terminalTime: null,
      },
    });
    expect(words).toEqual(['Present card', 'Enter PIN', 'Authorising']);
    expect(await driver.status(paymentId)).toMatchObject({ kind: 'approved' });
  });

  it('is only stored when IPC stood in for the central service', async () => {
    const outcome = pay();
    await settled();
    requests.send(answer(2));
    expect(await outcome).toMatchObject({ kind: 'stored', references: { psp: null, merchant: reference } });
  });

  it('is referred: the cashier’s code goes to IPC, and what comes of it is stored', async () => {
    const outcome = pay(async ({ words: say, phones, merchantId }) => {
      asked.push(`${say} ${phones.join(' or ')} ${merchantId}`);
      return 'A12345';
    });
    await settled();
    messages.send('2=4\n3=CALL AUTH CENTRE\n11=123456789012\n12=08001234567,08007654321\n99=0');
    await settled();
    expect(asked).toEqual(['CALL AUTH CENTRE 08001234567 or 08007654321 123456789012']);
    expect(text(messages.writes[0] ?? new Uint8Array())).toBe('2=4\n3=0\n4=A12345\n99=0\n');
    requests.send(answer(1, ['28=PGTR1']));
    expect(await outcome).toMatchObject({ kind: 'stored' });
  });

  it('rejects a referral that nobody answers, and every other question', async () => {
    const outcome = pay();
    await settled();
    messages.send('2=4\n3=CALL\n12=08001234567\n99=0');
    await settled();
    messages.send('2=7\n3=CASHBACK?\n99=0');
    await settled();
    expect(messages.writes.map(text)).toEqual(['2=4\n3=1\n99=0\n', '2=7\n3=1\n99=0\n']);
    requests.send(answer(9));
    expect(await outcome).toEqual({ kind: 'cancelled', reason: 'cancelled at the card terminal' });
  });

  it('is unknown when its answer does not come, and stays so: IPC can’t be asked', async () => {
    const silent = pay();
    await clock.advance(minutes(5));
    expect(await silent).toMatchObject({ kind: 'unknown' });
    expect(await driver.status(paymentId)).toMatchObject({ kind: 'unknown' });

    const cut = pay();
    await settled();
    requests.unplug();
    expect(await cut).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('lost') });
  });

  it('is not begun without IPC, nor while another is under way', async () => {
    const first = pay();
    await settled();
    expect(await pay()).toMatchObject({ kind: 'cancelled', reason: expect.stringContaining('another payment') });
    requests.send(answer(9));
    await first;
    expect(await driver.diagnose?.()).toMatchObject({ kind: 'well' });
    messages.unplug();
    expect(await pay()).toMatchObject({ kind: 'cancelled' });
    expect(driver.health().state).not.toBe('ready');
    expect(driver.refund).toBeUndefined();
    expect(driver.reverse).toBeUndefined();
  });

  it('lets nothing of the card through', async () => {
    const outcome = pay();
    await settled();
    requests.send(answer(1, ['28=P']));
    const seen = JSON.stringify([await outcome, driver.health(), words]);
    for (const secret of [number, '739001', track2.slice(1, 20)]) expect(seen).not.toContain(secret);
  });
});

describe('IPC’s messages', () => {
  it('mean nothing more than Worldpay says', () => {
    const result = (code: number, referred = false) => readResult(attributesOf(answer(code)), referred).kind;
    expect([1, 2].map((code) => result(code))).toEqual(['approved', 'approved']);
    expect([4, 5, 16, 36, 45].map((code) => result(code))).toEqual(Array(5).fill('declined'));
    expect([9, 19, 42].map((code) => result(code))).toEqual(Array(3).fill('cancelled'));
    expect([3, 13, 18, 47, 48].map((code) => result(code))).toEqual(Array(5).fill('unclear'));
    expect(result(4, true)).toBe('unclear');
    expect(readResult(attributesOf('2=0'), false).kind).toBe('unclear');
    expect(readResult(attributesOf('3=yes'), false).kind).toBe('unclear');
  });

  it('are found however the bytes are cut', () => {
    const bytes = new TextEncoder().encode(`info:PlsInsSwpCrd99=0${answer(1)}\r\n2=4\r\n3=x\r\n99=0`);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }), (cuts) => {
        const splitter = new MessageSplitter();
        const found = pieces(bytes, cuts).flatMap((piece) => [...splitter.split(piece)]);
        expect(found).toHaveLength(3);
        expect(attributesOf(found[2] ?? '')).toEqual(
          new Map([
            [2, '4'],
            [3, 'x'],
          ]),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('name a payment in 22 characters, and back', () => {
    expect(reference).toMatch(/^[\w-]{22}$/);
    expect(longUuid(reference)).toBe(paymentId);
    expect(longUuid('K1-00000042')).toBeNull();
  });
});
