import type { TerminalConfig } from '../config/schema.ts';
import type { OutageReportHandlers } from '../control/outage-report-routes.ts';
import type { JobExecutor } from '../fleet/jobs-agent.ts';
import type { Journal } from '../journal/journal.ts';
import { collectFacts } from '../outage-report/collect.ts';
import { summarise } from '../outage-report/summarise.ts';
import type { JsonValue } from '../platform/brand.ts';
import { type Clock, milliseconds } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import { createPacer } from '../platform/pacer.ts';
import { currencyFormat } from './settings.ts';

export interface OutageDeskParts {
  readonly config: TerminalConfig;
  readonly journal: Pick<Journal, 'records'>;
  readonly clock: Clock;
}

const longest = 366 * 24 * 3_600_000;
/** Half of the time at most is spent on it, so that selling does not notice. */
const rest = milliseconds(8);

/** What the journal says of a time. */
export function createOutageDesk({ config, journal, clock }: OutageDeskParts): OutageReportHandlers {
  return {
    async outageReport(window) {
      const now = clock.now();
      const from = Date.parse(window.from);
      // What is written in this very millisecond counts as well.
      const to = Math.min(Date.parse(window.to), now + 1);
      if (to - from < 60_000 || to - from > longest) {
        throw new HoldfastError('outage-report.bad-window', 'A report is about a minute to a year, in the past', {
          remedy: 'never',
          hint: 'E.g. --from 2026-11-23T08:00 --to 2026-11-23T18:00.',
        });
      }
      const facts = await collectFacts(journal.records(), { from, to }, createPacer(clock, rest));
      return summarise(facts, {
        terminal: config.terminal.id,
        zone: clock.zone,
        currency: currencyFormat(config).code,
        from,
        to,
        madeAt: now,
      });
    },
  };
}

/** The same for the fleet, whose controller draws it. */
export const outageReportJob = (control: OutageReportHandlers): JobExecutor<'outage-report'> => ({
  waitsForQuiet: false,
  afterRestart: 'again',
  async run({ from, to }) {
    const summary = await control.outageReport({ from, to });
    const { sales, delivered } = summary.totals;
    // It is made of JSON's own types.
    return { words: `${sales} sale(s) sold, ${delivered} document(s) delivered`, result: summary as JsonValue };
  },
});
