import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ForwardStatus } from '../../drivers/payment-terminal/payment-terminal.ts';
import type { Acquirer, AcquirerReport } from '../../src/payments/acquirer.ts';
import { BlobStore } from '../../src/payments/blobs/blob-store.ts';
import { unseal } from '../../src/payments/blobs/sealing.ts';
import type { PaymentFinding } from '../../src/payments/cases.ts';
import { Forwarder } from '../../src/payments/forwarder.ts';
import { PaymentLedger } from '../../src/payments/ledger.ts';
import { offlinePolicy } from '../../src/payments/presets.ts';
import { AcquirerReports } from '../../src/payments/reports.ts';
import { hours, minutes, seconds } from '../../src/platform/clock.ts';
import type { SaleId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { sampleSale } from '../journal/sample-sale.ts';
import { seededRandom } from '../journal/seeded-random.ts';
import { countingRandom } from '../till/fakes/counter.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';
import { cardReceipt, happened, requestedPayment } from './sample-payments.ts';

const keys = generateKeyPairSync('x25519');
const idOf = (number: number): string => `0190b0c0-0000-7000-8000-${String(number).padStart(12, '0')}`;
const track = Buffer.from(';4761739001010119=251210112345678900000?');

/** An acquirer with a memory, whose line and answers can be troubled. */
class FakeAcquirer implements Acquirer {
  readonly name = 'fake';
  readonly asked: string[] = [];
  readonly booked = new Map<string, { status: ForwardStatus; blob: Buffer | null }>();
  readonly reports: AcquirerReport[] = [];
  /** What becomes of the next new ones. */
  decides: (paymentId: string) => ForwardStatus = () => ({ kind: 'approved', psp: 'PSP', authorizationCode: '654321' });
  up = true;
  loseReplies = 0;

  async forward({ paymentId }: { paymentId: string }, blob: Uint8Array | null): Promise<ForwardStatus> {
    this.asked.push(paymentId);
    if (!this.up) return { kind: 'unreachable', reason: 'no line' };
    const known = this.booked.get(paymentId);
    const status = known?.status ?? this.decides(paymentId);
    if (status.kind !== 'stored')
      this.booked.set(paymentId, { status, blob: blob === null ? null : Buffer.from(blob) });
    return this.#reply(status);
  }

  async lookUp({ paymentId }: { paymentId: string }): Promise<ForwardStatus> {
    this.asked.push(`? ${paymentId}`);
    return this.#reply(this.booked.get(paymentId)?.status ?? { kind: 'not-found' });
  }

  async outcomesSince(cursor: string | null) {
    if (!this.up) return { kind: 'unreachable', reason: 'no line' } as const;
    const from = Number(cursor ?? '0');
    const reports = this.reports.slice(from, from + 2);
    return { kind: 'page', reports, cursor: String(from + reports.length), more: reports.length > 0 } as const;
  }

  #reply(status: ForwardStatus): ForwardStatus {
    if (!this.up) return { kind: 'unreachable', reason: 'no line' };
    if (this.loseReplies === 0) return status;
    this.loseReplies -= 1;
    return { kind: 'unreachable', reason: 'the reply was lost' };
  }
}

let clock: ManualClock;
let disk: MemoryDisk;
let journal: MemoryJournal;
let acquirer: FakeAcquirer;
let cases: PaymentFinding[];
let ledger: PaymentLedger;
let forwarder: Forwarder;
let cursor: { value: string | null; save(value: string | null): Promise<void> };
let reachable: boolean;
let end: AbortController;

beforeEach(async () => {
  clock = new ManualClock();
  disk = new MemoryDisk();
  journal = new MemoryJournal(clock);
  acquirer = new FakeAcquirer();
  cases = [];
  reachable = true;
  cursor = {
    value: null,
    async save(value) {
      this.value = value;
    },
  };
  await start();
});

