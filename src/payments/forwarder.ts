import type { ForwardStatus } from '../../drivers/payment-terminal/payment-terminal.ts';
import { type Clock, type Duration, milliseconds, minutes } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { Acquirer, AcquirerReport, ForwardedPayment } from './acquirer.ts';
import type { BlobStore } from './blobs/blob-store.ts';
import type { PaymentLedger } from './ledger.ts';
import { type Payment, type PaymentIn, type StateName, takenOf } from './payment.ts';
import type { RecordedPayment } from './payment-record.ts';
import type { OfflinePolicy } from './policy.ts';
import { eventOfForwarding } from './terminal-answer.ts';

export interface ForwarderParts {
  readonly ledger: PaymentLedger;
  readonly acquirer: Acquirer;
  readonly policy: OfflinePolicy;
  /** What a reader gave out for a payment; null: the terminal keeps it itself. */
  readonly blobs: Pick<BlobStore, 'read' | 'remove' | 'list'>;
  /** What the acquirer reported of its own accord. */
  readonly onReport: (report: AcquirerReport) => Promise<void>;
  /** How far its reports were read; outlives the process. */
  readonly cursor: { readonly value: string | null; save(value: string | null): Promise<void> };
  /** Whether the acquirer may be within reach; asked only then. */
  readonly reachable: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly every: Duration;
}

export interface ForwarderStatus {
  readonly running: boolean;
  /** The acquirer's last answer in plain words; null: not asked yet. */
  readonly words: string | null;
}

/** Tills that come back together begin within this share of the time between two rounds of each other: ten seconds usually. */
const spreadOnReturn = 1 / 6;
const longestPause = minutes(10);

type Held = PaymentIn<'stored'> | PaymentIn<'approved-offline'>;

/**
 * Brings what was taken without network to the acquirer, oldest first, and asks what the issuers say. Each attempt is durable
 * and carries the payment's own key, so that a stop anywhere repeats at most a question. It never gives up.
 */
export class Forwarder {
  readonly #parts: ForwarderParts;
  #loop: Promise<void> = Promise.resolve();
  #wake = new AbortController();
  #status: ForwarderStatus = { running: false, words: null };
  #failures = 0;
  /** What an earlier stop left lying was looked for. */
  #swept = false;
  #round: Promise<void> | null = null;

  constructor(parts: ForwarderParts) {
    this.#parts = parts;
  }

  status(): ForwarderStatus {
    return this.#status;
  }

