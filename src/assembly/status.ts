import type { DeviceHealth } from '../../drivers/device.ts';
import type { PaymentsStatus } from '../control/payments-protocol.ts';
import type {
  ConnectionStatus,
  QueueDetail,
  QueueEntry,
  ShiftStatus,
  SnapshotStatus,
  StockRepairReport,
  TerminalStatus,
  UpkeepReport,
} from '../control/protocol.ts';
import type { UpkeepStatus } from '../health/upkeep.ts';
import { nameOf } from '../journal/document.ts';
import type { DeliveryInstruction, OpenShift, QueuedDocument } from '../journal/journal.ts';
import type { JournalHealth } from '../journal/journal-log.ts';
import type { StockRepairStatus } from '../magento/delivery/stock-repair.ts';
import { decimal, negate, toNumber, zero } from '../money/money.ts';
import { unreachable } from '../platform/brand.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import type { SaleLine } from '../register/sale.ts';
import type { SnapshotInfo } from '../snapshot/catalogue.ts';
import type { RefresherStatus } from '../snapshot/refresher.ts';
import type { DocumentStatus, OutboxStatus } from '../sync/outbox.ts';
import { paymentsAttention } from './payments-attention.ts';

// What the rooms know of themselves, in the words of the control socket.

export const moment = (at: Instant): string => new Date(at).toISOString();
const momentOrNull = (at: Instant | null): string | null => (at === null ? null : moment(at));

export function connectionStatus(outbox: OutboxStatus, clock: Pick<Clock, 'monotonic'>): ConnectionStatus {
  return {
    state: connectionState(outbox),
    words: outbox.words,
    lane: outbox.lane,
    recipe: outbox.recipe,
    attempts: outbox.attempts,
    confirmations: outbox.confirmations,
    lastConfirmationAt: momentOrNull(outbox.lastConfirmationAt),
    nextAttemptAt: momentOrNull(outbox.nextAttemptAt),
    heartbeatAge: Math.max(0, clock.monotonic() - outbox.heartbeat),
  };
}

function connectionState({ state, online }: OutboxStatus): ConnectionStatus['state'] {
  if (state === 'paused') return 'paused';
  if (online === null) return 'starting';
  return online ? 'online' : 'offline';
}

export function queueEntry(queued: QueuedDocument, status: DocumentStatus): QueueEntry {
  const { delivery } = queued;
  const standing = {
    documentId: delivery.documentId,
    name: nameOf(queued),
    state: delivery.state,
    step: status.step,
    attempts: status.attempts,
    lastAnswer: status.lastAnswer,
    nextAttemptAt: momentOrNull(status.nextAttemptAt),
    orderNumber: delivery.order?.orderNumber ?? null,
  };
  const noReceipt = { receiptNumber: null, total: null, currency: null };
  switch (queued.kind) {
    case 'sale': {
      const { receiptNumber, currency, stamp, totals } = queued.sale;
      const total = decimal(totals.grandTotal);
      return { ...standing, kind: queued.kind, receiptNumber, total, currency, soldAt: moment(stamp.at) };
    }
    case 'return': {
      const { receiptNumber, currency, stamp, totals } = queued.return;
      const total = decimal(negate(totals.grandTotal));
      return { ...standing, kind: queued.kind, receiptNumber, total, currency, soldAt: moment(stamp.at) };
    }
    case 'customer':
      return { ...standing, ...noReceipt, kind: queued.kind, soldAt: moment(queued.customer.stamp.at) };
    case 'payment-outcome':
      return { ...standing, ...noReceipt, kind: queued.kind, soldAt: moment(queued.outcome.stamp.at) };
    case 'receipt-mail':
      return { ...standing, ...noReceipt, kind: queued.kind, soldAt: moment(queued.mail.stamp.at) };
    default:
      return unreachable(queued);
  }
}

export function queueDetail(queued: QueuedDocument, status: DocumentStatus): QueueDetail {
  const { progress, instructions } = queued.delivery;
  return {
    ...queueEntry(queued, status),
    ...contentsOf(queued),
    progress,
    instructions: instructions.map(instructionWords),
  };
}

function instructionWords(instruction: DeliveryInstruction): string {
  switch (instruction.kind) {
    case 'map-sku':
      return `the goods sold as ${instruction.from} go as ${instruction.to}`;
    case 'drop-coupon':
      return 'the coupon is left out, the price stays as sold';
    case 'recipe':
      return instruction.recipe === 'module' ? 'as sold, by the module' : 'as sold, past the cart';
    default:
      return unreachable(instruction);
  }
}

