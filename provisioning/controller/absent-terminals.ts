import type { AbsentJudgement, AbsentTerminal } from '../../src/fleet/order-comparison.ts';
import type { DeviceId } from '../../src/fleet/protocol.ts';
import { hours, type Instant } from '../../src/platform/clock.ts';
import { receiptCounter, type TerminalId, terminalId } from '../../src/platform/ids.ts';
import type { Finding } from '../../src/reconciliation/case.ts';
import type { FleetCaseDesk } from './fleet-case-desk.ts';
import type { Change, ControllerStore } from './store/controller-store.ts';
import type { FormerDocument, ReportDocument } from './store/documents.ts';

// Terminals that can't judge their own sales: what is known of them, who looks for them, and the cases that come of it.

/** A terminal that is only switched off looks for itself when it is back; after this another one does. */
const goneAfter = hours(24);
/** Clocks differ, and an order may be a little older than its sale's receipt. */
const slack = hours(24);

/** A terminal's shop, so that another terminal of the same one can look for it. */
export const shopKey = ({ shop }: ReportDocument['health']): string | null =>
  shop === undefined ? null : `${shop.address} ${shop.store}`;

/** To be written when a device ceases to be a terminal: what it told last would else be lost with its successor's first report. */
export async function formerChange(
  store: ControllerStore,
  terminal: TerminalId,
  device: DeviceId,
  how: Pick<FormerDocument, 'why' | 'before' | 'goneAt'>,
): Promise<Change> {
  const report = (await store.get('reports', terminal))?.value;
  const { queue = null, shop = null } = report?.health ?? {};
  const value: FormerDocument = { ...how, terminal, device, lastHeard: report?.lastHeard ?? null, queue, shop };
  return { collection: 'former', id: `${terminal}/${device}`, expected: null, value };
}

/** To be written when a device takes a terminal's number: which receipts are its own. One that was shut out and is let in again is not gone. */
export async function succeededChanges(
  store: ControllerStore,
  terminal: TerminalId,
  device: DeviceId,
  firstReceiptCounter: number,
): Promise<readonly Change[]> {
  const former = await store.list('former', { prefix: `${terminal}/` });
  return former.flatMap(({ id, version, value }): Change[] => {
    if (value.device === device) return [{ collection: 'former', id, expected: version, value: null }];
    if (value.before !== null) return [];
    return [{ collection: 'former', id, expected: version, value: { ...value, before: firstReceiptCounter } }];
  });
}

/** Somebody to be looked for, and the shop that knows. */
export interface Absent {
  readonly shop: string;
  readonly question: AbsentTerminal;
}

/** All that can't look for themselves, of these terminals or (null) of all. Those that told nothing of their receipts can't be looked for. */
export async function absentTerminals(
  store: ControllerStore,
  numbers: ReadonlySet<TerminalId> | null,
  since: Instant,
  now: Instant,
): Promise<readonly Absent[]> {
  const found: Absent[] = [];
  for (const { value } of await store.list('former')) {
    if (numbers?.has(value.terminal) === false || value.shop === null) continue;
    const { terminal, device, queue, shop, before } = value;
    found.push(...askedOf(terminal, device, { queue, shop }, before, since));
  }
  for (const { value } of await store.list('terminals')) {
    if (numbers?.has(value.terminal) === false || value.member === null) continue;
    const report = (await store.get('reports', value.terminal))?.value;
    if (report === undefined || !isGone(report, now)) continue;
    const { queue, shop } = report.health;
    // Nothing waited: it looks for itself when it is switched on again.
    if (queue === undefined || queue.waiting + queue.parked === 0) continue;
    if (shop !== undefined) found.push(...askedOf(value.terminal, value.member.device, { queue, shop }, null, since));
  }
  return found;
}

const isGone = ({ presence, lastHeard }: ReportDocument, now: Instant): boolean =>
  presence.state !== 'online' && lastHeard !== null && now - lastHeard > goneAfter;