/** A program that starts over what is durable. */
async function start(): Promise<void> {
  const openCase = async (found: PaymentFinding): Promise<void> => {
    cases.push(found);
  };
  ledger = new PaymentLedger({
    journal,
    clock,
    random: countingRandom(),
    log: silentLogger,
    openCase,
    holdOrder: true,
  });
  await ledger.load();
  const reports = new AcquirerReports(ledger, journal, openCase);
  forwarder = new Forwarder({
    ledger,
    acquirer,
    policy: offlinePolicy('simulated', { allowed: true }, 'EUR'),
    blobs: blobs(),
    onReport: async (report) => {
      await reports.take(report);
    },
    cursor,
    reachable: () => reachable,
    clock,
    random: seededRandom(1),
    log: silentLogger,
    every: minutes(1),
  });
  end = new AbortController();
}

const blobs = (): BlobStore => new BlobStore(disk.files('sealed'), keys.publicKey);

/** A sale that was paid by a card without network. */
async function sold(number: number, kind: 'stored' | 'approved-offline' = 'stored'): Promise<string> {
  const paymentId = idOf(number);
  const saleId = idOf(1_000 + number) as SaleId;
  const { taken: _, state: __, is: ___, ...facts } = requestedPayment({ paymentId, for: { kind: 'sale', saleId } });
  await ledger.request({ ...facts, requestedAt: clock.now() }, null);
  const card = cardReceipt(paymentId, kind);
  await ledger.take(paymentId, { ...happened(kind), card, at: clock.now() });
  const tenders = [{ kind: 'card', amount: facts.amount, card }] as const;
  const counter = journal.nextReceiptCounter;
  await journal.append({ kind: 'sale', sale: sampleSale({ counter, saleId, change: { tenders } }) });
  await ledger.saleSaved({ tenders });
  return paymentId;
}

const stateOf = (paymentId: string): string | undefined => ledger.find(paymentId)?.payment.state;
const told = (): readonly string[] =>
  journal.kept.flatMap(({ entry }) => (entry.kind === 'payment-outcome' ? [entry.outcome.kind] : []));
const round = (): Promise<void> => forwarder.round(end.signal);

describe('forwarding', () => {
  test('oldest first, each once, and Magento is told', async () => {
    const ids = [];
    for (const number of [1, 2, 3]) {
      ids.push(await sold(number, number === 2 ? 'approved-offline' : 'stored'));
      await clock.advance(minutes(1));
    }
    await round();
    expect(acquirer.asked).toEqual(ids);
    expect(ids.map(stateOf)).toEqual(['approved-online', 'approved-online', 'approved-online']);
    expect(told()).toEqual(['approved', 'approved', 'approved']);
    await round();
    expect(acquirer.asked).toHaveLength(3);
  });

  test('a line that is down stops the round at once, and the next one goes on', async () => {
    await sold(1);
    await sold(2);
    acquirer.up = false;
    await round();
    acquirer.up = true;
    reachable = false;
    await round();
    expect(acquirer.asked).toEqual([]);
    reachable = true;
    acquirer.loseReplies = 1;
    await round();
    expect([acquirer.asked, stateOf(idOf(1))]).toEqual([[idOf(1)], 'stored']);
    expect(ledger.open()[0]?.attempt).toMatchObject({ count: 1, answer: 'the reply was lost' });
    await round();
    expect(told()).toEqual(['approved', 'approved']);
    expect(acquirer.booked.size).toBe(2);
  });

  test('what goes on as it was is written down once, not every round', async () => {
    await sold(1);
    acquirer.decides = () => ({ kind: 'stored' });
    await round();
    const written = journal.kept.length;
    for (let again = 0; again < 5; again++) await round();
    expect([journal.kept.length, acquirer.asked.length]).toEqual([written, 6]);
  });

  test('a stop at any record of a round: everything is forwarded once and told once', async () => {
    await sold(1);
    await sold(2);
    acquirer.decides = (id) =>
      id === idOf(1) ? { kind: 'declined', reason: 'no money' } : { kind: 'forwarded', psp: 'P' };
    const begun = journal.kept.length;
    await round();
    const all = [...journal.kept];
    for (let records = begun; records <= all.length; records++) {
      journal = new MemoryJournal(clock, all.slice(0, records));
      await start();
      await round();
      expect(told()).toEqual(['declined']);
      expect(stateOf(idOf(2))).toBe('forwarded');
      expect(acquirer.booked.size).toBe(2);
    }
  });

  test('what the acquirer decides later is asked about, and a decline opens a case', async () => {
    const paymentId = await sold(1);
    acquirer.decides = () => ({ kind: 'forwarded', psp: 'PSP-9' });
    await round();
    expect([stateOf(paymentId), told()]).toEqual(['forwarded', []]);
    acquirer.booked.set(paymentId, { status: { kind: 'declined', reason: 'not enough money' }, blob: null });
    await round();
    expect([stateOf(paymentId), told()]).toEqual(['declined-late', ['declined']]);
    expect(cases).toMatchObject([{ kind: 'payment-declined', words: expect.stringContaining('not enough money') }]);
  });

  test('expires only when the acquirer could be asked, does not have it, and its window is over', async () => {
    const paymentId = await sold(1);
    acquirer.decides = () => ({ kind: 'stored' });
    await round();
    await clock.advance(hours(25));
    acquirer.up = false;
    await round();
    expect(stateOf(paymentId)).toBe('stored');
    acquirer.up = true;
    await round();
    expect([stateOf(paymentId), told()]).toEqual(['expired', ['expired']]);
    expect(cases).toMatchObject([{ kind: 'payment-expired', words: expect.stringContaining('24 hours') }]);
  });
});

