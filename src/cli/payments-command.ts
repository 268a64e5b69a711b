import type { Command } from 'commander';
import type { PaymentDetail, PaymentEntry, PaymentsStatus } from '../control/payments-protocol.ts';
import { HoldfastError } from '../platform/errors.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, print } from './command-tools.ts';
import { ago, facts, table } from './output.ts';

/** `holdfast payments …`: cards, and what becomes of them. */
export function addPayments(program: Command, world: CliWorld): void {
  const payments = program.command('payments').description('card payments, and what becomes of those taken offline');
  const now = (): number => world.clock.now();
  forMachines(configured(payments.command('status'), world))
    .description('say what is stored, and what may still be taken without network')
    .action(async (options: CommonOptions) => {
      print(world, options, await connect(options, world).paymentsStatus(), (status) =>
        showPaymentsStatus(status, now()),
      );
    });
  forMachines(configured(payments.command('list'), world))
    .description('list card payments, newest first')
    .option('--open', 'only those that somebody has yet to look after')
    .option('--limit <count>', 'at most this many', '50')
    .action(async (options: CommonOptions & { readonly open?: true; readonly limit: string }) => {
      const filter = { open: options.open === true, limit: Number(options.limit) };
      print(world, options, await connect(options, world).payments(filter), (list) => showPayments(list, now()));
    });
  forMachines(configured(payments.command('show'), world))
    .description('show a card payment with its history')
    .argument('<payment>', 'payment id, or receipt number for all of a sale')
    .action(async (payment: string, options: CommonOptions) => {
      print(world, options, await connect(options, world).payment(payment), (list) =>
        list.map(showPayment).join('\n\n'),
      );
    });
  forMachines(configured(payments.command('forward'), world))
    .description('bring what is stored to the acquirer now')
    .action(async (options: CommonOptions) => {
      print(world, options, await connect(options, world).forwardPayments(), (status) =>
        showPaymentsStatus(status, now()),
      );
    });
  forMachines(configured(payments.command('resolve'), world))
    .description('decide about a payment whose terminal can’t be asked any more, after a look at the acquirer’s page')
    .argument('<payment>', 'payment id')
    .requiredOption('--as <what>', 'charged or not-charged')
    .requiredOption('--by <name>', 'who decides; kept with the payment')
    .action(async (payment: string, options: CommonOptions & { readonly as: string; readonly by: string }) => {
      const { as, by } = options;
      if (as !== 'charged' && as !== 'not-charged') {
        throw new HoldfastError('cli.bad-option', `--as must be charged or not-charged, not "${as}"`, {
          remedy: 'operator',
        });
      }
      print(world, options, await connect(options, world).resolvePayment(payment, { as, by }), showPayment);
    });
}

export function showPaymentsStatus(status: PaymentsStatus, now: number): string {
  const { stored, headRoom, deciding, unknown } = status;
  return facts([
    ['acquirer', status.acquirer],
    ['without network', offlineWords(status)],
    [
      'stored',
      stored.count === 0 || stored.oldestAt === null
        ? 'none'
        : `${stored.count} payments, ${stored.total}, the oldest ${ago(Date.parse(stored.oldestAt), now)} ago`,
    ],
    ['window', headRoom.windowEndsAt === null ? 'not begun' : `${status.window}, ends ${headRoom.windowEndsAt}`],
    ['at the bank', deciding === 0 ? 'none to be decided' : `${deciding} not decided yet`],
    ['without answer', unknown === 0 ? 'none' : `${unknown}`],
    ['last answer', status.lastAnswer ?? 'none yet'],
  ]);
}

function offlineWords({ offlineAllowed, headRoom }: PaymentsStatus): string {
  if (!offlineAllowed) return 'no cards are taken';
  const { payments, total, perPayment } = headRoom;
  return [
    perPayment === null ? 'any amount' : `up to ${perPayment} a payment`,
    payments === null ? 'any number' : `${payments} more payments`,
    total === null ? 'any total' : `${total} more in all`,
  ].join(', ');
}

function showPayments(list: readonly PaymentEntry[], now: number): string {
  if (list.length === 0) return 'No card payments.';
  return table(
    [
      { title: 'PAYMENT' },
      { title: 'RECEIPT' },
      { title: 'AMOUNT', align: 'right' },
      { title: 'CARD' },
      { title: 'STATE' },
      { title: 'AGE', align: 'right' },
    ],
    list.map((each) => [
      each.paymentId,
      each.receiptNumber ?? '-',
      `${each.amount} ${each.currency}`.trim(),
      each.card ?? '-',
      `${each.state}${each.open ? ' (open)' : ''}`,
      ago(Date.parse(each.requestedAt), now),
    ]),
  );
}

function showPayment(payment: PaymentDetail): string {
  const known = Object.entries(payment.references).flatMap(([name, value]) =>
    value === null ? [] : `${name} ${value}`,
  );
  return [
    facts([
      ['payment', payment.paymentId],
      ['receipt', payment.receiptNumber ?? 'none in the journal'],
      ['amount', `${payment.amount} ${payment.currency}`.trim()],
      ['card', payment.card ?? 'none was taken'],
      ['state', `${payment.state}${payment.open ? ', still to be looked after' : ''}`],
      ['references', known.length === 0 ? 'none' : known.join(', ')],
    ]),
    '',
    table(
      [{ title: 'AT' }, { title: 'STATE' }, { title: 'WHAT' }],
      payment.history.map(({ at, state, words }) => [at, state, words]),
    ),
  ].join('\n');
}
