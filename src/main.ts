import { join } from 'node:path';
import type { Bitmap } from '../drivers/printer/document.ts';
import { prepareDataDir, readAuth } from './assembly/data-dir.ts';
import { createDevices } from './assembly/devices.ts';
import { type FleetWorld, openFleetFiles, readAuthorities } from './assembly/fleet.ts';
import { FrameMonitor } from './assembly/frame-monitor.ts';
import { JoinRunning } from './assembly/join-running.ts';
import { checkKiosk } from './assembly/kiosk.ts';
import { languageRemarks, terminalLanguages } from './assembly/languages.ts';
import { LiveSettings } from './assembly/live-settings.ts';
import { loadLogo } from './assembly/logo.ts';
import { sealedCardsDir } from './assembly/payments.ts';
import { proveFirst } from './assembly/prove-first.ts';
import { quotaSettings, storageFolders } from './assembly/storage.ts';
import { supervise } from './assembly/supervision.ts';
import { unprintedFile } from './assembly/unprinted-file.ts';
import { openUpdates } from './assembly/updates.ts';
import { loadBootstrap } from './config/bootstrap.ts';
import type { ConfigSources } from './config/load.ts';
import type { TerminalConfig } from './config/schema.ts';
import { startControlServer } from './control/server.ts';
import type { OpenBrokerLink } from './fleet/broker-link.ts';
import { createStorageGuard, makeRoomToStart } from './health/storage-guard.ts';
import { systemStorage } from './health/system-storage.ts';
import type { Formats } from './journal/format.ts';
import { openJournal } from './journal/open-journal.ts';
import { seconds } from './platform/clock.ts';
import { messageOf } from './platform/errors.ts';
import { terminalId } from './platform/ids.ts';
import { type Logger, levelled } from './platform/log.ts';
import { machineFacts, machineIdentity } from './platform/machine-facts.ts';
import { pinoLogger } from './platform/pino-log.ts';
import { readBattery } from './platform/power-supply.ts';
import { acquireProcessLock } from './platform/process-lock.ts';
import { SystemClock } from './platform/system-clock.ts';
import { SystemDurableFiles } from './platform/system-durable-files.ts';
import { createNodeTransport } from './platform/system-http-transport.ts';
import { switchOff, systemAddresses } from './platform/system-machine.ts';
import { systemRandom } from './platform/system-random.ts';
import { systemServiceManager } from './platform/system-service-manager.ts';
import { openSnapshotStore } from './snapshot/snapshot-store.ts';
import { createTerminal } from './terminal.ts';
import { UnprintedReceipts } from './till/unprinted.ts';
import type { ReleaseFormats } from './updates/manifest.ts';
import { httpDownloads } from './updates/system-download.ts';

/** After SIGTERM: what the till, the delivery and the devices may take together; then the process ends all the same. */
const stopWithin = seconds(14);

/** What a start of the terminal comes with, beside its configuration. */
export interface StartFacts {
  readonly version: string;
  /** The file and variables that the configuration was read from. */
  readonly sources: ConfigSources;
}

/**
 * Runs the terminal until SIGTERM or SIGINT. Throws before it is ready to sell (`config.invalid`, `terminal.data-dir`,
 * `terminal.already-running`, `journal.…`); afterwards it keeps going, whatever the devices and the network do. `restarting`: it is to be
 * run again, with its configuration read anew. `relaunching`: the process is to end, because another release may take its place.
 */