describe('what a reader handed out', () => {
  test('goes to the acquirer as it was sealed, and is gone once it was acknowledged', async () => {
    const paymentId = await sold(1);
    await blobs().keep(paymentId, track);
    acquirer.loseReplies = 1;
    await round();
    expect(await blobs().list()).toEqual([paymentId]);
    await round();
    const blob = acquirer.booked.get(paymentId)?.blob ?? Buffer.alloc(0);
    expect(Buffer.from(unseal(blob, paymentId, keys.privateKey))).toEqual(track);
    expect(await blobs().list()).toEqual([]);
  });
});

describe('what the acquirer tells by itself', () => {
  const report = (eventId: string, more: Partial<AcquirerReport> = {}): AcquirerReport => ({
    acquirer: 'fake',
    about: { paymentId: idOf(1) },
    event: { kind: 'issuer-declined', reason: 'no money', at: clock.now(), eventId },
    ...more,
  });

  test('page by page from where it was read to, however often it is told', async () => {
    await sold(1);
    acquirer.decides = () => ({ kind: 'forwarded', psp: 'P' });
    await round();
    acquirer.reports.push(report('a'), report('a'), report('b'));
    await round();
    expect([stateOf(idOf(1)), told(), cursor.value]).toEqual(['declined-late', ['declined'], '3']);
    // The note was lost: all is read again, and nothing told twice.
    cursor.value = null;
    await round();
    expect(told()).toEqual(['declined']);
    expect(cases).toHaveLength(1);
  });

  test('finds a payment that is over by the acquirer’s own name, and makes a case of what nobody knows', async () => {
    await sold(1);
    acquirer.decides = () => ({ kind: 'approved', psp: 'PSP-7', authorizationCode: null });
    await round();
    const event = { kind: 'charged-back', reason: 'fraud', at: clock.now(), eventId: 'cb' } as const;
    acquirer.reports.push(
      { acquirer: 'fake', about: { psp: 'PSP-7' }, event },
      { acquirer: 'fake', about: { psp: 'PSP-8' }, event },
    );
    await round();
    expect(stateOf(idOf(1))).toBe('charged-back');
    expect(cases.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['payment-charged-back', idOf(1)],
      ['settlement-missing-in-journal', 'fake:PSP-8'],
    ]);
  });
});

test('by itself: every so often, ever less often while the line is down, at once when it is back', async () => {
  acquirer.up = false;
  await sold(1);
  forwarder.start(end.signal);
  await clock.advance(hours(3));
  const asked = acquirer.asked.length;
  expect(asked).toBeLessThan(40);
  acquirer.up = true;
  forwarder.wake();
  await clock.advance(seconds(11));
  expect(stateOf(idOf(1))).toBe('approved-online');
  end.abort();
  await forwarder.ended();
});