  start(end: AbortSignal): void {
    end.addEventListener('abort', () => this.#wake.abort(), { once: true });
    this.#loop = this.#run(end);
  }

  /** The network is back, or somebody wants it now. */
  wake(): void {
    this.#failures = 0;
    this.#wake.abort();
  }

  ended(): Promise<void> {
    return this.#loop;
  }

  async #run(end: AbortSignal): Promise<void> {
    const { clock, random, every, log } = this.#parts;
    while (!end.aborted) {
      const pause = Math.min(every * 2 ** Math.min(this.#failures, 10), Math.max(longestPause, every));
      await clock.sleep(milliseconds(pause + random.fraction() * every * 0.2), this.#wake.signal);
      if (end.aborted) return;
      if (this.#wake.signal.aborted) {
        this.#wake = new AbortController();
        await clock.sleep(milliseconds(random.fraction() * every * spreadOnReturn), end);
      }
      if (end.aborted) return;
      try {
        await this.round(end);
      } catch (error) {
        this.#failures += 1;
        log.error({ error: messageOf(error) }, 'stored card payments could not be forwarded');
      }
    }
  }

  /** One pass over everything that is open; a pass under way is joined. */
  round(signal: AbortSignal): Promise<void> {
    this.#round ??= this.#pass(signal).finally(() => {
      this.#round = null;
      this.#status = { ...this.#status, running: false };
    });
    return this.#round;
  }

  async #pass(signal: AbortSignal): Promise<void> {
    const { ledger, reachable } = this.#parts;
    if (!ledger.loaded || !reachable() || !(await this.#hasWork())) return;
    this.#status = { ...this.#status, running: true };
    await ledger.catchUp();
    await this.#removeAcknowledged();
    if (!(await this.#readReports(signal))) return;
    for (const recorded of inOrder(ledger.open())) {
      if (signal.aborted) return;
      const answer = await this.#ask(recorded, signal);
      if (answer?.kind === 'unreachable') {
        this.#failures += 1;
        return;
      }
    }
    this.#failures = 0;
  }

  /** Mostly nothing was taken without network, and then nothing is looked at. */
  async #hasWork(): Promise<boolean> {
    const { ledger, acquirer, blobs } = this.#parts;
    if (acquirer.outcomesSince !== undefined) return true;
    if (ledger.open().length > 0) return true;
    if (this.#swept) return false;
    this.#swept = true;
    return (await blobs.list()).length > 0;
  }

  /** False: the acquirer can't be reached. */
  async #readReports(signal: AbortSignal): Promise<boolean> {
    const { acquirer, cursor, onReport } = this.#parts;
    if (acquirer.outcomesSince === undefined) return true;
    for (let more = true; more && !signal.aborted; ) {
      const page = await acquirer.outcomesSince(cursor.value, signal);
      if (page.kind === 'unreachable') {
        this.#say(page.reason);
        this.#failures += 1;
        return false;
      }
      // Reports carry ids of their own: a page that is read again after a stop changes nothing.
      for (const report of page.reports) await onReport(report);
      if (page.cursor !== cursor.value) await cursor.save(page.cursor);
      more = page.more;
    }
    return true;
  }

  async #ask({ payment, attempt }: RecordedPayment, signal: AbortSignal): Promise<ForwardStatus | null> {
    const { acquirer, ledger, blobs, clock } = this.#parts;
    const asked = forwardedPayment(payment);
    if (asked === null) return null;
    if (!isHeld(payment)) return this.#took(payment, await acquirer.lookUp(asked, signal));
    const count = (attempt?.count ?? 0) + 1;
    const at = clock.now();
    // What goes on as it was is not written down every minute.
    const isNew = attempt === null || attempt.answer === null;
    if (isNew) await ledger.attempted(payment.paymentId, { count, at, answer: null });
    const blob = payment.state === 'stored' ? await blobs.read(payment.paymentId) : null;
    const answer = await acquirer.forward(asked, blob, signal);
    const words = wordsOf(answer);
    if (isNew || attempt.answer !== words) await ledger.attempted(payment.paymentId, { count, at, answer: words });
    return this.#took(payment, answer);
  }

  async #took(payment: Payment, answer: ForwardStatus): Promise<ForwardStatus> {
    const { ledger, clock } = this.#parts;
    this.#say(wordsOf(answer));
    const event = eventOfForwarding(answer, clock.now()) ?? this.#expiry(payment, answer);
    if (event === null) return answer;
    await ledger.take(payment.paymentId, event);
    await this.#removeIfAcknowledged(payment.paymentId);
    return answer;
  }

  /** Also what a stop left lying, or what was decided elsewhere. */
  async #removeAcknowledged(): Promise<void> {
    for (const paymentId of await this.#parts.blobs.list()) await this.#removeIfAcknowledged(paymentId);
  }

  /** Whoever has to pay it or refuse it has it, or nothing was charged. Of a payment that nobody knows, nothing goes. */
  async #removeIfAcknowledged(paymentId: string): Promise<void> {
    const { ledger, blobs } = this.#parts;
    const state = ledger.find(paymentId)?.payment.state;
    if (state !== undefined && !stillNeeded.has(state)) await blobs.remove(paymentId);
  }

  /** The acquirer could be asked, does not have it, and its window is over: it need not pay it any more. */
  #expiry(payment: Payment, answer: ForwardStatus): ReturnType<typeof eventOfForwarding> {
    const { window } = this.#parts.policy;
    const { clock } = this.#parts;
    // By a clock that may be wrong nothing is given up.
    if (
      answer.kind === 'unreachable' ||
      answer.kind === 'not-told' ||
      window === null ||
      !isHeld(payment) ||
      !clock.trusted()
    )
      return null;
    const at = clock.now();
    const hours = Math.round(window / 3_600_000);
    return at - payment.is.takenAt < window
      ? null
      : { kind: 'expired', reason: `not forwarded within ${hours} hours`, at, eventId: null };
  }

  #say(words: string): void {
    this.#status = { ...this.#status, words };
  }
}

const stillNeeded: ReadonlySet<StateName> = new Set(['requested', 'unknown', 'stored', 'expired'] as const);

const isHeld = (payment: Payment): payment is Held =>
  payment.state === 'stored' || payment.state === 'approved-offline';

/** Those that an acquirer is asked about, the oldest first. */
function inOrder(open: readonly RecordedPayment[]): readonly RecordedPayment[] {
  const since = ({ payment }: RecordedPayment): number => takenOf(payment)?.takenAt ?? payment.requestedAt;
  return open
    .filter(({ payment }) => isHeld(payment) || payment.state === 'forwarded')
    .sort((one, other) => since(one) - since(other));
}

function forwardedPayment(payment: Payment): ForwardedPayment | null {
  const taken = takenOf(payment);
  if (taken === null) return null;
  const { paymentId, amount, currency } = payment;
  return { paymentId, amount, currency, references: taken.references, takenAt: taken.takenAt };
}

function wordsOf(answer: ForwardStatus): string {
  switch (answer.kind) {
    case 'stored':
      return 'still stored at the card terminal';
    case 'forwarded':
      return 'forwarded, not decided yet';
    case 'approved':
      return 'approved';
    case 'declined':
      return `declined: ${answer.reason}`;
    case 'lost':
      return `lost: ${answer.reason}`;
    case 'not-found':
      return 'not known there';
    case 'not-told':
      return 'uploaded by the card terminal itself; the bank’s report will tell';
    case 'unreachable':
      return answer.reason;
  }
}
