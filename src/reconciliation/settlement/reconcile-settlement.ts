import { add, decimal, type Money, zero } from '../../money/money.ts';
import type { LaterEvent } from '../../payments/payment-event.ts';
import { type JsonValue, unreachable } from '../../platform/brand.ts';
import type { Clock, Instant } from '../../platform/clock.ts';
import type { TerminalId } from '../../platform/ids.ts';
import type { Finding } from '../case.ts';
import { judgeRow, missingAtBank, type SettlementRules, type Verdict } from './judge-row.ts';
import type { KnownPayment } from './known-payment.ts';
import { PaymentIndex } from './payment-index.ts';
import type { ReportLine, SettlementRow, UnreadableRow } from './settlement-row.ts';

/** What the reconciliation needs of the till's books. */
export interface SettlementBooks {
  /** Every card payment that the journal still knows. */
  payments(): AsyncIterable<KnownPayment>;
  /** Tells a payment what the bank says, durably; repeated and old news change nothing. */
  take(paymentId: string, event: LaterEvent & { readonly eventId: string }): Promise<TakingKind>;
  /** Opens a case, or finds that it is known. */
  find(finding: Finding): Promise<void>;
  /** Closes the case of a payment that was missing at the bank, if there is one: the money came. */
  arrived(paymentId: string, words: string): Promise<void>;
}

export type TakingKind = 'advanced' | 'repeated' | 'stale' | 'impossible' | 'not-known';

export interface SettlementReading {
  /** As in the payments' own facts, e.g. `adyen`. */
  readonly acquirer: string;
  /** Under which names the till has taken the payments that must be in the report. */
  readonly acquirers: readonly string[];
  readonly terminalId: TerminalId;
  readonly rules: SettlementRules;
  readonly books: SettlementBooks;
  readonly clock: Pick<Clock, 'now'>;
  onProgress?(rows: number): void;
  readonly signal?: AbortSignal;
}

export const settlementOutcomes = [
  'settled-as-sold',
  'refunded-as-returned',
  'amount-differs',
  'declined-late',
  'charged-back',
  'charge-back-reversed',
  'contradiction',
  'missing-at-bank',
  'missing-in-journal',
  'repeated',
  'elsewhere',
  'no-payment',
] as const;
export type SettlementOutcome = (typeof settlementOutcomes)[number];

export interface SettlementResult {
  readonly acquirer: string;
  readonly rows: number;
  readonly outcomes: Readonly<Record<SettlementOutcome, { readonly count: number; readonly amount: Money }>>;
  /** What a person must look at, the first hundred. */
  readonly differences: readonly Difference[];
  readonly unreadable: { readonly count: number; readonly first: readonly UnreadableRow[] };
  /** Rows that are no payments, by what the bank calls them. */
  readonly others: Readonly<Record<string, number>>;
  /** The newest row's date. */
  readonly newest: Instant | null;
  /** Why nothing was said about payments missing at the bank; null: it was. */
  readonly missingNotJudged: string | null;
}

export interface Difference {
  readonly outcome: SettlementOutcome;
  readonly words: string;
  readonly receiptNumber: string | null;
}

const mostDifferences = 100;
const mostUnreadable = 10;
const mostTypes = 40;
const progressEvery = 20_000;

/**
 * Compares a report with the journal, row by row as it comes: what is settled is noted with its payment, every difference is a
 * case. Reading the same report again finds the same and changes nothing. Throws what the report's reader throws, and what the
 * journal throws; what was noted until then stays.
 */
export async function reconcileSettlement(
  lines: AsyncIterable<ReportLine>,
  reading: SettlementReading,
): Promise<SettlementResult> {
  const index = new PaymentIndex();
  for await (const payment of reading.books.payments()) index.add(payment);
  const run = new Run(reading, index);
  for await (const line of lines) {
    reading.signal?.throwIfAborted();
    await run.take(line);
  }
  return run.finish();
}

class Run {
  readonly #reading: SettlementReading;
  readonly #index: PaymentIndex;
  /** By which row of this report a payment was settled. */
  readonly #settled = new Map<string, string>();
  /** Payments that the report says anything of. */
  readonly #named = new Set<string>();
  readonly #counts = new Map<SettlementOutcome, { readonly count: number; readonly amount: Money }>();
  readonly #differences: Difference[] = [];
  readonly #unreadable: UnreadableRow[] = [];
  readonly #others = new Map<string, number>();
  #unreadableCount = 0;
  #rows = 0;
  #newest: Instant | null = null;

  constructor(reading: SettlementReading, index: PaymentIndex) {
    this.#reading = reading;
    this.#index = index;
  }

