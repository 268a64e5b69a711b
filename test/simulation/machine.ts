import { quotaSettings } from '../../src/assembly/storage.ts';
import type { TerminalConfig } from '../../src/config/schema.ts';
import { createStorageGuard } from '../../src/health/storage-guard.ts';
import type { JournalRecord } from '../../src/journal/journal.ts';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import { openJournalAt } from '../../src/journal/open-journal.ts';
import type { JournalReport } from '../../src/journal/report.ts';
import type { JournalPlaces } from '../../src/journal/start.ts';
import type { BootId } from '../../src/platform/clock.ts';
import { messageOf } from '../../src/platform/errors.ts';
import { terminalId } from '../../src/platform/ids.ts';
import type { Logger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import type { Random } from '../../src/platform/random.ts';
import { createTerminal, type Terminal } from '../../src/terminal.ts';
import type { Chance } from './chance.ts';
import { BootClock, type WallTime } from './clocks.ts';
import type { Counter } from './devices.ts';
import type { Mutation } from './mutation.ts';
import type { Network } from './network.ts';
import { overriding } from './overriding.ts';
import { reopening } from './reopening-store.ts';
import { roomyMedium } from './storage-medium.ts';
import type { SimulatedTime } from './time.ts';
import type { Trace } from './trace.ts';

/** A terminal that is ready to sell, with what it rests on. */
export interface RunningTill {
  readonly terminal: Terminal;
  readonly journal: LiveJournal;
  readonly report: JournalReport;
}

export interface MachineOptions {
  readonly time: SimulatedTime;
  readonly wall: WallTime;
  readonly chance: Chance;
  readonly random: Random;
  readonly trace: Trace;
  readonly network: Network;
  readonly counter: Counter;
  readonly config: TerminalConfig;
  readonly mutation: Mutation;
  readonly token: string;
  /** An append of the journal has resolved. */
  readonly onAcknowledged: (record: JournalRecord) => void;
  /** A till has started: what it must have kept can be looked for. */
  readonly onStarted: (till: RunningTill) => Promise<void>;
  /** The power is gone or the program is; what it had only in memory is lost. */
  readonly onDark: () => void;
  /** The software has noticed a mistake of its own. */
  readonly onMistake: (words: string) => void;
}

/** One life of the program on the machine. */
interface Life {
  alive: boolean;
  readonly clock: BootClock;
}

const journalStore = 'data/journal';
const tapeFolder = 'tape';
const dataFolder = 'data';

/** The till's computer: a disk that keeps only what was synced, and the program that systemd starts on it again and again. */
export class Machine {
  readonly disk = new MemoryDisk();
  powered = false;
  till: RunningTill | null = null;
  /** When {@link till} became ready to sell. */
  startedAt = 0;
  powerCuts = 0;
  kills = 0;
  /** The power fails at this operation of the disk, counted from now. */
  cutAtOperation = Number.POSITIVE_INFINITY;
  readonly #options: MachineOptions;
  readonly #log: Logger;
  #life: Life | null = null;
  #boots = 0;
  #offSince = 0;
  #bootId = '' as BootId;
  #bootedAt = 0;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#log = options.trace.logger((words) => options.onMistake(words));
  }

  get places(): JournalPlaces {
    const tape = this.disk.files(tapeFolder);
    return this.#options.mutation.places({
      store: this.disk.store(journalStore),
      tape,
      anchors: [this.disk.files(dataFolder), tape],
    });
  }

  /** The records as they lie on the disk, by their keys. */
  get records(): ReadonlyMap<string, Uint8Array> {
    return this.disk.contents(journalStore);
  }

  /** Puts the terminal into service: begins its journal. */
  async provision(): Promise<void> {
    const { time, wall, config } = this.#options;
    const clock = new BootClock(time, wall, 'provisioning' as BootId, time.now);
    const { id } = config.terminal;
    const options = { terminalId: terminalId(id), clock, log: this.#log, provision: true };
    const { journal } = await openJournalAt(this.places, options);
    await journal.close();
  }

  powerOn(): void {
    if (this.powered) return;
    const { time, chance, trace, wall, network } = this.#options;
    this.powered = true;
    this.#boots += 1;
    const bootId = `boot-${this.#boots}` as BootId;
    this.#bootId = bootId;
    this.#bootedAt = time.now;
    trace.note(`power on, boot ${this.#boots}`);
    // It comes up with the time of its end, until it has asked the network.
    wall.set(wall.error - (time.now - this.#offSince));
    wall.trusted = false;
    time.after(chance.between(20_000, 120_000), () => {
      if (this.#bootId !== bootId || !network.weather.up) return;
      wall.set(0);
      wall.trusted = true;
    });
    this.#startProgram(chance.between(4_000, 15_000));
  }

  /** The plug is pulled, or the mains fail: what was not synced is lost, torn or kept as chance has it. */
  cutPower(): void {
    if (!this.powered) return;
    this.#options.trace.note('power cut');
    this.powered = false;
    this.#offSince = this.#options.time.now;
    this.powerCuts += 1;
    this.cutAtOperation = Number.POSITIVE_INFINITY;
    this.disk.cutPower(this.#options.chance);
    this.#endLife();
  }

  /** SIGKILL: the program is gone, what it wrote the system still has; systemd starts it again. */
  kill(): void {
    if (!this.powered) return;
    this.#options.trace.note('program killed');
    this.kills += 1;
    this.#endProgram();
    this.#startProgram(1_000);
  }

  /** SIGTERM, and the switch when the program has ended. */
  shutDown(): void {
    const { till } = this;
    const life = this.#life;
    if (till === null || life === null) {
      this.cutPower();
      return;
    }
    this.#options.trace.note('shutting down');
    void till.terminal
      .stop()
      .then(() => till.journal.close())
      .then(() => {
        if (life.alive) this.cutPower();
      });
  }

  #endProgram(): void {
    this.disk.cutPower(keepsEverything);
    this.#endLife();
  }

  #endLife(): void {
    if (this.#life !== null) {
      this.#life.alive = false;
      this.#life.clock.die();
    }
    this.#life = null;
    this.till = null;
    this.#options.counter.darken();
    this.#options.onDark();
  }

  #startProgram(delay: number): void {
    const { time, wall } = this.#options;
    const life: Life = { alive: true, clock: new BootClock(time, wall, this.#bootId, this.#bootedAt) };
    this.#life = life;
    time.after(delay, () => {
      if (life.alive) void this.#run(life);
    });
  }

  async #run(life: Life): Promise<void> {
    try {
      const till = await this.#start(life);
      if (!life.alive) return;
      this.till = till;
      this.startedAt = this.#options.time.now;
      this.#options.trace.note(`ready to sell, journal ${till.report.outcome}`);
      await this.#options.onStarted(till);
    } catch (error) {
      if (!life.alive) return;
      this.#options.trace.note(`did not start: ${messageOf(error)}`);
      this.#endProgram();
      this.#startProgram(10_000);
    }
  }

  async #start(life: Life): Promise<RunningTill> {
    const { config, random, network, counter, mutation, token } = this.#options;
    const { clock } = life;
    const alive = (): boolean => life.alive;
    const log = this.#log;
    const id = terminalId(config.terminal.id);
    const storage = createStorageGuard({
      medium: roomyMedium(config.quota.reserve),
      settings: quotaSettings(config),
      clock,
      log,
    });
    const { journal, report } = await openJournalAt(this.places, {
      terminalId: id,
      clock,
      log,
      provision: false,
      segmentBytes: 256 * 1024,
      makeRoom: async (copy) => {
        await storage.refused(copy === 'tape' ? 'tape' : 'data');
      },
    });
    const snapshotStore = await reopening(this.disk.store('data/snapshot'));
    const terminal = await createTerminal({
      config,
      version: 'simulated',
      pid: 1,
      clock,
      random,
      log,
      journal: overheard(mutation.journal(journal, id), (record) => alive() && this.#options.onAcknowledged(record)),
      snapshotStore,
      notes: this.disk.files(dataFolder),
      sealedCards: this.disk.files('data/sealed-cards'),
      storage,
      transport: network.transport(alive),
      auth: { type: 'token', token },
      devices: counter.drivers(alive),
    });
    await terminal.start();
    return { terminal, journal, report };
  }
}

/** The same journal; `heard` is told of every append that resolves. */
function overheard(journal: LiveJournal, heard: (record: JournalRecord) => void): LiveJournal {
  return overriding(journal, {
    append: async (entry) => {
      const record = await journal.append(entry);
      heard(record);
      return record;
    },
  });
}

/** A process that dies takes nothing with it that it had written. */
const keepsEverything: Random = {
  bytes: (length) => new Uint8Array(length),
  fraction: () => 1 - 1e-9,
};
