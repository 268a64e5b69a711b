import { z } from 'zod';
import type { Device } from '../drivers/device.ts';
import type { Bitmap } from '../drivers/printer/document.ts';
import { comparedSchema, neverCompared } from './assembly/checklist-desk.ts';
import { createControl } from './assembly/control-desk.ts';
import { openStaffDesk } from './assembly/counter.ts';
import { DeviceBench } from './assembly/device-bench.ts';
import type { TerminalDevices } from './assembly/devices.ts';
import { createFleet, type FleetWorld } from './assembly/fleet.ts';
import { createFleetDesks } from './assembly/fleet-desks.ts';
import { healthOf } from './assembly/fleet-health.ts';
import { fleetJobs } from './assembly/fleet-jobs.ts';
import type { FrameMonitor } from './assembly/frame-monitor.ts';
import { openHeldNote } from './assembly/held-note.ts';
import { HelpDesk } from './assembly/help-desk.ts';
import { kioskParts } from './assembly/kiosk.ts';
import { createLane } from './assembly/lane.ts';
import { LiveSettings, liveRetryPolicy } from './assembly/live-settings.ts';
import { shopBooks } from './assembly/orders-desk.ts';
import { createParkingDesk } from './assembly/parking.ts';
import { createPayments } from './assembly/payments.ts';
import { createReceipts } from './assembly/receipts.ts';
import { pruneSales } from './assembly/retention.ts';
import { createServiceDesk, type MachineDesk } from './assembly/service-desk.ts';
import { tillSettings } from './assembly/settings.ts';
import { createShopReading } from './assembly/shop-reading.ts';
import { storageFacts } from './assembly/storage.ts';
import { takeSnapshot } from './assembly/take-snapshot.ts';
import { createUpdates, type Updates, type UpdateWorld } from './assembly/updates.ts';
import type { TerminalConfig } from './config/schema.ts';
import type { ControlHandlers } from './control/handlers.ts';
import type { StorageGuard } from './health/storage-guard.ts';
import { createUpkeep } from './health/upkeep.ts';
import { documentIn } from './journal/document.ts';
import type { LiveJournal } from './journal/journal-log.ts';
import { watchClock } from './journal/watch-clock.ts';
import { builtInLanguage, english, type Language } from './languages/language.ts';
import { createRequestBudget, withBudget } from './magento/client/budget.ts';
import { createMagentoClient } from './magento/client/client.ts';
import type { MagentoAuth } from './magento/client/token.ts';
import { directSalesSchema, StockRepairWatch } from './magento/delivery/stock-repair.ts';
import { decimal } from './money/money.ts';
import type { PaymentJournal } from './payments/payment-journal.ts';
import { type Clock, milliseconds, seconds } from './platform/clock.ts';
import type { DurableFiles } from './platform/durable-files.ts';
import { messageOf } from './platform/errors.ts';
import type { HttpTransport } from './platform/http-transport.ts';
import { openJsonNote } from './platform/json-note.ts';
import { type Logger, quietable } from './platform/log.ts';
import { type MachineFacts, type MachineIdentity, unknownMachine } from './platform/machine-facts.ts';
import type { Random } from './platform/random.ts';
import { priceCart } from './pricing/price-cart.ts';
import { CaseDesk } from './reconciliation/case-desk.ts';
import { createParkedWatch } from './reconciliation/watch-parked.ts';
import { createFollower } from './snapshot/follow.ts';
import { createRefresher } from './snapshot/refresher.ts';
import { openSnapshot } from './snapshot/snapshot.ts';
import type { RecoverableStore } from './snapshot/snapshot-store.ts';
import { createOutbox } from './sync/outbox.ts';
import { StockDesk } from './till/stock-desk.ts';
import { createTill } from './till/till.ts';
import { UnprintedReceipts } from './till/unprinted.ts';

