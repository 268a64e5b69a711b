import type { Device } from '../../drivers/device.ts';
import type { Printer } from '../../drivers/printer/printer.ts';
import type { TerminalConfig } from '../config/schema.ts';
import type { ControlHandlers } from '../control/handlers.ts';
import type { PullProgress, TerminalStatus } from '../control/protocol.ts';
import type { StorageGuard } from '../health/storage-guard.ts';
import type { Upkeep } from '../health/upkeep.ts';
import type { QueuedDocument, Unconfirmed } from '../journal/journal.ts';
import type { LiveJournal } from '../journal/live-journal.ts';
import type { MagentoClient } from '../magento/client/outcome.ts';
import type { StockRepairWatch } from '../magento/delivery/stock-repair.ts';
import { money } from '../money/money.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { type DocumentId, type ReceiptNumber, receiptNumber, sku, terminalId } from '../platform/ids.ts';
import type { JsonNote } from '../platform/json-note.ts';
import type { Logger } from '../platform/log.ts';
import type { BatteryReading } from '../platform/power-supply.ts';
import type { CaseDesk } from '../reconciliation/case-desk.ts';
import type { ParkingDesk } from '../reconciliation/parking-desk.ts';
import { cardStanding } from '../register/card-standing.ts';
import type { Refresher } from '../snapshot/refresher.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Outbox } from '../sync/outbox.ts';
import type { Till } from '../till/till.ts';
import type { UnprintedReceipts } from '../till/unprinted.ts';
import { casesAttention, createCaseHandlers } from './cases-desk.ts';
import { type Compared, createChecklistDesk } from './checklist-desk.ts';
import type { DeviceBench } from './device-bench.ts';
import type { HelpDesk } from './help-desk.ts';
import { metricsText } from './metrics.ts';
import { createOrdersDesk } from './orders-desk.ts';
import { createOutageDesk } from './outage-desk.ts';
import { createPaymentDesk, paymentsStatus } from './payment-desk.ts';
import type { Payments } from './payments.ts';
import { createPriceDesk } from './price-desk.ts';
import { previewOf } from './receipt-preview.ts';
import { paperOf, type TerminalReceipts } from './receipts.ts';
import { counterPlace, currencyFormat } from './settings.ts';
import { createSettlementDesk } from './settlement-desk.ts';
import {
  attention,
  connectionStatus,
  journalStatus,
  moment,
  queueDetail,
  queueEntry,
  shiftStatus,
  snapshotStatus,
  stockRepairReport,
  upkeepReport,
} from './status.ts';
import { storageAttention, storageReport } from './storage.ts';
import { noUpdates, type Updates } from './updates.ts';

/** The rooms of a running terminal that can be asked. */
export interface ControlParts {
  readonly config: TerminalConfig;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: Instant;
  readonly clock: Clock;
  readonly journal: LiveJournal;
  readonly outbox: Outbox;
  /** Whether delivery is paused; outlives the process. */
  readonly pauseNote: JsonNote<boolean>;
  readonly snapshot: Snapshot;
  readonly refresher: Refresher;
  readonly storage: StorageGuard;
  readonly upkeep: Upkeep;
  readonly stockRepair: StockRepairWatch;
  readonly till: Till;
  readonly receipts: TerminalReceipts;
  readonly help: HelpDesk;
  readonly unprinted: UnprintedReceipts;
  readonly bench: DeviceBench;
  readonly payments: Payments;
  readonly cases: CaseDesk;
  /** What is wrong with the way to the fleet, and what to do; absent or null: nothing. */
  readonly fleetTrouble?: () => { readonly words: string; readonly nextStep: string } | null;
  /** Another release; absent: it is not updated by itself. */
  readonly updates?: Pick<Updates, 'handlers' | 'attention'> | null;
  readonly parking: ParkingDesk;
  /** Asks the shop no more than its budget allows. */
  readonly readingClient: MagentoClient;
  readonly compared: JsonNote<Compared>;
  readonly battery: () => BatteryReading | null;
  readonly log: Logger;
  readonly devices: readonly Device[];
  readonly printer: Printer | null;
}