export async function runTerminal(
  config: TerminalConfig,
  start: StartFacts,
): Promise<'stopped' | 'restarting' | 'relaunching'> {
  const { version } = start;
  const live = new LiveSettings(config);
  // Pino's own children would keep the level that they were made with.
  const log = levelled(pinoLogger({ level: 'debug', terminal: config.terminal.id }), () => live.log.level);
  const clock = config.terminal.timeZone === '' ? new SystemClock() : new SystemClock(config.terminal.timeZone);
  const auth = readAuth(config.magento.auth);
  checkKiosk(config);
  const spoken = terminalLanguages(config);
  for (const words of spoken.flatMap(languageRemarks)) log.warn({}, words);
  const [language, ...languages] = spoken;
  const frames = new FrameMonitor(clock);
  const notes = new SystemDurableFiles(config.dataDir);
  const devices = createDevices(config, clock, log, frames, systemRandom);
  const medium = systemStorage(storageFolders(config));
  const storage = createStorageGuard({
    medium,
    settings: quotaSettings(config),
    clock,
    log: log.child({ room: 'storage' }),
  });

  void stopAsked();
  await prepareDataDir(config.dataDir, () => makeRoomToStart(medium, quotaSettings(config)));
  return closingAtEnd(async (closing) => {
    const supervision = supervise({ manager: systemServiceManager(process, log), files: notes, clock, log });
    let why: 'stopped' | 'restarting' | 'relaunching' = 'stopped';
    closing.push(() => supervision.ended(why === 'restarting' ? why : 'stopped'));
    const lock = await acquireProcessLock(config.dataDir);
    closing.push(() => lock.release());
    const updates = await openUpdates(config, start.sources.file, version, clock, log);
    if (updates?.desk.trial?.raisesFormats === true) await proveFirst(updates.desk, config, clock, log);
    const { journal, report } = await openJournal({
      ...journalOptions(config),
      readableBy: journalFormats(updates?.desk.mustReadJournal ?? null),
      clock,
      log,
      provision: false,
      makeRoom: async (copy) => {
        await storage.refused(copy === 'tape' ? 'tape' : 'data');
      },
    });
    closing.push(() => journal.close());
    for (const words of report.words) log.warn({}, words);
    const snapshotStore = await openSnapshotStore(join(config.dataDir, 'snapshot'), log);
    closing.push(() => snapshotStore.close());

    let restart: () => void = () => undefined;
    let relaunch: () => void = () => undefined;
    const restartAsked = new Promise<'restart' | 'relaunch'>((resolve) => {
      restart = () => resolve('restart');
      relaunch = () => resolve('relaunch');
    });
    const files = config.fleet === null ? null : await openFleetFiles(notes, systemRandom, log);
    // Loaded only by a till that may belong to a fleet: MQTT.js is a sixth of what there is to load.
    const open = files === null ? null : (await import('./fleet/mqtt-link.ts')).mqttLinks(() => clock.trusted());
    const fleet = files === null || open === null ? null : fleetOf(config, files, start, restart, open);
    let joining: JoinRunning | null = null;
    const terminal = await createTerminal({
      config,
      version,
      pid: process.pid,
      clock,
      random: systemRandom,
      log,
      journal,
      snapshotStore,
      notes,
      sealedCards: new SystemDurableFiles(sealedCardsDir(config.dataDir)),
      storage,
      transport: createNodeTransport(),
      auth,
      devices,
      frames,
      ...(language === undefined ? {} : { language: language.language }),
      languages: languages.map((each) => each.language),
      logo: logoIfReadable(config, log),
      machine: {
        addresses: systemAddresses,
        battery: () => readBattery(),
        shutDown: () => switchOff(config.terminal.switchOffCommand, log),
        claim: async (code) =>
          joining?.byCode(code) ?? { passed: false, words: 'belongs to a fleet, or none is configured' },
      },
      machineFacts: machineFactsOf(log),
      unprinted: new UnprintedReceipts(unprintedFile(config.dataDir, log)),
      live,
      ...(fleet === null ? {} : { fleet }),
      ...(updates === null
        ? {}
        : { updates: { ...updates, source: httpDownloads(readAuthorities(config.fleet?.caFile ?? '')), relaunch } }),
    });
    if (files !== null && open !== null && fleet === null) {
      const isQuiet = (): boolean => terminal.isQuiet();
      joining = new JoinRunning({ config, files, version, open, isQuiet, restart, clock, random: systemRandom, log });
    }
    await terminal.start();
    joining?.startByBatch();
    const control = await startControlServer({
      socketPath: join(config.dataDir, 'control.sock'),
      handlers: terminal.control,
      log: log.child({ room: 'control' }),
    });
    log.info({ version, dataDir: config.dataDir }, 'ready to sell');
    await supervision.ready('ready to sell', journal);

    const asked = await Promise.race([stopAsked(), restartAsked]);
    why = asked === 'restart' ? 'restarting' : asked === 'relaunch' ? 'relaunching' : 'stopped';
    log.info({ asked }, 'stopping');
    // The service manager hears of a restart only when selling is ready again: it has not stopped.
    if (why !== 'restarting') void supervision.stopping();
    const late = clock.schedule(stopWithin, () => {
      log.error({}, 'did not stop in time; what is durable stays, the rest is done again after the next start');
      process.exit(1);
    });
    await control.close();
    await Promise.all([terminal.stop(why === 'stopped' ? why : 'restarting'), joining?.stop()]);
    late.cancel();
    log.info({}, why);
    return why;
  });
}