/** Everything a terminal touches, handed in: the machine's own in a shop, a seeded world's in the simulation. */
export interface TerminalWorld {
  readonly config: TerminalConfig;
  readonly version: string;
  readonly pid: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Opened and verified. */
  readonly journal: LiveJournal;
  readonly snapshotStore: RecoverableStore;
  /** The data folder, for small notes that outlive the process. */
  readonly notes: DurableFiles;
  /** What card readers handed out for the acquirer, sealed to its key. */
  readonly sealedCards: DurableFiles;
  /** Knows the media that journal and snapshot lie on. */
  readonly storage: StorageGuard;
  readonly transport: HttpTransport;
  readonly auth: MagentoAuth;
  readonly devices: TerminalDevices;
  /** Sees what travels to and from the devices; absent where they are not on lines of ours. */
  readonly frames?: FrameMonitor;
  /** What the service menu may ask of the machine; absent: nothing. */
  readonly machine?: MachineDesk;
  /** What it has of its fleet; absent: it belongs to none. */
  readonly fleet?: FleetWorld;
  /** Settings that its fleet may change while it runs; absent: they stay as they are. */
  readonly live?: LiveSettings;
  /** Absent: this installation is not updated by itself. */
  readonly updates?: UpdateWorld;
  /** Asked seldom; absent: nothing is known of the machine. */
  readonly machineFacts?: () => Promise<readonly [MachineFacts, MachineIdentity]>;
  /** Receipts that are not on paper; absent: forgotten by a restart. */
  readonly unprinted?: UnprintedReceipts;
  /** The picture at the top of receipts; absent: none. */
  readonly logo?: Bitmap | null;
  /** What it says, on displays and paper; absent: the built-in language that is configured. */
  readonly language?: Language;
  /** Further ones that a kiosk's customers may choose. */
  readonly languages?: readonly Language[];
}

export interface Terminal {
  /** Ready to sell when it resolves. The network is not waited for. */
  start(): Promise<void>;
  /** Finishes the sale in hand (at most ten seconds), delivery at its next safe point, then the devices. */
  stop(why?: 'stopped' | 'restarting'): Promise<void>;
  /** Nobody sells and nobody pays. */
  isQuiet(): boolean;
  readonly control: ControlHandlers;
}

/** Requests that may go at once when the shop is read; later ones are spread over the minute. */
const readingBurst = 60;