function contentsOf(document: QueuedDocument): Pick<QueueDetail, 'lines' | 'tenders'> {
  switch (document.kind) {
    case 'sale': {
      const { lines, tenders } = document.sale;
      return {
        lines: lines.map(lineContents),
        tenders: tenders.map(({ kind, amount }) => ({ kind, amount: decimal(amount) })),
      };
    }
    case 'return': {
      const { lines, refunds } = document.return;
      return {
        lines: lines.map(lineContents),
        tenders: refunds.map(({ kind, amount }) => ({ kind, amount: decimal(negate(amount)) })),
      };
    }
    case 'customer':
    case 'payment-outcome':
    case 'receipt-mail':
      return { lines: [], tenders: [] };
    default:
      return unreachable(document);
  }
}

const lineContents = (line: SaleLine): QueueDetail['lines'][number] => ({
  sku: line.variant ?? line.sku,
  name: line.name,
  quantity: line.quantity,
  total: (toNumber(line.rowTotalInclTax) - toNumber(line.discount)).toFixed(2),
});

export function snapshotStatus(
  info: SnapshotInfo | null,
  { followedAt, followedBy }: Pick<RefresherStatus, 'followedAt' | 'followedBy'>,
): SnapshotStatus | null {
  if (info === null) return null;
  return {
    generation: info.generation,
    takenAt: moment(info.takenAt),
    counts: info.counts,
    rejected: info.rejectedCount,
    firstRejected: info.rejected,
    size: info.size,
    followedAt: momentOrNull(followedAt),
    followedBy: followedAt === null ? null : wayInWords(followedBy),
  };
}

function wayInWords(way: RefresherStatus['followedBy']): string {
  switch (way) {
    case null:
      return 'reading the whole shop';
    case 'feed':
      return 'the Holdfast module’s feed of changes';
    case 'looking':
      return 'asking Magento for dates, prices and stock';
  }
}

export function shiftStatus(shift: OpenShift | null): ShiftStatus {
  return {
    open: shift !== null,
    shiftId: shift?.shiftId ?? null,
    cashier: shift?.cashier ?? null,
    openedAt: shift === null ? null : moment(shift.openedAt.at),
    sales: shift?.sales ?? 0,
    cashSales: decimal(shift?.cashSales ?? zero),
    cardSales: decimal(shift?.cardSales ?? zero),
    returns: shift?.returns ?? 0,
    cashRefunds: decimal(shift?.cashRefunds ?? zero),
    cardRefunds: decimal(shift?.cardRefunds ?? zero),
    expectedCash: decimal(shift?.expectedCash ?? zero),
  };
}

export function journalStatus({ state, storeError, tapeError }: JournalHealth): TerminalStatus['journal'] {
  switch (state) {
    case 'whole':
      return { state, words: 'both copies are written' };
    case 'one-copy': {
      const broken = storeError ?? tapeError;
      return { state, words: `only one copy is written: ${broken?.message ?? 'the other failed'}` };
    }
    case 'stopped': {
      const broken = storeError ?? tapeError;
      return { state, words: `nothing can be kept: ${broken?.message ?? 'both copies failed'}` };
    }
  }
}

export function upkeepReport({ scrubbedAt, damage, prunedAt, prunedSales }: UpkeepStatus): UpkeepReport {
  return { scrubbedAt: momentOrNull(scrubbedAt), damage, prunedAt: momentOrNull(prunedAt), prunedSales };
}

export function stockRepairReport({ waiting, oldest, overstated, checkedAt }: StockRepairStatus): StockRepairReport {
  return { waiting, oldestAt: momentOrNull(oldest), overstated, checkedAt: momentOrNull(checkedAt) };
}