function askedOf(
  terminal: TerminalId,
  device: DeviceId,
  { queue, shop }: { queue: ReportDocument['health']['queue'] | null; shop: NonNullable<FormerDocument['shop']> },
  before: number | null,
  since: Instant,
): readonly Absent[] {
  if (queue == null) return [];
  const { lastReceiptCounter: last, oldestUnconfirmed, waiting, parked } = queue;
  const oldest = receiptCounter(terminal, oldestUnconfirmed?.receiptNumber ?? '');
  // A customer without a receipt may be the oldest: then by how many there are.
  const from = oldestUnconfirmed === null ? last + 1 : (oldest ?? Math.max(1, last - waiting - parked + 1));
  const soldAt = oldestUnconfirmed === null ? since : Math.min(since, Date.parse(oldestUnconfirmed.soldAt) - slack);
  const question = { terminal, device, since: new Date(soldAt).toISOString(), from, last, before };
  return [{ shop: `${shop.address} ${shop.store}`, question }];
}

/** Brings the cases about a terminal that is gone to what another one has found; never a second one for what the terminal tells itself. */
export async function keepAbsentCases(
  cases: FleetCaseDesk,
  store: ControllerStore,
  judgement: AbsentJudgement,
): Promise<void> {
  const terminal = terminalId(judgement.terminal);
  const { device, missing } = judgement;
  if (missing > 0) await cases.report(terminal, goneFinding(judgement));
  else await cases.settle(terminal, 'terminal-gone', device, 'corrected', 'Magento has an order of every receipt');
  const report = await store.get('reports', terminal);
  const told = new Set(
    (report?.value.health.cases?.list ?? []).flatMap(({ kind, receiptNumber }) =>
      kind === 'order-doubled' && receiptNumber !== null ? [receiptNumber] : [],
    ),
  );
  const doubled = judgement.doubled.filter(({ receiptNumber }) => !told.has(receiptNumber));
  for (const { receiptNumber, orderNumbers } of doubled) {
    await cases.report(terminal, {
      kind: 'order-doubled',
      subject: receiptNumber,
      words: `receipt ${receiptNumber}: is in Magento as orders ${orderNumbers.join(' and ')}`,
      evidence: { orderNumbers },
      receiptNumber,
    });
  }
  const seen = new Set(doubled.map(({ receiptNumber }) => receiptNumber));
  for (const { finding } of await cases.openOf(terminal)) {
    if (finding.kind !== 'order-doubled' || seen.has(finding.subject)) continue;
    await cases.settle(
      terminal,
      'order-doubled',
      finding.subject,
      'corrected',
      'one order is left, or the till tells it',
    );
  }
}

/**
 * A terminal has looked for itself, and `told` of these receipts that they are doubled: what was kept for it ends. What concerns a
 * device that it replaced only another look from outside can end.
 */
export async function endAbsentCases(
  cases: FleetCaseDesk,
  store: ControllerStore,
  terminal: TerminalId,
  told: ReadonlySet<string>,
): Promise<void> {
  const device = (await store.get('terminals', terminal))?.value.member?.device;
  const hasFormer = (await store.list('former', { prefix: `${terminal}/`, limit: 1 })).length > 0;
  for (const { finding } of await cases.openOf(terminal)) {
    const { kind, subject } = finding;
    const isItsOwn = kind === 'terminal-gone' ? subject === device : !hasFormer || told.has(subject);
    if (isItsOwn) await cases.settle(terminal, kind, subject, 'explained', 'it is back, and keeps its cases itself');
  }
}

function goneFinding({ terminal, device, missing, missingReceipts }: AbsentJudgement): Finding {
  const named = missingReceipts.slice(0, 5).join(', ');
  const more = missing > 5 ? ` and ${missing - 5} more` : '';
  const many = missing === 1 ? 'one receipt is' : `${missing} receipts are`;
  return {
    kind: 'terminal-gone',
    subject: device,
    words: `${terminal}: ${many} not in Magento, only on its medium: ${named}${more} (a return makes no order)`,
    evidence: { missing, receipts: missingReceipts },
    receiptNumber: null,
  };
}
