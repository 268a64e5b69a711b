import { z } from 'zod';
import type { Printer } from '../../drivers/printer/printer.ts';
import type { TerminalConfig } from '../config/schema.ts';
import type { CheckReport } from '../control/checklist-protocol.ts';
import type { ChecklistHandlers } from '../control/checklist-routes.ts';
import type { TerminalStatus } from '../control/protocol.ts';
import { receiptOf } from '../journal/document.ts';
import type { LiveJournal } from '../journal/live-journal.ts';
import type { Clock } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import { receiptNumber, terminalId } from '../platform/ids.ts';
import type { JsonNote } from '../platform/json-note.ts';
import { createPacer } from '../platform/pacer.ts';
import type { BatteryReading } from '../platform/power-supply.ts';
import type { CaseDesk } from '../reconciliation/case-desk.ts';
import { caseKinds } from '../reconciliation/case-kinds.ts';
import { checklist, type DatasetFacts } from '../reconciliation/checklist.ts';
import { readiness } from '../reconciliation/readiness.ts';
import { type CheckLine, worstOf } from '../reconciliation/verdict.ts';
import type { TerminalReceipts } from './receipts.ts';

/** When the journal was last compared with others' books, and what came of it. Only for the checklist: it may be forgotten. */
export const comparedSchema = z.strictObject({
  orders: z.strictObject({ at: z.number(), differences: z.number() }).nullable(),
  settlement: z
    .strictObject({ at: z.number(), newestRowAt: z.number().nullable(), differences: z.number() })
    .nullable(),
});
export type Compared = z.infer<typeof comparedSchema>;
export const neverCompared: Compared = { orders: null, settlement: null };

export interface ChecklistDeskParts {
  readonly config: TerminalConfig;
  readonly status: () => TerminalStatus;
  readonly journal: LiveJournal;
  readonly cases: Pick<CaseDesk, 'open'>;
  readonly compared: JsonNote<Compared>;
  readonly battery: () => BatteryReading | null;
  readonly receipts: Pick<TerminalReceipts, 'checklist'>;
  readonly printer: Printer | null;
  readonly clock: Clock;
}

interface Week {
  readonly sales: number;
  readonly byCard: number;
  /** Bytes that one takes in a copy of the journal; null: none was sold. */
  readonly saleSize: number | null;
}

const week = 7 * 24 * 3_600_000;
/** More sales than these tell nothing new about their size. */
const mostMeasured = 20_000;