export interface AttentionFacts {
  readonly journal: JournalHealth;
  readonly parked: number;
  /** Receipts that are not on paper, oldest first; absent: none. */
  readonly unprinted?: readonly string[];
  readonly devices: readonly DeviceHealth[];
  readonly snapshot: SnapshotInfo | null;
  readonly refresher: RefresherStatus;
  readonly connection: ConnectionStatus;
  /** Whether a card payment's outcome is unknown. */
  readonly unresolvedPayment: boolean;
  /** Of the disk guard; null: there is enough space. */
  readonly storage: TerminalStatus['attention'][number] | null;
  readonly stockRepair: StockRepairReport;
  /** What reading everything through has found. */
  readonly damage: readonly string[];
  readonly payments: PaymentsStatus;
  /** What the open cases come to. */
  readonly cases: TerminalStatus['attention'];
  /** What is wrong with the way to the fleet; absent or null: nothing. */
  readonly fleet?: { readonly words: string; readonly nextStep: string } | null;
  /** A release that was taken back or refused; absent or null: none. */
  readonly update?: { readonly words: string; readonly nextStep: string } | null;
  /** Whether somebody is wanted at a kiosk; absent: nobody. */
  readonly help?: TerminalStatus['attention'];
}

/** A retry loop that has not turned for this long (milliseconds) is dead or stuck. */
const deadAfter = 180_000;

/** What a person should look at, worst first. */
export function attention(facts: AttentionFacts): TerminalStatus['attention'] {
  const alarm = (words: string, nextStep: string) => ({ severity: 'alarm' as const, words, nextStep });
  const warning = (words: string, nextStep: string) => ({ severity: 'warning' as const, words, nextStep });
  const items: TerminalStatus['attention'][number][] = [...(facts.help ?? [])];
  const { journal } = facts;
  const broken = journal.storeError ?? journal.tapeError;
  if (journal.state === 'stopped') {
    items.push(alarm('Sales can’t be kept.', broken?.hint ?? 'Free disk space or replace the medium, then restart.'));
  }
  if (facts.storage?.severity === 'alarm') items.push(facts.storage);
  if (facts.connection.heartbeatAge > deadAfter) {
    items.push(alarm('The loop that delivers sales stands still.', 'Restart the terminal; nothing is lost by it.'));
  }
  if (facts.unresolvedPayment) {
    items.push(
      alarm('A card payment’s outcome is unknown.', 'Leave the card terminal on; the till goes on asking it.'),
    );
  }
  const cards = paymentsAttention(facts.payments, facts.unresolvedPayment);
  items.push(...cards.filter(({ severity }) => severity === 'alarm'));
  if (facts.parked > 0) {
    items.push(alarm(`Magento refuses ${facts.parked} sale(s).`, '"holdfast queue list" says why, one by one.'));
  }
  if (journal.state === 'one-copy') {
    items.push(warning('Sales are kept in one copy only.', broken?.hint ?? 'Check the medium that failed.'));
  }
  items.push(...facts.cases);
  if (facts.storage?.severity === 'warning') items.push(facts.storage);
  items.push(...cards.filter(({ severity }) => severity === 'warning'));
  const { waiting } = facts.stockRepair;
  if (waiting > 0) {
    items.push(
      warning(
        `${waiting} sale(s) were made past Magento's cart; it may still sell goods that are gone.`,
        'Let the shop’s cron run the reservation repair (docs/magento-shop.md); this disappears once it is seen to have run.',
      ),
    );
  }
  for (const words of facts.damage)
    items.push(warning(words, 'Restart the terminal when nobody sells: it repairs itself then.'));
  const { failure } = facts.refresher;
  if (facts.snapshot === null) {
    items.push(alarm('There is nothing to sell from yet.', failure?.hint ?? 'Connect the till to the internet.'));
  } else if (failure !== null && failure.code !== 'shop.unreachable') {
    items.push(
      warning(`The snapshot can’t be refreshed: ${failure.words}`, failure.hint ?? '"holdfast snapshot pull"'),
    );
  }
  const { unprinted = [] } = facts;
  if (unprinted.length > 0) {
    const shown = unprinted.slice(-3).join(', ');
    const words = `${unprinted.length} receipt(s) are not on paper, the last ones ${shown}.`;
    items.push(warning(words, '"holdfast receipt print NUMBER" prints one, MENU 8 the last.'));
  }
  if (facts.fleet != null) items.push(warning(facts.fleet.words, facts.fleet.nextStep));
  if (facts.update != null) items.push(warning(facts.update.words, facts.update.nextStep));
  for (const device of facts.devices) {
    if (device.state !== 'ready' || device.condition !== 'ready') {
      items.push(warning(`${device.name}: ${device.condition}.`, 'Check its cable, power and paper.'));
    }
  }
  return items;
}
