import type { TerminalConfig } from '../config/schema.ts';
import type { SettlementQuestion, SettlementReport } from '../control/settlement-protocol.ts';
import type { SettlementHandlers } from '../control/settlement-routes.ts';
import type { Journal } from '../journal/journal.ts';
import { decimal, money } from '../money/money.ts';
import type { PaymentLedger } from '../payments/ledger.ts';
import type { SquareApi } from '../payments/square/square-api.ts';
import { type Clock, hours, instant, seconds } from '../platform/clock.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { terminalId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import { createPacer } from '../platform/pacer.ts';
import type { CaseDesk } from '../reconciliation/case-desk.ts';
import { adyenReport } from '../reconciliation/settlement/adyen-report.ts';
import type { SettlementRules } from '../reconciliation/settlement/judge-row.ts';
import { type KnownPayment, knownPayment } from '../reconciliation/settlement/known-payment.ts';
import { mappedReport } from '../reconciliation/settlement/mapped-report.ts';
import { readReport } from '../reconciliation/settlement/read-report.ts';
import {
  isClean,
  reconcileSettlement,
  type SettlementBooks,
  type SettlementResult,
} from '../reconciliation/settlement/reconcile-settlement.ts';
import type { ReportLine } from '../reconciliation/settlement/settlement-row.ts';
import { squarePayouts } from '../reconciliation/settlement/square-payouts.ts';
import { squareLines } from '../reconciliation/settlement/square-report.ts';

export interface SettlementDeskParts {
  readonly config: TerminalConfig;
  readonly journal: Pick<Journal, 'records' | 'append' | 'history'>;
  readonly ledger: PaymentLedger;
  readonly cases: CaseDesk;
  readonly clock: Clock;
  readonly log: Logger;
  /** Square, where this till works with it. */
  readonly square: SquareApi | null;
  /** Told of each report that was compared to its end. */
  readonly onCompared?: (report: SettlementReport) => Promise<void>;
}

/** Compares banks' reports with the journal, one at a time, and never so that a key press waits for it. */
export function createSettlementDesk(parts: SettlementDeskParts): SettlementHandlers {
  const { config, clock } = parts;
  let busy = false;

  return {
    async *reconcileSettlement(file, question, signal) {
      if (busy) {
        throw new HoldfastError('settlement.busy', 'Another settlement report is being read.', {
          remedy: 'retry',
          hint: 'Wait until it is done.',
        });
      }
      busy = true;
      try {
        const rows: number[] = [];
        const reading = reconcileSettlement(paced(linesOf(inPieces(file, clock), question), clock), {
          acquirer: question.acquirer === 'csv' ? (question.format ?? 'csv') : question.acquirer,
          acquirers: expectedAcquirers(question, config),
          terminalId: terminalId(config.terminal.id),
          rules: rulesFor(question, config),
          books: createBooks(parts),
          clock,
          onProgress: (count) => rows.push(count),
          signal,
        });
        // Awaited below; a rejection before that must not count as unhandled.
        reading.catch(() => undefined);
        for await (const count of whileRunning(reading, rows, clock)) yield { kind: 'progress', rows: count };
        const report = reportOf(await reading);
        await parts.onCompared?.(report);
        yield { kind: 'done', report };
      } finally {
        busy = false;
      }
    },
  };

  function linesOf(file: AsyncIterable<Uint8Array>, question: SettlementQuestion): AsyncIterable<ReportLine> {
    switch (question.acquirer) {
      case 'adyen':
        return readReport(file, adyenReport);
      case 'square':
        return question.since === undefined ? squareLines(file) : fetched(question.since);
      case 'worldpay':
      case 'csv': {
        const name = question.acquirer === 'worldpay' ? 'worldpay' : (question.format ?? 'csv');
        const mapping = config.settlement.formats[name];
        if (mapping === undefined) throw noFormat(name);
        return readReport(file, mappedReport(name, mapping));
      }
    }
  }

  function fetched(since: string): AsyncIterable<ReportLine> {
    const { paymentTerminal } = config.devices;
    if (parts.square === null || paymentTerminal?.driver !== 'square') {
      throw new HoldfastError('settlement.not-fetched', 'This till does not work with Square.', {
        remedy: 'operator',
        hint: 'Name a file with payout entries.',
      });
    }
    return squarePayouts(parts.square, paymentTerminal.locationId, instant(since));
  }
}

