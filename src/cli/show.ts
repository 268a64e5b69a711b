import type { PaymentsStatus } from '../control/payments-protocol.ts';
import type { QueueDetail, QueueEntry, ShiftStatus, SnapshotStatus, TerminalStatus } from '../control/protocol.ts';
import { ago, bytes, facts, table } from './output.ts';

/** What `holdfast status` prints for people. `now` is epoch milliseconds. */
export function showStatus(status: TerminalStatus, now: number): string {
  const { sales, connection, oldestUnconfirmed } = status;
  const lines = [
    facts([
      [
        'terminal',
        `${status.terminalId}, Holdfast ${status.version}, process ${status.pid}, up ${ago(Date.parse(status.startedAt), now)}`,
      ],
      ['Magento', `${connection.state}: ${connection.words}`],
      ['delivery', deliveryWords(connection, now)],
      ['sales', `${salesWords(sales)}: ${deliveriesWords(sales)}`],
      [
        'oldest waiting',
        oldestUnconfirmed === null
          ? 'none, everything sold is in Magento'
          : `${oldestUnconfirmed.name}, ${ago(Date.parse(oldestUnconfirmed.soldAt), now)} ago`,
      ],
      [
        'snapshot',
        status.snapshot === null ? 'none yet: run "holdfast snapshot pull"' : snapshotWords(status.snapshot, now),
      ],
      ['shift', shiftWords(status.shift)],
      ['journal', status.journal.words],
      ['storage', storageWords(status.storage)],
      ['checked', upkeepWords(status.upkeep, now)],
      ...repairFacts(status.stockRepair, now),
      ...cardFacts(status.payments, now),
      ['cases', status.cases === 0 ? 'none open' : `${status.cases} open, see "holdfast cases list"`],
      ['clock', status.clockTrusted ? 'set by the network' : 'not confirmed by the network since boot'],
    ]),
    '',
    table(
      [{ title: 'DEVICE' }, { title: 'DRIVER' }, { title: 'STATE' }, { title: 'CONDITION' }],
      status.devices.map((device) => [device.name, device.driver, device.state, device.condition]),
    ),
  ];
  if (status.attention.length > 0) {
    lines.push('', 'Needs attention:');
    for (const item of status.attention) lines.push(`  ${item.severity}: ${item.words} ${item.nextStep}`);
  }
  return lines.join('\n');
}

/** Nothing where no card was taken without network. */
function cardFacts({ stored, deciding, window }: PaymentsStatus, now: number): [string, string][] {
  if (stored.count === 0 && deciding === 0) return [];
  const oldest = stored.oldestAt === null ? '' : `, the oldest ${ago(Date.parse(stored.oldestAt), now)} ago`;
  const kept =
    stored.count === 0 ? 'none stored' : `${stored.count} stored (${stored.total})${oldest}, window ${window}`;
  return [['cards', deciding === 0 ? kept : `${kept}; ${deciding} at the bank, not decided`]];
}

function salesWords({ total, returns }: TerminalStatus['sales']): string {
  return `${total}${returns === 0 ? '' : ` and ${returns} returns`} in the journal`;
}

function deliveriesWords({ confirmed, waiting, parked, withdrawn }: TerminalStatus['sales']): string {
  const rest = withdrawn === 0 ? '' : `, ${withdrawn} withdrawn`;
  return `${confirmed} confirmed, ${waiting} waiting, ${parked} parked${rest}`;
}

function deliveryWords(connection: TerminalStatus['connection'], now: number): string {
  const next =
    connection.nextAttemptAt === null ? '' : `, next attempt in ${ago(now, Date.parse(connection.nextAttemptAt))}`;
  const last =
    connection.lastConfirmationAt === null
      ? 'nothing confirmed since start'
      : `last confirmation ${ago(Date.parse(connection.lastConfirmationAt), now)} ago`;
  return `${connection.lane}, ${connection.recipe}; ${last}${next}; retry loop turned ${ago(0, connection.heartbeatAge)} ago`;
}

function storageWords({ level, words, limit, reserve, parts }: TerminalStatus['storage']): string {
  const used = parts.map(({ part, used: bytesUsed, budget }) => `${part} ${bytes(bytesUsed)} of ${bytes(budget)}`);
  const held =
    reserve.held < reserve.size ? `reserve ${bytes(reserve.held)} of ${bytes(reserve.size)}` : 'reserve whole';
  return `${level}, ${words}; ${used.join(', ')}, ${held}; limit ${bytes(limit)}`;
}

function upkeepWords({ scrubbedAt, damage }: TerminalStatus['upkeep'], now: number): string {
  if (scrubbedAt === null) return 'not read through since start';
  const found = damage.length === 0 ? 'whole' : damage.join('; ');
  return `snapshot and journal read through ${ago(Date.parse(scrubbedAt), now)} ago: ${found}`;
}

