import { messageOf } from '../../src/platform/errors.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MagentoRest, type RecordedCatalogue, Shop } from '../../src/showroom/magento/index.ts';
import { staffBadge } from '../../src/showroom/till-config.ts';
import { CardReader } from './card-reader.ts';
import { Cash } from './cash.ts';
import { Chance } from './chance.ts';
import { trueClock, WallTime } from './clocks.ts';
import { Counter } from './devices.ts';
import { type Finding, Findings } from './findings.ts';
import { Inspector } from './inspector.ts';
import { judge } from './judge.ts';
import { KioskPerson } from './kiosk-person.ts';
import { Machine, type RunningTill } from './machine.ts';
import { type Mutation, unbroken } from './mutation.ts';
import { Network } from './network.ts';
import { Person } from './person.ts';
import { type ProfileName, profiles, simulatedConfig } from './profiles.ts';
import { fillShelves } from './shelves.ts';
import { SimulatedTime } from './time.ts';
import { Trace } from './trace.ts';
import { Trouble } from './trouble.ts';
import { Witness } from './witness.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly days: number;
  readonly profile: ProfileName;
  readonly catalogue: RecordedCatalogue;
  /** Default: none. */
  readonly mutation?: Mutation;
  /** How many of the last lines of the trace to keep; default none. */
  readonly keep?: number;
}

export interface WorldEnd {
  readonly seed: number;
  readonly sales: number;
  readonly powerCuts: number;
  readonly lost: number;
  readonly doubled: number;
  readonly findings: readonly Finding[];
  /** Of everything that happened. */
  readonly digest: string;
  readonly lines: readonly string[];
}

const hour = 3_600_000;
const day = 24 * hour;
/** How long the till may take to come to rest when nothing is wrong any more. */
const patience = 12 * hour;

/** One seeded world from its first morning to the end of the last day, and to the rest after it. */
export async function simulate(options: WorldOptions): Promise<WorldEnd> {
  const world = new World(options);
  await world.days(options.days);
  await world.rest();
  return world.end();
}