/** Answers what the control socket is asked. */
export function createControl(parts: ControlParts): ControlHandlers {
  const { config, clock, journal, outbox, pauseNote, snapshot, refresher, storage, upkeep, stockRepair } = parts;
  const { till, receipts, unprinted, bench, devices, payments, cases } = parts;
  const id = terminalId(config.terminal.id);

  function status(): TerminalStatus {
    const connection = connectionStatus(outbox.status(), clock);
    const { sales: total, ...counts } = journal.counts;
    const oldest = journal.unconfirmed()[0];
    const health = devices.map((device) => device.health());
    return {
      terminalId: id,
      version: parts.version,
      pid: parts.pid,
      startedAt: new Date(parts.startedAt).toISOString(),
      connection,
      sales: { total, ...counts },
      oldestUnconfirmed: oldest === undefined ? null : { name: oldest.name, soldAt: moment(oldest.madeAt) },
      snapshot: snapshotStatus(snapshot.catalogue.generation, refresher.status()),
      shift: shiftStatus(journal.openShift),
      devices: health.map(({ name, kind, driver, state, condition }) => ({ name, kind, driver, state, condition })),
      journal: journalStatus(journal.health),
      storage: storageReport(storage.status()),
      upkeep: upkeepReport(upkeep.status()),
      stockRepair: stockRepairReport(stockRepair.status()),
      payments: paymentsStatus(payments),
      clockTrusted: clock.trusted(),
      cases: cases.open().length,
      attention: attention({
        journal: journal.health,
        parked: counts.parked,
        devices: health,
        snapshot: snapshot.catalogue.generation,
        refresher: refresher.status(),
        connection,
        unprinted: unprinted.list,
        unresolvedPayment: till.status().unresolvedPayment !== null,
        storage: storageAttention(storage.status()),
        stockRepair: stockRepairReport(stockRepair.status()),
        damage: upkeep.status().damage,
        payments: paymentsStatus(payments),
        cases: casesAttention(cases.open()),
        fleet: parts.fleetTrouble?.() ?? null,
        update: parts.updates?.attention() ?? null,
        help: parts.help.attention(),
      }),
    };
  }

  /** Nothing, if it was delivered meanwhile and has gone. */
  function* whole({ delivery }: Unconfirmed): Generator<QueuedDocument> {
    const found = journal.document(delivery.documentId);
    if (found !== undefined) yield found;
  }

  function* inQueue(states: ReadonlySet<string>): Generator<QueuedDocument> {
    for (const entry of journal.unconfirmed().toReversed()) if (states.has(entry.delivery.state)) yield* whole(entry);
  }

  /** Newest first: all that has a receipt, back to the terminal's first sale, and what else is not in Magento yet. */
  function* newest(): Generator<QueuedDocument> {
    const others = journal.unconfirmed().filter((document) => document.receiptNumber === null);
    for (let counter = journal.nextReceiptCounter - 1; counter > 0; counter -= 1) {
      const found = journal.documentByReceipt(receiptNumber(id, counter));
      if (found === undefined) continue;
      for (let next = others.at(-1); next !== undefined && next.sequence > found.sequence; next = others.at(-1)) {
        yield* whole(next);
        others.pop();
      }
      yield found;
    }
    for (const other of others.reverse()) yield* whole(other);
  }

  const prices = createPriceDesk({
    catalogue: snapshot.catalogue,
    currency: currencyFormat(config),
    destination: counterPlace(config),
    clock,
  });

  // Whatever was asked for is looked up both ways; neither look-up trusts its shape.
  const find = (idOrReceipt: string): QueuedDocument | undefined =>
    journal.documentByReceipt(idOrReceipt as ReceiptNumber) ?? journal.document(idOrReceipt as DocumentId);

  /** For the checklist; a look that was made is not lost with it. */
  const remember = async (change: Partial<Compared>): Promise<void> => {
    try {
      await parts.compared.save({ ...parts.compared.value, ...change });
    } catch (error) {
      parts.log.warn({ error: messageOf(error) }, 'when books were compared could not be kept');
    }
  };

  const control: ControlHandlers = {
    ...(parts.updates?.handlers ?? noUpdates),
    ...createPaymentDesk({ payments, journal, till, clock }),
    ...createCaseHandlers(cases),
    ...createSettlementDesk({
      config,
      journal,
      ledger: payments.ledger,
      cases,
      clock,
      log: parts.log,
      square: payments.square,
      onCompared: ({ newestRowAt, differences }) =>
        remember({
          settlement: {
            at: clock.now(),
            newestRowAt: newestRowAt === null ? null : Date.parse(newestRowAt),
            differences: differences.length,
          },
        }),
    }),
    ...createOrdersDesk({
      config,
      journal,
      cases,
      outbox,
      client: parts.readingClient,
      clock,
      onCompared: (differences) => remember({ orders: { at: clock.now(), differences } }),
    }),
    ...createOutageDesk({ config, journal, clock }),
    ...createChecklistDesk({
      config,
      status,
      journal,
      cases,
      compared: parts.compared,
      battery: parts.battery,
      receipts,
      printer: parts.printer,
      clock,
    }),
    status,
    async queue({ states, limit }) {
      const wanted = new Set(states);
      const found: QueuedDocument[] = [];
      const isPast = wanted.has('confirmed') || wanted.has('withdrawn');
      for (const document of isPast ? newest() : inQueue(wanted)) {
        if (found.length >= limit) break;
        if (wanted.has(document.delivery.state)) found.push(document);
      }
      return found.reverse().map((document) => queueEntry(document, outbox.statusOf(document)));
    },
    document(idOrReceipt) {
      const found = find(idOrReceipt);
      return found === undefined ? undefined : queueDetail(found, outbox.statusOf(found));
    },
    async decideParked(idOrReceipt, decision, authority) {
      const found = find(idOrReceipt);
      if (found === undefined) return undefined;
      await parts.parking.decide(found, decision, authority);
      return control.document(found.delivery.documentId);
    },
    async retryParked(idOrReceipt) {
      const found = find(idOrReceipt);
      if (found === undefined) return undefined;
      await outbox.retryParked(found.delivery.documentId);
      return control.document(found.delivery.documentId);
    },
    async sync(command) {
      if (command === 'now') return outbox.kick();
      await pauseNote.save(command === 'pause');
      if (command === 'pause') outbox.pause();
      else outbox.resume();
    },
    metrics: () => metricsText(status(), clock.now()),
    snapshot: () => snapshotStatus(snapshot.catalogue.generation, refresher.status()),
    pullSnapshot: (signal) =>
      progressOf(
        (onProgress) => refresher.pull(onProgress, signal),
        () => refresher.status(),
      ),
    explainPrice: prices.explainPrice,
    explainSale(idOrReceipt) {
      const found = find(idOrReceipt);
      return found?.kind === 'sale' ? { lines: prices.explainSale(found.sale) } : undefined;
    },
    printReceipt: (number, what) => till.reprint(number === null ? null : (number as ReceiptNumber), what),
    async printKeypadSheet() {
      const nameOf = (code: string): string => snapshot.catalogue.bySku(sku(code))?.name ?? code;
      if (parts.printer === null) {
        throw new HoldfastError('till.no-printer', 'This till has no printer', { remedy: 'operator' });
      }
      const outcome = await parts.printer.print(receipts.keypadSheet(nameOf));
      if (outcome.kind === 'printed' || outcome.kind === 'sent') return;
      throw new HoldfastError('till.not-printed', `Not printed: ${outcome.reason}`, { remedy: 'retry' });
    },
    previewReceipt(idOrReceipt, what) {
      const found = find(idOrReceipt);
      if (found?.kind !== 'sale') return undefined;
      const outcomes = journal.outcomesOf(found.sale.saleId).map(({ outcome }) => outcome);
      const later = cardStanding(found.sale, outcomes);
      const { text, png } = previewOf(receipts.document(found.sale, what, later), paperOf(config));
      return { text, png: Buffer.from(png).toString('base64') };
    },
    devices: () => bench.list(),
    testDevice: (name, tell, signal) => bench.test(name, tell, signal),
    monitorDevices: (name, tell, signal) => bench.monitor(name, tell, signal),
    verifyJournal: () => journal.verify(),
    exportJournal: () => journal.export(),
    shift: () => shiftStatus(journal.openShift),
    async openShift({ cashier, float }) {
      await till.openShift({ cashier, float: money(float) });
      return shiftStatus(journal.openShift);
    },
    async closeShift({ counted }) {
      await till.closeShift({ counted: counted === null ? null : money(counted) });
      return shiftStatus(journal.openShift);
    },
  };
  return control;
}

/** What a pull reports while it runs, then its end; throws what it throws. */
async function* progressOf(
  pull: (
    onProgress: (progress: { readonly step: string; readonly done: number; readonly total: number | null }) => void,
  ) => Promise<Parameters<typeof snapshotStatus>[0]>,
  following: () => Parameters<typeof snapshotStatus>[1],
): AsyncIterable<PullProgress> {
  const waiting: PullProgress[] = [];
  let wake = (): void => {};
  let ended = false;
  const pulled = pull(({ step, done, total }) => {
    waiting.push({ kind: 'progress', what: step, done, total });
    wake();
  }).finally(() => {
    ended = true;
    wake();
  });
  // Awaited below; a rejection before that must not count as unhandled.
  pulled.catch(() => undefined);
  while (!ended || waiting.length > 0) {
    const next = waiting.shift();
    if (next !== undefined) yield next;
    else if (!ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  const snapshot = snapshotStatus(await pulled, following());
  if (snapshot !== null) yield { kind: 'done', snapshot };
}