/** Nothing where no sale was ever made past Magento's cart. */
function repairFacts({ waiting, overstated, checkedAt }: TerminalStatus['stockRepair'], now: number) {
  if (waiting === 0) return [];
  const seen =
    checkedAt === null
      ? 'not looked since start'
      : overstated.length === 0
        ? `not evened out at the last look ${ago(Date.parse(checkedAt), now)} ago`
        : `too much salable ${ago(Date.parse(checkedAt), now)} ago: ${overstated.map(({ sku, by }) => `${sku} by ${by}`).join(', ')}`;
  return [['stock repair', `${waiting} sales wait for the shop’s reservation repair; ${seen}`] as const];
}

function snapshotWords(snapshot: SnapshotStatus, now: number): string {
  const products = snapshot.counts['product'] ?? 0;
  const read = `generation ${snapshot.generation}, ${products} products, read ${ago(Date.parse(snapshot.takenAt), now)} ago`;
  return `${read}, ${followedWords(snapshot, now)}`;
}

function followedWords({ followedAt, followedBy }: SnapshotStatus, now: number): string {
  if (followedAt === null) return 'changes not followed since the start';
  return `changes followed ${ago(Date.parse(followedAt), now)} ago by ${followedBy}`;
}

function shiftWords(shift: ShiftStatus): string {
  if (!shift.open) return 'closed';
  return `open, ${shift.cashier}, ${shift.sales} sales, ${shift.expectedCash} expected in the drawer`;
}

export function showQueue(entries: readonly QueueEntry[], now: number): string {
  if (entries.length === 0) return 'Nothing is waiting: everything sold is in Magento.';
  return table(
    [
      { title: 'KIND' },
      { title: 'RECEIPT' },
      { title: 'SOLD' },
      { title: 'TOTAL', align: 'right' },
      { title: 'STATE' },
      { title: 'STEP' },
      { title: 'TRIES', align: 'right' },
      { title: 'NEXT' },
      { title: 'LAST ANSWER' },
    ],
    entries.map((entry) => [
      entry.kind,
      entry.receiptNumber ?? entry.name,
      `${ago(Date.parse(entry.soldAt), now)} ago`,
      entry.total === null ? '–' : `${entry.total} ${entry.currency}`,
      entry.state,
      entry.orderNumber === null ? entry.step : `order ${entry.orderNumber}`,
      String(entry.attempts),
      entry.nextAttemptAt === null ? '–' : `in ${ago(now, Date.parse(entry.nextAttemptAt))}`,
      entry.lastAnswer ?? '–',
    ]),
  );
}

export function showDocument(document: QueueDetail): string {
  const { tenders, lines } = document;
  const shown = [
    facts([
      [document.kind, document.receiptNumber ?? document.name],
      ['id', document.documentId],
      ['made', document.soldAt],
      ...(document.total === null ? [] : [['total', `${document.total} ${document.currency}`] as const]),
      ...(tenders.length === 0
        ? []
        : [['tenders', tenders.map((tender) => `${tender.kind} ${tender.amount}`).join(', ')] as const]),
      ['state', document.state],
      ['step', document.step],
      ['Magento order', document.orderNumber ?? '–'],
      ['attempts', String(document.attempts)],
      ['last answer', document.lastAnswer ?? '–'],
      ['next attempt', document.nextAttemptAt ?? '–'],
      ...document.instructions.map((words) => ['decided', words] as const),
    ]),
  ];
  if (lines.length > 0) {
    const columns = [
      { title: 'QTY', align: 'right' },
      { title: 'SKU' },
      { title: 'NAME' },
      { title: 'TOTAL', align: 'right' },
    ] as const;
    shown.push(
      '',
      table(
        columns,
        lines.map((line) => [String(line.quantity), line.sku, line.name, line.total]),
      ),
    );
  }
  return shown.join('\n');
}

export function showSnapshot(snapshot: SnapshotStatus | null, now: number): string {
  if (snapshot === null) return 'There is no snapshot yet: run "holdfast snapshot pull".';
  const counts = Object.entries(snapshot.counts).map(([kind, count]) => [kind, String(count)]);
  const lines = [
    facts([
      ['generation', String(snapshot.generation)],
      ['read from Magento', `${snapshot.takenAt} (${ago(Date.parse(snapshot.takenAt), now)} ago)`],
      ['changes', followedWords(snapshot, now)],
      ['size', bytes(snapshot.size)],
      ['left out', String(snapshot.rejected)],
    ]),
    '',
    table([{ title: 'RECORDS' }, { title: 'COUNT', align: 'right' }], counts),
  ];
  if (snapshot.firstRejected.length > 0) {
    lines.push('', 'Left out, because:');
    for (const record of snapshot.firstRejected) lines.push(`  ${record.kind} ${record.key}: ${record.reason}`);
  }
  return lines.join('\n');
}

export function showShift(shift: ShiftStatus): string {
  if (!shift.open) return 'No shift is open.';
  return facts([
    ['cashier', shift.cashier ?? '–'],
    ['opened', shift.openedAt ?? '–'],
    ['sales', String(shift.sales)],
    ['cash sales', shift.cashSales],
    ['card sales', shift.cardSales],
    ...(shift.returns === 0
      ? []
      : [
          ['returns', String(shift.returns)] as const,
          ['cash refunds', shift.cashRefunds] as const,
          ['card refunds', shift.cardRefunds] as const,
        ]),
    ['expected in drawer', shift.expectedCash],
  ]);
}