class World {
  readonly #options: WorldOptions;
  readonly #time = new SimulatedTime();
  readonly #trace: Trace;
  readonly #findings: Findings;
  readonly #witness: Witness;
  readonly #chance: Chance;
  readonly #shop: Shop;
  readonly #machine: Machine;
  readonly #person: Person | KioskPerson;
  readonly #trouble: Trouble;
  readonly #inspector: Inspector;
  readonly #evidence;
  #sales = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    const { seed } = options;
    const chance = (name: string): Chance => new Chance(seed, name);
    const time = this.#time;
    const trace = new Trace(time, options.keep ?? 0);
    this.#trace = trace;
    this.#chance = chance('days');
    this.#findings = new Findings((what) => trace.note(what));
    this.#witness = new Witness(this.#findings, trace);
    const clock = trueClock(time);
    this.#shop = new Shop(options.catalogue, clock, chance('shop'));
    const token = 'simulated-token';
    const rest = new MagentoRest({
      shop: this.#shop,
      clock,
      random: chance('faults'),
      log: silentLogger,
      latency: 'recorded',
      integrationToken: token,
    });
    const config = simulatedConfig(token, options.profile);
    const { sourceCode } = config.magento;
    const terminal = terminalId(config.terminal.id);
    const shelves = fillShelves(this.#shop, sourceCode);
    const network = new Network(time, chance('network'), rest, trace);
    const reader = new CardReader(time, chance('cards'));
    const profile = profiles[options.profile];
    const counter = new Counter(time, chance('counter'), this.#witness, reader, profile.habits.cash);
    const wall = new WallTime(time, chance('clock').between(-2e-5, 2e-5));
    const cash = new Cash(terminal, this.#findings, trace);
    this.#machine = new Machine({
      time,
      wall,
      chance: chance('machine'),
      random: chance('terminal'),
      trace,
      network,
      counter,
      config,
      token,
      mutation: options.mutation ?? unbroken,
      onAcknowledged: (record) => this.#inspector.acknowledged(record),
      onStarted: async (till) => {
        const unchanged = await this.#inspector.restarted(till);
        this.#witness.check(till.journal, { unchanged, pruned: this.#inspector.prunedSales() });
      },
      onDark: () => this.#person.forget(),
      onMistake: (words) => this.#findings.add('no-internal-error', words),
    });
    const person = {
      time,
      chance: chance('person'),
      trace,
      machine: this.#machine,
      counter,
      habits: { ...profile.habits, articles: shelves.articles },
      onQuiet: (till: RunningTill) => this.#inspector.quiet(till),
    };
    this.#person =
      options.profile === 'kiosk'
        ? new KioskPerson({ ...person, witness: this.#witness, terminal, badge: staffBadge })
        : new Person({ ...person, cash });
    this.#trouble = new Trouble({
      time,
      chance: chance('trouble'),
      trace,
      machine: this.#machine,
      network,
      rest,
      counter,
      reader,
      wall,
    });
    this.#evidence = { terminal, shop: this.#shop.ledger, shelves, reader, sourceCode };
    this.#inspector = new Inspector({
      ...this.#evidence,
      findings: this.#findings,
      cash,
      stored: () => this.#machine.records,
      calmFor: () => this.#trouble.calmFor,
      now: () => this.#time.now,
    });
  }

  async days(count: number): Promise<void> {
    const { opens, closes, unplugged } = profiles[this.#options.profile];
    const time = this.#time;
    await this.#inTime(this.#machine.provision());
    this.#machine.powerOn();
    await time.pass(10 * 60_000);
    this.#person.live().catch((error: unknown) => {
      this.#findings.add('no-internal-error', `the till's answers are not to be used: ${messageOf(error)}`);
    });
    this.#trouble.begin();
    this.#watchPower();
    this.#watchTill();
    for (let today = 0; today < count; today += 1) {
      const morning = today * day;
      await time.pass(morning + opens * hour);
      this.#trace.note(`day ${today + 1}`);
      this.#open = true;
      this.#person.goal = 'sell';
      await time.pass(morning + closes * hour);
      this.#person.goal = 'close';
      await time.pass(time.now + hour, () => this.#person.isDone);
      this.#open = false;
      if (this.#chance.happens(unplugged)) this.#machine.cutPower();
      else {
        this.#machine.shutDown();
        await time.pass(time.now + hour, () => !this.#machine.powered);
        if (this.#machine.powered) this.#findings.add('comes-to-rest', 'the till did not shut down within an hour');
      }
      await time.pass(morning + day);
    }
  }

  /** Nothing is wrong any more: everything must come to rest, and be there after one more restart. */
  async rest(): Promise<void> {
    const time = this.#time;
    this.#trouble.end();
    this.#open = true;
    this.#person.goal = 'close';
    const atRest = (): boolean => {
      const journal = this.#machine.till?.journal;
      const isSettled = journal?.counts.waiting === 0 && journal.openSubjects('payment').length === 0;
      return this.#person.isDone && isSettled;
    };
    await time.pass(time.now + patience, atRest);
    if (!atRest()) {
      const { till } = this.#machine;
      const words =
        till === null
          ? 'the till does not start'
          : JSON.stringify({
              person: this.#person.isDone,
              waiting: till.journal.unconfirmed().filter(({ delivery }) => delivery.state === 'waiting'),
              payments: till.journal.openSubjects('payment'),
              attention: till.terminal.control.status().attention,
            });
      this.#findings.add('comes-to-rest', `after ${patience / hour} hours: ${words}`);
    }
    this.#machine.cutPower();
    await time.pass(time.now + hour, () => this.#machine.till !== null);
    await time.pass(time.now + 60_000);
  }

  async end(): Promise<WorldEnd> {
    const { till, powerCuts } = this.#machine;
    if (till === null) this.#findings.add('comes-to-rest', 'the till does not start after the last power cut');
    else {
      const pruned = this.#inspector.prunedSales();
      this.#witness.check(till.journal, { unchanged: false, pruned });
      this.#sales = await this.#inTime(judge({ ...this.#evidence, till, pruned }, this.#findings));
    }
    const { list, lost, doubled } = this.#findings;
    const digest = this.#trace.digest();
    const { seed } = this.#options;
    return { seed, sales: this.#sales, powerCuts, lost, doubled, findings: list, digest, lines: this.#trace.lines };
  }

  /** Whether somebody is there to switch the till on. */
  #open = true;

  #watchTill(): void {
    this.#time.after(5 * 60_000, () => {
      const { till, startedAt } = this.#machine;
      if (till !== null) this.#inspector.live(till, this.#time.now - startedAt);
      this.#watchTill();
    });
  }

  #watchPower(): void {
    this.#time.after(this.#chance.between(10_000, 240_000), () => {
      if (this.#open) this.#machine.powerOn();
      this.#watchPower();
    });
  }

  /** Lets time pass until `task` has ended. */
  async #inTime<Result>(task: Promise<Result>): Promise<Result> {
    let ended = false;
    const result = task.finally(() => {
      ended = true;
    });
    await this.#time.pass(this.#time.now + hour, () => ended);
    if (!ended) throw new Error('Something in the world has not ended within an hour');
    return result;
  }
}
