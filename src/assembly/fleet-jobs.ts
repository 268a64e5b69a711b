import type { Display } from '../../drivers/display/display.ts';
import { withoutSecrets } from '../config/describe.ts';
import type { TerminalConfig } from '../config/schema.ts';
import type { ControlHandlers } from '../control/handlers.ts';
import { type JobExecutor, type JobExecutors, jobRejected } from '../fleet/jobs-agent.ts';
import type { AcquirerReports } from '../payments/reports.ts';
import type { JsonValue } from '../platform/brand.ts';
import { type Clock, seconds } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { ShopBooks } from '../reconciliation/orders/shop-books.ts';
import { compareOrdersJob } from './compare-orders-job.ts';
import { deskDecisionJobs } from './desk-decision-jobs.ts';
import type { FleetDesks } from './fleet-desks.ts';
import { outageReportJob } from './outage-desk.ts';
import { paymentReportJob } from './payment-report-job.ts';
import { withoutAddresses } from './without-addresses.ts';

export interface FleetJobParts {
  readonly config: TerminalConfig;
  readonly control: ControlHandlers;
  readonly displays: readonly (Display | null)[];
  /** Draws the displays as they were. */
  readonly redraw: () => void;
  readonly reports: Pick<AcquirerReports, 'take'>;
  /** Ends the process in order and starts it again; null: nothing here can. */
  readonly restart: (() => void) | null;
  /** Brings a new release; absent: this installation is not updated from afar. */
  readonly update?: JobExecutor<'update'>;
  readonly desks: Pick<FleetDesks, 'checklist'>;
  readonly books: Pick<ShopBooks, 'ordersOfTill'>;
  readonly clock: Clock;
}

/** What a message to the till may take as a result. */
const largestResult = 150_000;

/** How a terminal does what its fleet orders, by what the control socket can do as well. */
export function fleetJobs(parts: FleetJobParts): Omit<JobExecutors, 'rotate-credentials' | 'open-shift'> {
  const { control, restart, reports } = parts;
  return {
    'sync-now': {
      waitsForQuiet: false,
      afterRestart: 'again',
      run: async () => {
        await control.sync('now');
        const { waiting } = control.status().sales;
        return { words: waiting === 0 ? 'Nothing waits' : `${waiting} sale(s) are tried now` };
      },
    },
    'refresh-snapshot': {
      waitsForQuiet: false,
      afterRestart: 'again',
      run: async (_, { tell, signal }) => {
        for await (const progress of control.pullSnapshot(signal)) {
          if (progress.kind === 'failed') throw failed(progress.error);
          if (progress.kind === 'done') return { words: `Generation ${progress.snapshot.generation} is in use` };
          const { what, done, total } = progress;
          tell(what, total === null || total === 0 ? null : Math.min(1, done / total));
        }
        throw new HoldfastError('fleet.job-failed', 'The copy was not completed', { remedy: 'retry' });
      },
    },
    'test-print': {
      waitsForQuiet: true,
      afterRestart: 'lost',
      run: async (_, { tell, signal }) => {
        const { passed, words } = await control.testDevice('printer', (step) => tell(step, null), signal);
        if (!passed) throw new HoldfastError('fleet.job-failed', words, { remedy: 'operator' });
        return { words };
      },
    },
    'show-message': {
      waitsForQuiet: true,
      afterRestart: 'lost',
      run: ({ text, seconds: length }, { signal }) => showMessage(parts, text, length, signal),
    },
    'close-shift': {
      waitsForQuiet: true,
      // A shift that was closed is not open: the second time finds that.
      afterRestart: 'again',
      run: async () => {
        if (!control.shift().open) return { words: 'No shift is open' };
        await control.closeShift({ counted: null });
        return { words: 'The shift is closed; the drawer was not counted' };
      },
    },
    'collect-diagnostics': {
      waitsForQuiet: false,
      afterRestart: 'again',
      run: async () => ({ words: 'Collected', result: diagnostics(parts) }),
    },
    checklist: {
      waitsForQuiet: false,
      afterRestart: 'again',
      run: async () => {
        const { verdict, lines } = await parts.desks.checklist();
        const open = lines.filter((line) => line.verdict !== 'ok').length;
        return { words: open === 0 ? 'All of it is ok' : `${verdict}: ${open} of ${lines.length} lines are not ok` };
      },
    },
    restart: {
      waitsForQuiet: true,
      afterRestart: 'done',
      run: async () => {
        if (restart === null) throw jobRejected('Nothing here can start the terminal again.');
        restart();
        return { words: 'Restarting' };
      },
    },
    update: parts.update ?? {
      waitsForQuiet: true,
      afterRestart: 'again',
      run: () => Promise.reject(jobRejected('This installation is not updated from afar.')),
    },
    'payment-report': paymentReportJob(reports),
    'reconcile-orders': compareOrdersJob(parts),
    ...deskDecisionJobs(control),
    'outage-report': outageReportJob(control),
  };
}

/** What helps whoever looks for a fault: no secret, nothing of a sale's lines, a customer or a card. */
function diagnostics({ config, control }: FleetJobParts): JsonValue {
  const parts: Record<string, unknown> = {
    status: withoutAddresses(control.status()),
    devices: control.devices(),
    snapshot: control.snapshot(),
    config: withoutSecrets(config),
    memory: process.memoryUsage(),
  };
  for (const name of ['config', 'snapshot', 'devices']) {
    if (JSON.stringify(parts).length > largestResult) delete parts[name];
  }
  // Everything in it is made of JSON's own types.
  return JSON.parse(JSON.stringify(parts)) as JsonValue;
}

async function showMessage(
  { displays, redraw, clock }: FleetJobParts,
  text: string,
  length: number,
  signal: AbortSignal,
) {
  const there = displays.filter((display) => display !== null);
  if (there.length === 0) throw jobRejected('There is no display.');
  for (const display of there) {
    display.show(rowsOf(text, display.size.columns, display.size.rows));
    display.beep();
  }
  await clock.sleep(seconds(length), signal);
  redraw();
  return { words: `Shown for ${length} s` };
}

/** Whole words where they fit. */
function rowsOf(text: string, columns: number, most: number): string[] {
  const rows: string[] = [];
  for (const word of text.split(/\s+/)) {
    const row = rows.at(-1);
    if (row !== undefined && row.length + 1 + word.length <= columns) rows[rows.length - 1] = `${row} ${word}`;
    else rows.push(word.slice(0, columns));
  }
  return rows.slice(0, most);
}

function failed({
  code,
  message,
  hint,
}: {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}) {
  return new HoldfastError(code, message, { remedy: 'operator', ...(hint === null ? {} : { hint }) });
}