  async take(line: ReportLine): Promise<void> {
    this.#rows += 1;
    if (this.#rows % progressEvery === 0) this.#reading.onProgress?.(this.#rows);
    if (line.kind === 'unreadable') {
      this.#unreadableCount += 1;
      if (this.#unreadable.length < mostUnreadable) this.#unreadable.push(line.unreadable);
      return;
    }
    const { row } = line;
    if (row.at !== null && (this.#newest === null || row.at > this.#newest)) this.#newest = row.at;
    const verdict = judgeRow(row, this.#index.find(row), {
      rules: this.#reading.rules,
      terminalId: this.#reading.terminalId,
      settledHere: (paymentId) => this.#settled.get(paymentId) ?? null,
    });
    if ('payment' in verdict) this.#named.add(verdict.payment.paymentId);
    await this.#act(row, verdict);
  }

  async finish(): Promise<SettlementResult> {
    const notJudged =
      this.#unreadableCount > 0
        ? `${this.#unreadableCount} lines could not be read, so that nothing can be said about what is missing`
        : this.#newest === null
          ? 'the report has no dates, so that nothing can be said about what is missing'
          : null;
    if (notJudged === null) {
      const { acquirers, rules } = this.#reading;
      const missing = missingAtBank(this.#index.all(), (id) => this.#named.has(id), {
        acquirers,
        newest: this.#newest,
        rules,
      });
      for (const payment of missing) await this.#missing(payment);
    }
    const none = { count: 0, amount: zero };
    const outcomes = Object.fromEntries(
      settlementOutcomes.map((outcome) => [outcome, this.#counts.get(outcome) ?? none]),
      // Every outcome has its entry.
    ) as unknown as SettlementResult['outcomes'];
    return {
      acquirer: this.#reading.acquirer,
      rows: this.#rows,
      outcomes,
      differences: this.#differences,
      unreadable: { count: this.#unreadableCount, first: this.#unreadable },
      others: Object.fromEntries(this.#others),
      newest: this.#newest,
      missingNotJudged: notJudged,
    };
  }

  async #act(row: SettlementRow, verdict: Verdict): Promise<void> {
    switch (verdict.kind) {
      case 'settled-as-sold':
      case 'refunded-as-returned':
        return this.#settle(row, verdict.payment, verdict.kind);
      case 'amount-differs':
        await this.#settle(row, verdict.payment, null);
        return this.#differs(row, verdict.payment, verdict.by);
      case 'not-sold':
      case 'settled-twice':
        return this.#contradiction(
          row,
          verdict.payment,
          await this.#tell(row, verdict.payment, settledBy(row)),
          verdict.kind,
        );
      case 'declined-late':
        return this.#news(row, verdict.payment, verdict.kind, {
          kind: 'issuer-declined',
          reason: `the bank says ${row.type}`,
        });
      case 'charged-back':
        return this.#news(row, verdict.payment, verdict.kind, {
          kind: 'charged-back',
          reason: `the bank says ${row.type}`,
        });
      case 'charge-back-reversed':
        return this.#news(row, verdict.payment, verdict.kind, {
          kind: 'charge-back-reversed',
          reason: `the bank says ${row.type}`,
        });
      case 'repeated':
        this.#settled.set(verdict.payment.paymentId, row.reference);
        return this.#count('repeated', row.amount);
      case 'missing-in-journal':
        return this.#unknown(row, 'no sale of this till knows it');
      case 'ambiguous':
        return this.#unknown(row, `${verdict.count} payments here fit it, and nothing tells which`);
      case 'elsewhere':
        return this.#count('elsewhere', row.amount);
      case 'no-payment':
        if (this.#others.size < mostTypes || this.#others.has(row.type)) {
          this.#others.set(row.type, (this.#others.get(row.type) ?? 0) + 1);
        }
        return this.#count('no-payment', row.amount);
      default:
        return unreachable(verdict);
    }
  }

  async #settle(row: SettlementRow, payment: KnownPayment, outcome: SettlementOutcome | null): Promise<void> {
    const taking = await this.#tell(row, payment, settledBy(row));
    this.#settled.set(payment.paymentId, row.reference);
    if (taking === 'impossible') return this.#contradiction(row, payment, taking, 'not-sold');
    if (outcome === null) return;
    this.#count(outcome, row.amount);
    await this.#reading.books.arrived(payment.paymentId, `settled by ${row.reference}`);
  }

  async #differs(row: SettlementRow, payment: KnownPayment, by: Money): Promise<void> {
    const currency = row.currency ?? payment.currency;
    const words = `${named(payment)} was sold for ${decimal(payment.amount)} ${payment.currency}, the bank settled ${decimal(row.amount)} ${currency}`;
    await this.#reading.books.find({
      kind: 'settlement-amount-differs',
      subject: payment.paymentId,
      words,
      evidence: { ...evidenceOf(row), sold: decimal(payment.amount), by: decimal(by) },
      receiptNumber: payment.receiptNumber,
    });
    this.#difference('amount-differs', row.amount, words, payment.receiptNumber);
  }

  /** News that the payment's own room makes a case of. */
  async #news(
    row: SettlementRow,
    payment: KnownPayment,
    outcome: 'declined-late' | 'charged-back' | 'charge-back-reversed',
    event: NewsEvent,
  ): Promise<void> {
    const taking = await this.#tell(row, payment, event);
    if (taking === 'repeated' || taking === 'stale') return this.#count('repeated', row.amount);
    if (taking === 'impossible') return this.#contradiction(row, payment, taking, 'not-sold');
    const words = `${named(payment)}, ${decimal(payment.amount)} ${payment.currency}: ${newsWords[outcome]}`;
    this.#difference(outcome, row.amount, words, payment.receiptNumber);
  }

  /** What can't follow from what is known: the payment's own room has made a case of it. */
  async #contradiction(
    row: SettlementRow,
    payment: KnownPayment,
    taking: TakingKind,
    why: 'not-sold' | 'settled-twice',
  ): Promise<void> {
    switch (taking) {
      case 'repeated':
      case 'stale':
        return this.#count('repeated', row.amount);
      case 'advanced':
        return this.#count('settled-as-sold', row.amount);
      case 'not-known':
        return this.#unknown(row, 'the journal has no more of it');
      case 'impossible': {
        const words =
          why === 'settled-twice'
            ? `${named(payment)} was settled a second time, with ${decimal(row.amount)}`
            : `${named(payment)} is ${payment.state} here, and the bank reports ${row.type} of ${decimal(row.amount)}`;
        this.#difference('contradiction', row.amount, words, payment.receiptNumber);
      }
    }
  }

  async #unknown(row: SettlementRow, why: string): Promise<void> {
    const { psp, merchant } = row.names;
    const words = `the bank reports ${row.type} of ${decimal(row.amount)} ${row.currency ?? ''} as ${merchant ?? psp ?? row.reference}; ${why}`;
    await this.#reading.books.find({
      kind: 'settlement-missing-in-journal',
      subject: subjectOf(row.reference),
      words,
      evidence: evidenceOf(row),
      receiptNumber: null,
    });
    this.#difference('missing-in-journal', row.amount, words, null);
  }

  async #missing(payment: KnownPayment): Promise<void> {
    const words = `${named(payment)}, ${decimal(payment.amount)} ${payment.currency}, taken on ${new Date(payment.at).toISOString().slice(0, 10)}, is not in the bank’s report`;
    await this.#reading.books.find({
      kind: 'settlement-missing-at-bank',
      subject: payment.paymentId,
      words,
      evidence: {
        acquirer: payment.acquirer,
        amount: decimal(payment.amount),
        psp: payment.names.psp,
        merchant: payment.names.merchant,
        state: payment.state,
      },
      receiptNumber: payment.receiptNumber,
    });
    this.#difference('missing-at-bank', payment.amount, words, payment.receiptNumber);
  }

  #tell(row: SettlementRow, payment: KnownPayment, event: NewsEvent): Promise<TakingKind> {
    const at = row.at ?? this.#reading.clock.now();
    return this.#reading.books.take(payment.paymentId, { ...event, at, eventId: row.reference });
  }

  #difference(outcome: SettlementOutcome, amount: Money, words: string, receiptNumber: string | null): void {
    this.#count(outcome, amount);
    if (this.#differences.length < mostDifferences) this.#differences.push({ outcome, words, receiptNumber });
  }

  #count(outcome: SettlementOutcome, amount: Money): void {
    const counted = this.#counts.get(outcome) ?? { count: 0, amount: zero };
    this.#counts.set(outcome, { count: counted.count + 1, amount: add(counted.amount, amount) });
  }
}

