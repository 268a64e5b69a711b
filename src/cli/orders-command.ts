import type { Command } from 'commander';
import type { OrdersReport } from '../control/orders-protocol.ts';
import { HoldfastError } from '../platform/errors.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, print } from './command-tools.ts';
import { momentOf } from './moment.ts';
import { facts, table } from './output.ts';

interface OrdersOptions extends CommonOptions {
  readonly since?: string;
  readonly redeliverMissing?: true;
  readonly by?: string;
}

const twoWeeks = 14 * 24 * 60 * 60 * 1000;

/** `holdfast reconcile orders`: Magento's orders beside the journal. */
export function addOrders(reconcile: Command, world: CliWorld): void {
  forMachines(configured(reconcile.command('orders'), world))
    .description('compare the journal with Magento’s orders; every difference is a case')
    .option('--since <moment>', 'sales since then (ISO 8601), else of two weeks')
    .option('--redeliver-missing', 'deliver again what Magento has lost, e.g. after a restored backup')
    .option('--by <name>', 'who wants that; kept with the sale')
    .action(async (options: OrdersOptions) => {
      const { since, redeliverMissing, by } = options;
      if (redeliverMissing === true && by === undefined) {
        throw new HoldfastError('control.bad-request', 'Say who wants it delivered again, with --by.', {
          remedy: 'never',
        });
      }
      const report = await connect(options, world).reconcileOrders({
        since: momentOf(since, world.clock.now() - twoWeeks),
        redeliver: redeliverMissing === true && by !== undefined ? { by } : null,
      });
      print(world, options, report, showOrders);
      if (report.differences.length > 0) throw different(report);
    });
}

function showOrders(report: OrdersReport): string {
  const { differences, redelivered, stockNotJudged } = report;
  return [
    facts([
      ['since', report.since],
      ['sales compared', String(report.sales)],
      ['returns compared', String(report.returns)],
      ['not in Magento yet', String(report.unconfirmed)],
      ...(redelivered === 0 ? [] : [['delivered again', String(redelivered)] as const]),
    ]),
    ...(stockNotJudged === null ? [] : ['', `Stock: ${stockNotJudged}.`]),
    ...(differences.length === 0
      ? ['', 'The till and Magento agree.']
      : [
          '',
          table(
            [{ title: 'DIFFERENCE' }, { title: 'WHAT' }, { title: 'RUNBOOK' }],
            differences.map(({ kind, words, runbook }) => [kind, words, runbook]),
          ),
        ]),
  ].join('\n');
}

function different({ differences, redelivered }: OrdersReport): HoldfastError {
  return new HoldfastError('reconcile.differs', `The till and Magento differ in ${differences.length} points.`, {
    remedy: 'operator',
    hint:
      redelivered > 0
        ? 'Compare again once the queue is empty ("holdfast queue list").'
        : '"holdfast cases list" has each of them with its next step.',
  });
}