/** Gathers the facts of a running terminal and has them judged. */
export function createChecklistDesk(parts: ChecklistDeskParts): ChecklistHandlers {
  const { config, journal, clock, printer } = parts;
  const id = terminalId(config.terminal.id);

  async function lastWeek(): Promise<Week> {
    const pace = createPacer(clock);
    const since = clock.now() - week;
    let [sales, byCard, size, measured] = [0, 0, 0, 0];
    for (let counter = journal.nextReceiptCounter - 1; counter > 0 && sales < mostMeasured; counter -= 1) {
      const found = journal.documentByReceipt(receiptNumber(id, counter));
      await pace();
      if (found === undefined) continue;
      const receipt = receiptOf(found);
      if (receipt === null || receipt.stamp.at < since) break;
      sales += 1;
      if (found.kind === 'sale' && found.sale.tenders.some(({ kind }) => kind === 'card')) byCard += 1;
      if (measured >= 200) continue;
      measured += 1;
      // The document once, and where its delivery stands about five times.
      size += JSON.stringify(found).length + 5 * JSON.stringify(found.delivery).length;
    }
    return { sales, byCard, saleSize: measured === 0 ? null : Math.ceil(size / measured) };
  }

  function datasetOf(status: TerminalStatus, { sales, saleSize }: Week): DatasetFacts {
    const { storage, snapshot } = status;
    const part = (name: string) => storage.parts.find((each) => each.part === name) ?? { used: 0, budget: 0 };
    return {
      snapshot: snapshot === null ? null : { size: snapshot.size, ...sizes(part('snapshot')) },
      room: storage.room,
      copies: [sizes(part('journal')), sizes(part('tape'))],
      soldInWeek: sales,
      saleSize,
      journal: journalFacts(status),
      damage: status.upkeep.damage,
    };
  }

  async function look(): Promise<CheckReport> {
    const status = parts.status();
    const sold = await lastWeek();
    const { connection, payments } = status;
    const unconfirmed = journal.unconfirmed();
    const open = new Map<string, { title: string; runbook: string; count: number }>();
    for (const { finding } of parts.cases.open()) {
      const { title, runbook } = caseKinds[finding.kind];
      open.set(finding.kind, { title, runbook, count: (open.get(finding.kind)?.count ?? 0) + 1 });
    }
    const { orders, settlement } = parts.compared.value;
    const lines = checklist({
      now: clock.now(),
      dataset: datasetOf(status, sold),
      delivery: {
        state: connection.state,
        words: connection.words,
        heartbeatAge: connection.heartbeatAge,
        attempts: connection.attempts,
        lastConfirmationAt: momentOrNull(connection.lastConfirmationAt),
        nextAttemptAt: momentOrNull(connection.nextAttemptAt),
        oldest:
          status.oldestUnconfirmed === null
            ? null
            : { name: status.oldestUnconfirmed.name, soldAt: Date.parse(status.oldestUnconfirmed.soldAt) },
        waiting: status.sales.waiting,
        parked: status.sales.parked,
        begun: unconfirmed.filter(({ delivery }) => delivery.state === 'waiting' && delivery.progress !== null).length,
      },
      cards: {
        offlineAllowed: payments.offlineAllowed,
        stored: payments.stored.count,
        storedTotal: payments.stored.total,
        deciding: payments.deciding,
        unknown: payments.unknown,
        window: payments.window,
        compared: settlement,
        soldInWeek: sold.byCard,
      },
      reservations: { waiting: status.stockRepair.waiting, overstated: status.stockRepair.overstated.length },
      orders,
      cases: [...open.values()],
    });
    return reportOf(lines);
  }

  const reportOf = (lines: readonly CheckLine[]): CheckReport => ({
    terminalId: id,
    at: new Date(clock.now()).toISOString(),
    verdict: worstOf(lines),
    lines,
  });

  return {
    checklist: look,
    async printChecklist() {
      const report = await look();
      if (printer === null) {
        throw new HoldfastError('till.no-printer', 'This till has no printer', { remedy: 'operator' });
      }
      const outcome = await printer.print(parts.receipts.checklist(clock.now(), clock.zone, report));
      if (outcome.kind === 'printed' || outcome.kind === 'sent') return report;
      throw new HoldfastError('till.not-printed', `Not printed: ${outcome.reason}`, { remedy: 'retry' });
    },
    async ready(hours) {
      const status = parts.status();
      const { snapshot, payments } = status;
      const { headRoom, window, offlineAllowed } = payments;
      const lines = readiness(
        {
          now: clock.now(),
          dataset: datasetOf(status, await lastWeek()),
          snapshotAsOf: snapshot === null ? null : Date.parse(snapshot.followedAt ?? snapshot.takenAt),
          storageLevel: status.storage.level,
          clockTrusted: status.clockTrusted,
          devices: status.devices,
          battery: parts.battery(),
          cards: {
            offlineAllowed,
            paymentsLeft: headRoom.payments,
            totalLeft: headRoom.total,
            windowEndsAt: momentOrNull(headRoom.windowEndsAt),
            window,
          },
        },
        hours,
      );
      return reportOf(lines);
    },
  };
}

const sizes = ({ used, budget }: { readonly used: number; readonly budget: number }) => ({ used, budget });
const momentOrNull = (text: string | null): number | null => (text === null ? null : Date.parse(text));

function journalFacts({ journal }: TerminalStatus): DatasetFacts['journal'] {
  const { state, words } = journal;
  return { state: state === 'whole' || state === 'one-copy' ? state : 'stopped', words };
}
