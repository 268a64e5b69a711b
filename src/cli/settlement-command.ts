import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import type { SettlementReport } from '../control/settlement-protocol.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, print } from './command-tools.ts';
import { momentOf } from './moment.ts';
import { facts, ProgressBar, table } from './output.ts';

interface SettlementOptions extends CommonOptions {
  readonly acquirer: string;
  readonly format?: string;
  readonly since?: string;
}

const twoWeeks = 14 * 24 * 60 * 60 * 1000;

/** `holdfast reconcile settlement`: a bank's report beside the journal. */
export function addSettlement(reconcile: Command, world: CliWorld): void {
  forMachines(configured(reconcile.command('settlement'), world))
    .description('compare a bank’s settlement report with the journal; every difference is a case')
    .argument('[file]', 'the report; without one, Square’s payouts are fetched')
    .requiredOption('--acquirer <whose>', 'adyen, square, worldpay or csv')
    .option('--format <name>', 'csv: a name in settlement.formats of the configuration')
    .option('--since <moment>', 'square without a file: payouts since then (ISO 8601), else of two weeks')
    .action(async (file: string | undefined, options: SettlementOptions) => {
      const report = await reconciled(file, options);
      print(world, options, report, showSettlement);
      if (!report.clean) throw different(report);
    });

  async function reconciled(file: string | undefined, options: SettlementOptions): Promise<SettlementReport> {
    const { acquirer, format, since } = options;
    if (file === undefined && acquirer !== 'square') throw usage('Name the report’s file.');
    const query = new URLSearchParams({ acquirer, ...(format === undefined ? {} : { format }) });
    if (file === undefined) query.set('since', momentOf(since, world.clock.now() - twoWeeks));
    const bar = new ProgressBar(world.output);
    const source = file === undefined ? null : await opened(file);
    for await (const progress of connect(options, world).reconcileSettlement(query, source)) {
      if (progress.kind === 'progress') {
        bar.show('rows', progress.rows, null);
        continue;
      }
      bar.end();
      if (progress.kind === 'done') return progress.report;
      const { code, message, hint } = progress.error;
      throw new HoldfastError(code, message, { remedy: 'operator', ...(hint === null ? {} : { hint }) });
    }
    throw new HoldfastError('control.failed', 'The terminal stopped before the report was read.', { remedy: 'retry' });
  }
}

/** Opened before the terminal is asked, so that a wrong name is told as such. */
async function opened(file: string): Promise<AsyncIterable<Uint8Array>> {
  try {
    const handle = await open(file, 'r');
    await handle.close();
  } catch (error) {
    throw usage(`Can’t read ${file}: ${messageOf(error)}`);
  }
  return createReadStream(file, { highWaterMark: 256 * 1024 });
}

const words: Readonly<Record<string, string>> = {
  'settled-as-sold': 'settled as sold',
  'refunded-as-returned': 'refunded as returned',
  'amount-differs': 'amount differs',
  'declined-late': 'declined late',
  'charged-back': 'charged back',
  'charge-back-reversed': 'chargeback reversed',
  contradiction: 'can’t be',
  'missing-at-bank': 'missing at bank',
  'missing-in-journal': 'missing in journal',
  repeated: 'known already',
  elsewhere: 'of other tills or shops',
  'no-payment': 'no payment (fees, payouts …)',
};

function showSettlement(report: SettlementReport): string {
  const rows = Object.entries(report.outcomes).filter(([, { count }]) => count > 0);
  const { unreadable } = report;
  return [
    facts([
      ['report', report.acquirer],
      ['rows', String(report.rows)],
      ['newest row', report.newestRowAt?.slice(0, 10) ?? 'has no date'],
    ]),
    '',
    table(
      [{ title: 'OUTCOME' }, { title: 'ROWS', align: 'right' }, { title: 'AMOUNT', align: 'right' }],
      rows.map(([outcome, { count, amount }]) => [words[outcome] ?? outcome, String(count), amount]),
    ),
    ...(unreadable.count === 0 ? [] : ['', `${unreadable.count} lines could not be read:`]),
    ...unreadable.first.map((each) => `  line ${each.line}: ${each.words}`),
    ...(report.missingNotJudged === null ? [] : ['', `Missing at bank: not judged; ${report.missingNotJudged}.`]),
    ...(report.differences.length === 0 ? [] : ['', 'To look at, each a case:']),
    ...report.differences.map((each) => `  ${words[each.outcome] ?? each.outcome}: ${each.words}`),
  ].join('\n');
}

function different({ differences, unreadable }: SettlementReport): HoldfastError {
  const found = [
    ...(differences.length === 0
      ? []
      : [`${differences.length}${differences.length === 100 ? ' or more' : ''} differences`]),
    ...(unreadable.count === 0 ? [] : [`${unreadable.count} lines that could not be read`]),
  ];
  return new HoldfastError('settlement.differs', `The report and the journal differ: ${found.join(', ')}.`, {
    remedy: 'operator',
    hint: 'docs/settlement.md says what each of them means and how its case is closed.',
  });
}

const usage = (text: string): HoldfastError => new HoldfastError('control.bad-request', text, { remedy: 'never' });