type NewsEvent =
  | { readonly kind: 'settled'; readonly amount: Money; readonly reference: string; readonly psp: string | null }
  | { readonly kind: 'issuer-declined' | 'charged-back' | 'charge-back-reversed'; readonly reason: string };

const settledBy = ({ amount, reference, names }: SettlementRow): NewsEvent => ({
  kind: 'settled',
  amount,
  reference,
  psp: names.psp,
});

const newsWords = {
  'declined-late': 'the issuer declined it after the goods had left',
  'charged-back': 'the card holder’s bank took it back',
  'charge-back-reversed': 'the card holder’s bank gave it back again',
} as const;

const named = ({ receiptNumber, paymentId, purpose }: KnownPayment): string =>
  receiptNumber === null
    ? `The card payment ${paymentId}`
    : `The card ${purpose === 'return' ? 'refund' : 'payment'} of ${receiptNumber}`;

function evidenceOf(row: SettlementRow): { readonly [key: string]: JsonValue } {
  const { reference, type, amount, currency, at, names } = row;
  return {
    row: reference,
    type,
    amount: decimal(amount),
    currency,
    date: at === null ? null : new Date(at).toISOString(),
    psp: names.psp,
    merchant: names.merchant,
  };
}

/** A case's subject has no spaces. */
const subjectOf = (reference: string): string => reference.replace(/[^\x21-\x7e]/g, '_').slice(0, 200) || '-';

/** Nothing that a person must look at. */
export const isClean = ({ outcomes, unreadable }: SettlementResult): boolean =>
  unreadable.count === 0 &&
  (
    [
      'amount-differs',
      'declined-late',
      'charged-back',
      'contradiction',
      'missing-at-bank',
      'missing-in-journal',
    ] as const
  ).every((outcome) => outcomes[outcome].count === 0);