/**
 * Puts a terminal into service: begins its journal where there is none. Does nothing to one that has a journal already.
 * Apart from {@link runTerminal} because a missing journal is otherwise a disk that was not mounted.
 */
export async function provisionTerminal(config: TerminalConfig, firstReceiptCounter = 1): Promise<'begun' | 'had-one'> {
  const log = pinoLogger({ level: 'error', terminal: config.terminal.id });
  await prepareDataDir(config.dataDir);
  return closingAtEnd(async (closing) => {
    const lock = await acquireProcessLock(config.dataDir);
    closing.push(() => lock.release());
    const opened = await openJournal({ ...journalOptions(config), clock: new SystemClock(), log, provision: true });
    closing.push(() => opened.journal.close());
    const { nextReceiptCounter } = opened.journal;
    if (nextReceiptCounter < firstReceiptCounter) {
      // Numbers that other hardware may have given under this terminal's name.
      const receipts = [{ from: nextReceiptCounter, through: firstReceiptCounter - 1 }];
      await opened.journal.append({ kind: 'gap', sequences: [], receipts, reason: 'skipped' });
    }
    return opened.report.outcome === 'new' ? 'begun' : 'had-one';
  });
}

/** Runs `task` and then closes what it opened, the last first, however it ended. */
async function closingAtEnd<Result>(task: (closing: (() => Promise<void>)[]) => Promise<Result>): Promise<Result> {
  const closing: (() => Promise<void>)[] = [];
  try {
    return await task(closing);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** A picture that can't be read is no reason not to sell. */
function logoIfReadable(config: TerminalConfig, log: Logger): Bitmap | null {
  try {
    return loadLogo(config);
  } catch (error) {
    log.warn({}, `${messageOf(error)}; receipts are printed without it`);
    return null;
  }
}

const journalOptions = ({ dataDir, journal, terminal }: TerminalConfig) => ({
  dataDir,
  tapeDir: journal.tapeDir,
  terminalId: terminalId(terminal.id),
  onCopyFailure: journal.onCopyFailure,
});

/** Of the journal alone. */
const journalFormats = (readable: ReleaseFormats | null): Formats | null =>
  readable === null ? null : { store: readable.store.newest, tape: readable.tape.newest };

/** Resolves with the first SIGTERM or SIGINT of the process; a second one ends it at once. */
function stopAsked(): Promise<string> {
  signal ??= new Promise((resolve) => {
    let asked = false;
    const onSignal = (name: string): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve(name);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
    // pm2 and terminals that go away.
    process.on('SIGHUP', onSignal);
    process.on('unhandledRejection', (reason) => {
      process.stderr.write(`unhandled: ${messageOf(reason)}\n`);
      process.exit(1);
    });
  });
  return signal;
}

/** One for the process, which may run the terminal several times. */
let signal: Promise<string> | null = null;

/** What the terminal has of its fleet; null: it does not belong to one yet. */
function fleetOf(
  config: TerminalConfig,
  files: Awaited<ReturnType<typeof openFleetFiles>>,
  { sources }: StartFacts,
  restart: () => void,
  open: OpenBrokerLink,
): FleetWorld | null {
  if (config.fleet === null || files.identity.membership.stage !== 'enrolled') return null;
  return {
    ...files,
    open,
    authorities: readAuthorities(config.fleet.caFile),
    own: loadBootstrap(sources)?.own ?? {},
    env: sources.env,
    restart,
  };
}

/** The machine does not change while it runs, so it is asked once. */
function machineFactsOf(log: Logger) {
  let identity: ReturnType<typeof machineIdentity> | null = null;
  return async () => {
    identity ??= machineIdentity(log);
    return [await machineFacts(log), await identity] as const;
  };
}