/** The composition root: the only place that knows every part. */
export async function createTerminal(world: TerminalWorld): Promise<Terminal> {
  const { config, clock, random, journal, devices, snapshotStore, storage } = world;
  const live = world.live ?? new LiveSettings(config);
  const language = world.language ?? builtInLanguage(config.terminal.language) ?? english;
  const log = quietable(world.log, () => storage.plan.quiet);
  const end = new AbortController();

  const client = createMagentoClient({
    baseUrl: config.magento.baseUrl,
    storeCode: config.magento.storeCode,
    auth: world.auth,
    transport: world.transport,
    clock,
    log: log.child({ room: 'magento' }),
    requestTimeout: milliseconds(config.magento.requestTimeout),
  });
  const pauseNote = await openJsonNote(world.notes, 'delivery-paused.json', z.boolean(), false, log);
  const stockRepair = new StockRepairWatch({
    calls: { client, stockId: config.magento.stockId },
    note: await openJsonNote(world.notes, 'direct-sales.json', directSalesSchema, [], log),
    clock,
    log: log.child({ room: 'delivery' }),
  });
  const delivery = createLane({
    config,
    client,
    journal,
    stockRepair,
    clock,
    random,
    log: log.child({ room: 'delivery' }),
  });
  const outbox = createOutbox({
    journal,
    lane: delivery.lane,
    clock,
    random,
    log,
    overlap: config.sync.overlap,
    policy: liveRetryPolicy(live),
  });

  const snapshot = await openSnapshot({
    store: snapshotStore,
    clock,
    log: log.child({ room: 'snapshot' }),
    onDamage: () => refresher.wake(),
  });
  const { requestsPerMinute } = config.snapshot;
  const readingClient = withBudget(
    client,
    createRequestBudget(clock, { perMinute: requestsPerMinute, burst: readingBurst }),
  );
  const reading = createShopReading({
    config,
    client: readingClient,
    transport: world.transport,
    clock,
    log: log.child({ room: 'snapshot' }),
  });
  const { baseUrl, storeCode, sourceCode } = config.magento;
  const stockDesk = new StockDesk({
    catalogue: snapshot.catalogue,
    unconfirmed: () => journal.unconfirmed(),
    policy: config.till.oversell,
    attribute: config.snapshot.oversellAttribute === '' ? null : config.snapshot.oversellAttribute,
  });
  const follower = createFollower({
    ...reading.following,
    inUse: () => (snapshot.refetchNeeded || storage.plan.snapshots === 'none' ? null : snapshot.inUse),
    onChange: () => till.refresh(),
    onStock: (event) => (event === 'begins' ? stockDesk.readingBegins() : stockDesk.readingEnded()),
    clock,
    log: log.child({ room: 'snapshot' }),
    pricesEvery: milliseconds(config.snapshot.pricesEvery),
    stockEvery: milliseconds(config.snapshot.stockEvery),
  });
  const refresher = createRefresher({
    follow: (signal) => follower.round(signal),
    take: async (onProgress, signal) => {
      const { bundle, ...shop } = await reading.forImport(signal);
      const options = {
        ...shop,
        store: snapshotStore,
        clock,
        log: log.child({ room: 'snapshot' }),
        sourceId: JSON.stringify([baseUrl, storeCode, sourceCode, config.prices, config.snapshot, bundle]),
        budget: config.quota.snapshot,
        onProgress,
        signal,
      };
      stockDesk.readingBegins();
      const info = await takeSnapshot(options, storage);
      snapshot.reload();
      stockDesk.readingEnded();
      till.refresh();
      return info;
    },
    takenAt: () => (snapshot.refetchNeeded ? null : (snapshot.catalogue.generation?.takenAt ?? null)),
    clock,
    random,
    log: log.child({ room: 'snapshot' }),
    every: milliseconds(config.snapshot.refreshEvery),
    fullReadAt: config.snapshot.fullReadAt,
  });

  const online = (): boolean => outbox.connection.online === true;
  const receipts = createReceipts(
    config,
    [language, ...(world.languages ?? [])],
    world.logo ?? null,
    online,
    () => live.receipt,
  );
  const unprinted = world.unprinted ?? new UnprintedReceipts();
  const bench = new DeviceBench({
    devices,
    journal,
    clock,
    frames: world.frames ?? null,
    testPage: () => receipts.testPage(clock.now()),
    redraw: () => till.refresh(),
  });
  const printChecklist = async (): Promise<void> => {
    if (!config.till.checklistAtShiftEnd || devices.printer === null) return;
    // After the Z report, and once what it left to deliver had its turn.
    await clock.sleep(seconds(10), end.signal);
    await control.printChecklist();
  };
  const toldJournal = tellingOfDocuments(journal, {
    documentAdded: () => outbox.documentAdded(),
    shiftClosed: () =>
      void printChecklist().catch((error: unknown) =>
        log.warn({ error: messageOf(error) }, 'the checklist is not on paper'),
      ),
  });
  const cases = new CaseDesk(journal);
  const payments = await createPayments({
    config,
    journal: toldJournal,
    cases,
    terminal: devices.paymentTerminal,
    transport: world.transport,
    clock,
    random,
    log,
    notes: world.notes,
    sealedCards: world.sealedCards,
    online,
    onChange: () => till.refresh(),
    // Nobody known is nobody who could agree.
    approve: async ({ amount }) => (await till.approve('offline-card', decimal(amount))) || null,
  });
  const help = new HelpDesk(devices.helpLamp ?? null, clock, log);
  const kiosk = kioskParts(config, [language, ...(world.languages ?? [])], snapshot.catalogue, help);
  const till = createTill({
    ...devices,
    ...(kiosk === undefined ? {} : { kiosk }),
    unprinted,
    held: await openHeldNote(world.notes, log),
    keypad: bench.keypad,
    scanner: bench.scanner,
    catalogue: snapshot.catalogue,
    priceCart,
    shortage: (item, wanted) => stockDesk.shortage(item, wanted),
    cards: payments.cards,
    journal: toldJournal,
    receipts,
    connection: () => ({
      online: online(),
      waiting: journal.counts.waiting,
      parked: journal.counts.parked,
      words: outbox.connection.words,
    }),
    storage: () => storageFacts(storage.look()),
    staff: await openStaffDesk(config, clock, world.notes, log),
    service: createServiceDesk({
      terminalId: config.terminal.id,
      version: world.version,
      journal,
      outbox,
      bench,
      clock,
      machine: world.machine ?? {},
    }),
    synchronise: () => outbox.kick(),
    clock,
    random,
    log: log.child({ room: 'till' }),
    settings: tillSettings(config, language),
  });

  const watchParked = createParkedWatch({ journal, cases, log: log.child({ room: 'reconciliation' }) });
  let wasOnline = false;
  outbox.onChange(() => {
    watchParked();
    const isOnline = online();
    if (isOnline && !wasOnline) {
      refresher.wake();
      payments.forwarder.wake();
    }
    wasOnline = isOnline;
    till.refresh();
  });
  journal.onHealth(() => till.refresh());
  storage.onChange(() => till.refresh());

  const upkeep = createUpkeep({
    idle: () => till.status().sale === null && !refresher.status().running,
    scrubs: [
      async (signal) => {
        const { damage } = await snapshot.scrub({ signal });
        return damage === null ? [] : [damage];
      },
      (signal) => journal.scrub(signal),
    ],
    prune: (signal) => pruneSales(journal, clock, config.journal.retentionDays, signal),
    pruneSoon: () => storage.plan.prune,
    clock,
    log: log.child({ room: 'upkeep' }),
  });

  const allDevices: readonly Device[] = Object.values(devices).filter(
    (device) => device !== null && device !== undefined,
  );

  const isQuiet = (): boolean => till.status().sale === null && till.status().unresolvedPayment === null;
  const updates: Updates | null =
    world.updates === undefined
      ? null
      : createUpdates({
          world: world.updates,
          config,
          isQuiet,
          look: () => ({
            devices: allDevices.flatMap((device) => (device.health().state === 'ready' ? [device.name] : [])),
            snapshot: snapshot.catalogue.generation !== null,
            journal: journal.health.state,
            contact: fleet === null ? online() : fleet.status().wasAnswered,
          }),
          room: () => storage.look().room,
          clock,
          random,
          log: log.child({ room: 'updates' }),
        });

  const control = createControl({
    config,
    version: world.version,
    pid: world.pid,
    startedAt: clock.now(),
    clock,
    journal,
    outbox,
    pauseNote,
    snapshot,
    refresher,
    storage,
    upkeep,
    stockRepair,
    till,
    receipts,
    help,
    unprinted,
    bench,
    payments,
    cases,
    fleetTrouble: () => fleet?.status().trouble ?? null,
    updates,
    readingClient,
    compared: await openJsonNote(world.notes, 'compared.json', comparedSchema, neverCompared, log),
    battery: world.machine?.battery ?? (() => null),
    parking: createParkingDesk({
      config,
      journal,
      outbox,
      cases,
      catalogue: snapshot.catalogue,
      client,
      clock,
      end: end.signal,
    }),
    log: log.child({ room: 'control' }),
    devices: allDevices,
    printer: devices.printer,
  });

  const desks = createFleetDesks({ control, magento: config.magento, clock, log: log.child({ room: 'fleet' }) });
  const fleet =
    world.fleet === undefined || config.fleet === null
      ? null
      : createFleet({
          world: world.fleet,
          live,
          config,
          version: world.version,
          executors: fleetJobs({
            config,
            control,
            displays: [devices.display, devices.customerDisplay],
            redraw: () => till.refresh(),
            reports: payments.reports,
            restart: world.fleet.restart,
            desks,
            books: shopBooks(readingClient, config.magento.stockId),
            ...(updates === null ? {} : { update: updates.executor }),
            clock,
          }),
          isQuiet,
          look: async () => {
            const [machine, identity] = (await world.machineFacts?.()) ?? unknownMachine;
            const oldest = journal.unconfirmed()[0];
            return healthOf({
              status: control.status(),
              till: till.status(),
              oldest: oldest?.receiptNumber ?? null,
              lastReceiptCounter: journal.nextReceiptCounter - 1,
              zone: clock.zone,
              machine,
              identity,
              nodeVersion: process.versions.node,
              desks: await desks.look(),
            });
          },
          clock,
          random,
          log,
        });
  help.on('helpCalled', () => fleet?.lookNow());

  // What waited for the broker need not wait for its next minute.
  if (fleet !== null) delivery.attach(fleet, () => outbox.kick());
  if (fleet !== null) reading.attach(fleet);

  return {
    control,
    isQuiet,
    async start() {
      await Promise.all(allDevices.map((device) => device.start()));
      sayWhatIsMissing(allDevices, log);
      till.start();
      if (pauseNote.value) outbox.pause();
      outbox.start(end.signal);
      refresher.start(end.signal);
      void watchClock(journal, clock, log, end.signal);
      storage.start(end.signal);
      upkeep.start(end.signal);
      payments.start(end.signal);
      updates?.start(end.signal);
      await fleet?.start();
    },
    async stop(why = 'stopped') {
      end.abort();
      // What is with a gateway comes to its end through the fleet's connection.
      await Promise.all([till.stop(), outbox.stop().then(() => fleet?.stop(why))]);
      await Promise.all([refresher.ended(), upkeep.ended(), storage.ended(), payments.forwarder.ended()]);
      await Promise.all(allDevices.map((device) => device.stop()));
      world.transport.close();
    },
  };
}