function rulesFor({ acquirer, format }: SettlementQuestion, { settlement }: TerminalConfig): SettlementRules {
  const name = acquirer === 'worldpay' ? 'worldpay' : acquirer === 'csv' ? (format ?? 'csv') : null;
  return {
    tolerance: money(settlement.tolerance),
    settlesWithin: hours(settlement.settlesWithinDays * 24),
    reportOfThisTillOnly: name !== null && settlement.formats[name]?.thisTillOnly === true,
  };
}

/** Whose payments must be in the report. Any other bank's report is that of the acquirer that the till is set to. */
function expectedAcquirers({ acquirer }: SettlementQuestion, { payments }: TerminalConfig): readonly string[] {
  // The showroom's acquirer writes its reports as Adyen does.
  const named = acquirer === 'csv' || payments.acquirer === 'simulated' ? payments.acquirer : acquirer;
  return ['none', named];
}

function createBooks({ journal, ledger, cases, log, clock }: SettlementDeskParts): SettlementBooks {
  return {
    async *payments() {
      const pace = createPacer(clock);
      const ids = new Set<string>();
      for await (const { entry } of journal.records()) {
        if (entry.kind === 'payment') ids.add(entry.paymentId);
        await pace();
      }
      for (const paymentId of ids) {
        const known = paymentOf(paymentId);
        if (known !== null) yield known;
        await pace();
      }
    },
    take: async (paymentId, event) => (await ledger.take(paymentId, event)).kind,
    find: (finding) => cases.report(finding),
    arrived: (paymentId, words) => cases.settle('settlement-missing-at-bank', paymentId, 'corrected', words),
  };

  function paymentOf(paymentId: string): KnownPayment | null {
    try {
      const payment = ledger.find(paymentId)?.payment;
      return payment ? knownPayment(payment, ledger.receiptOf(payment)) : null;
    } catch (error) {
      log.error({ paymentId, error: messageOf(error) }, 'a card payment could not be read');
      return null;
    }
  }
}

/** A chunk is parsed in one go: small ones, so that a key press never waits for a large one. */
async function* inPieces(file: AsyncIterable<Uint8Array>, clock: Clock): AsyncGenerator<Uint8Array> {
  const pace = createPacer(clock);
  for await (const chunk of file) {
    for (let from = 0; from < chunk.length; from += pieceSize) {
      yield chunk.subarray(from, from + pieceSize);
      await pace();
    }
  }
}

const pieceSize = 16 * 1024;

async function* paced(lines: AsyncIterable<ReportLine>, clock: Clock): AsyncGenerator<ReportLine> {
  const pace = createPacer(clock);
  for await (const line of lines) {
    yield line;
    await pace();
  }
}

/** What is put into `counts` until `running` is over. */
async function* whileRunning(running: Promise<unknown>, counts: number[], clock: Clock): AsyncGenerator<number> {
  let over = false;
  const end = running.then(
    () => {
      over = true;
    },
    () => {
      over = true;
    },
  );
  while (!over) {
    await Promise.race([end, clock.sleep(seconds(1))]);
    const latest = counts.splice(0).at(-1);
    if (latest !== undefined) yield latest;
  }
}

function reportOf(result: SettlementResult): SettlementReport {
  const { acquirer, rows, differences, unreadable, others, newest, missingNotJudged } = result;
  return {
    acquirer,
    rows,
    outcomes: Object.fromEntries(
      Object.entries(result.outcomes).map(([outcome, { count, amount }]) => [
        outcome,
        { count, amount: decimal(amount) },
      ]),
    ),
    differences,
    unreadable,
    others,
    newestRowAt: newest === null ? null : new Date(newest).toISOString(),
    missingNotJudged,
    clean: isClean(result),
  };
}

const noFormat = (name: string): HoldfastError =>
  new HoldfastError('settlement.no-format', `The configuration has no settlement.formats.${name}.`, {
    remedy: 'operator',
    hint: 'Say there which column of the report means what: docs/settlement.md.',
  });
