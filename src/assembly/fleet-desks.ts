import type { TerminalConfig } from '../config/schema.ts';
import type { CaseDetail } from '../control/cases-protocol.ts';
import type { CheckReport } from '../control/checklist-protocol.ts';
import type { ControlHandlers } from '../control/handlers.ts';
import type { QueueEntry } from '../control/protocol.ts';
import { mostListed, type OpenCase, type ParkedDocument } from '../fleet/desk-sections.ts';
import type { Health } from '../fleet/protocol.ts';
import { type Clock, type Monotonic, minutes } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { withoutAddresses } from './without-addresses.ts';

/** The checklist walks through a week of sales: it is made anew at most so often by itself. */
const lookEvery = minutes(15);

export interface FleetDesksParts {
  readonly control: Pick<ControlHandlers, 'cases' | 'case' | 'queue' | 'document' | 'status' | 'checklist'>;
  readonly magento: Pick<TerminalConfig['magento'], 'baseUrl' | 'storeCode'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface FleetDesks {
  /** What people have to do at this terminal, for its fleet. Does not wait for a new checklist. */
  look(): Promise<Pick<Health, 'cases' | 'parked' | 'checklist' | 'shop'>>;
  /** Makes the checklist anew; {@link look} has it from then on. */
  checklist(): Promise<CheckReport>;
}

export function createFleetDesks({ control, magento, clock, log }: FleetDesksParts): FleetDesks {
  let last: CheckReport | null = null;
  let begunAt: Monotonic | null = null;

  async function checklist(): Promise<CheckReport> {
    begunAt = clock.monotonic();
    last = await control.checklist();
    return last;
  }

  function lookAgain(): void {
    if (begunAt !== null && clock.monotonic() - begunAt < lookEvery) return;
    checklist().catch((error: unknown) => {
      log.warn({ error: messageOf(error) }, 'fleet: the checklist could not be made');
    });
  }

  return {
    checklist,
    async look() {
      lookAgain();
      const { cases: open, sales } = control.status();
      const cases = await control.cases({ all: false, limit: mostListed });
      const parked = sales.parked === 0 ? [] : await control.queue({ states: ['parked'], limit: mostListed });
      return withoutAddresses({
        cases: { open, list: cases.flatMap(({ caseId }) => told(control.case(caseId))) },
        parked: {
          count: sales.parked,
          list: parked.map((entry) => parkedOf(entry, control.document(entry.documentId)?.instructions ?? [])),
        },
        checklist: last === null ? null : checklistOf(last),
        shop: { address: magento.baseUrl, store: magento.storeCode },
      });
    },
  };
}

const short = (text: string): string => text.slice(0, 300);

function told(found: CaseDetail | undefined): readonly OpenCase[] {
  if (found === undefined || found.state === 'closed') return [];
  const { caseId, title, words, receiptNumber, state, owner, openedAt, changedAt, nextStep, runbook, outcomes } = found;
  return [
    {
      caseId,
      kind: caseId.slice(0, caseId.indexOf(':')),
      title: short(title),
      words: short(words),
      receiptNumber,
      state,
      owner,
      openedAt,
      changedAt,
      nextStep: short(nextStep),
      runbook,
      outcomes: [...outcomes],
    },
  ];
}

function parkedOf(entry: QueueEntry, decided: readonly string[]): ParkedDocument {
  const { documentId, kind, receiptNumber, soldAt, total, currency, step, lastAnswer, attempts } = entry;
  return {
    documentId,
    kind,
    receiptNumber,
    soldAt,
    total,
    currency,
    step: short(step),
    reason: lastAnswer === null ? null : short(lastAnswer),
    attempts,
    decided: decided.slice(0, 10).map(short),
  };
}

const checklistOf = ({ at, verdict, lines }: CheckReport): NonNullable<Health['checklist']> => ({
  at,
  verdict,
  lines: lines.map(({ words, nextStep, ...line }) => ({
    ...line,
    words: short(words),
    nextStep: nextStep === null ? null : short(nextStep),
  })),
});