/** The terminal runs without what is missing; whoever set it up should read it once, in one place. */
function sayWhatIsMissing(devices: readonly Device[], log: Logger): void {
  for (const device of devices) {
    const { name, driver, state, condition } = device.health();
    if (state === 'ready') continue;
    log.warn({ device: name, driver, state }, `${name}: ${condition}; the terminal runs without it until it appears`);
  }
}

/** The journal, telling of each document and each end of a shift that became durable. */
function tellingOfDocuments(
  journal: LiveJournal,
  tell: { readonly documentAdded: () => void; readonly shiftClosed: () => void },
): Parameters<typeof createTill>[0]['journal'] & PaymentJournal {
  return {
    append: async (entry) => {
      const record = await journal.append(entry);
      if (documentIn(entry) !== null) tell.documentAdded();
      if (entry.kind === 'shift-closed') tell.shiftClosed();
      return record;
    },
    get nextReceiptCounter() {
      return journal.nextReceiptCounter;
    },
    get openShift() {
      return journal.openShift;
    },
    document: (id) => journal.document(id),
    documentByReceipt: (receipt) => journal.documentByReceipt(receipt),
    sale: (id) => journal.sale(id),
    saleByReceipt: (receipt) => journal.saleByReceipt(receipt),
    returnsOf: (sale) => journal.returnsOf(sale),
    outcomesOf: (sale) => journal.outcomesOf(sale),
    mailsOf: (sale) => journal.mailsOf(sale),
    unconfirmed: () => journal.unconfirmed(),
    openSubjects: (kind) => journal.openSubjects(kind),
    history: (kind, id) => journal.history(kind, id),
    subjects: (kind, wish) => journal.subjects(kind, wish),
  };
}
