import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalPlaces } from '../../src/journal/open-journal.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { type Clock, type Duration, milliseconds, minutes } from '../../src/platform/clock.ts';
import { messageOf } from '../../src/platform/errors.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import { startShowroom } from '../../src/showroom/showroom.ts';
import { type OlderSale, olderSales, unpackOlderJournal } from '../journal/older-journal.ts';
import { FastHand } from './fast-hand.ts';
import {
  anyMoment,
  type Moment,
  rebuildWasUnfinished,
  somethingNew,
  stepsOfMigration,
  tableWasHalfWritten,
} from './moments.ts';
import { type Reckoning, reckon } from './reckoning.ts';

/** Where the till takes its goods from (the showroom's configuration). */
const counterSource = 'store-market';
/** Of each article, more than any number of rounds sells. */
const plenty = 1_000_000;

export interface LaneOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Begin with the journal that a release of this format left behind, instead of a new one. */
  readonly olderFormat: number | null;
}

/**
 * One till with its devices and its shop, whose power fails again and again: the process `holdfast run` is killed with
 * SIGKILL and started again on what it left on the disk.
 */
export class Lane {
  readonly dir: string;
  readonly #options: LaneOptions;
  readonly #showroom: Showroom;
  readonly #hand: FastHand;
  readonly #seen = new Map<string, number>();
  readonly #complaints: string[] = [];
  readonly #deliveredElsewhere: ReadonlySet<string>;
  #isOn = false;
  /** There is something to sell, and a shift. */
  #canSell = false;
  /** Milliseconds that the last whole start took. */
  #startTook = 1000;
  #rounds = 0;

  private constructor(dir: string, showroom: Showroom, options: LaneOptions, older: readonly OlderSale[]) {
    this.dir = dir;
    this.#options = options;
    this.#showroom = showroom;
    const { clock, random } = options;
    const acknowledged = older.map(({ receiptNumber }) => receiptNumber);
    this.#hand = new FastHand({ showroom, articles: stockUp(showroom), random, clock, acknowledged });
    this.#deliveredElsewhere = new Set(
      older.flatMap(({ receiptNumber, state }) => (state === 'confirmed' ? [receiptNumber] : [])),
    );
  }

  static async open(options: LaneOptions): Promise<Lane> {
    const dir = await mkdtemp(join(tmpdir(), 'holdfast-kill-'));
    const { clock, random } = options;
    const config = { sync: { retryEvery: 1_000, probeEvery: 250, jitter: 0 } };
    const showroom = await startShowroom({ dir, clock, random, log: silentLogger, latency: 'none', config });
    const { olderFormat } = options;
    if (olderFormat === null) return new Lane(dir, showroom, options, []);
    const dataDir = join(dir, 'data');
    for (const part of ['journal', 'tape', 'anchor']) await rm(join(dataDir, part), { recursive: true, force: true });
    await unpackOlderJournal(olderFormat, dataDir);
    return new Lane(dir, showroom, options, await olderSales(olderFormat));
  }

  /** How often the power failed, by what was going on. */
  get seen(): ReadonlyMap<string, number> {
    return this.#seen;
  }

  /** What to do in the first rounds, when there is an older journal to be migrated. */
  get firstMoments(): readonly Moment[] {
    return this.#options.olderFormat === null ? [] : stepsOfMigration.map(() => 'migrating the journal');
  }

  /** Works, and loses its power at such a moment. */
  async round(moment: Moment): Promise<void> {
    this.#rounds += 1;
    const { random } = this.#options;
    // Half of the time there is a network, so that delivery is cut off as well.
    await this.#showroom.network(moment === 'copying the shop' || random.fraction() < 0.5 ? 'on' : 'off');
    switch (moment) {
      case 'selling':
        await this.#whileSelling();
        break;
      case 'copying the shop':
        await this.#whileCopying();
        break;
      case 'starting':
        await this.#whileStarting((longest) => anyMoment(this.#options.clock, random, longest));
        break;
      case 'migrating the journal':
        await this.#whileStarting((longest) => this.#journalIsMigrating(longest));
        break;
      case 'opening the journal':
        await this.#whileStarting((longest) => this.#journalIsOpening(longest));
        break;
    }
    if (await tableWasHalfWritten(join(this.#dataDir, 'journal'))) this.#count('with a table of LevelDB half written');
    if (await tableWasHalfWritten(join(this.#dataDir, 'snapshot'))) this.#count('with a table of LevelDB half written');
    if (await rebuildWasUnfinished(this.#dataDir)) this.#count('in the middle of a migration');
  }

  /** Switches on for good, lets everything be delivered, and compares. */
  async reckon(): Promise<Reckoning> {
    const showroom = this.#showroom;
    await showroom.network('on');
    await this.#work();
    await showroom.until(
      'everything is delivered',
      async () => (await showroom.status())?.sales.waiting === 0,
      minutes(10),
    );
    const running = await showroom.control.verifyJournal();
    const journal = await showroom.queue();
    const ledgers = await showroom.ledger();
    const reckoning = reckon({
      acknowledged: this.#hand.acknowledged,
      journal,
      ledgers,
      paper: showroom.receipts(),
      deliveredElsewhere: this.#deliveredElsewhere,
    });
    await showroom.power('off');
    const places = journalPlaces(this.#dataDir, join(this.#dataDir, 'tape'));
    const { outcome, findings, words } = await verifyJournal(places, terminalId('K1'));
    const complaints = [
      ...reckoning.complaints,
      ...this.#complaints,
      ...showroom.deviceProblems(),
      // A torn end of the tape is what this last cut may leave.
      ...(outcome === 'whole' || findings.every(({ code }) => code === 'tape.torn') ? [] : words),
      ...(running.outcome === 'whole' ? [] : running.words),
    ];
    return { ...reckoning, complaints };
  }

  async close(): Promise<void> {
    this.#hand.leave();
    await this.#showroom.close();
  }

  get #dataDir(): string {
    return join(this.#showroom.dir, 'data');
  }

  async #whileSelling(): Promise<void> {
    const { clock, random } = this.#options;
    await this.#work();
    const sales = 1 + Math.floor(random.fraction() * 30);
    await this.#hand.sell(sales, Math.floor(random.fraction() * sales));
    await anyMoment(clock, random, milliseconds(60));
    await this.#cut();
    this.#count(this.#showroom.state().network === 'on' ? 'selling and delivering' : 'selling without network');
  }

  async #whileCopying(): Promise<void> {
    const { clock, random } = this.#options;
    await this.#work();
    let copied = false;
    const copying = (async () => {
      for await (const progress of this.#showroom.control.pullSnapshot()) copied = progress.kind === 'done';
    })().catch(() => undefined);
    await this.#hand.sell(8, 0);
    await anyMoment(clock, random, milliseconds(250));
    await this.#cut();
    this.#count(copied ? 'selling' : 'copying the shop');
    await copying;
  }

  async #whileStarting(moment: (longest: Duration) => Promise<unknown>): Promise<void> {
    await this.#cut();
    const starting = this.#showroom.power('on').catch((error: unknown) => this.#complain(messageOf(error)));
    await moment(milliseconds(this.#startTook));
    const whole = this.#showroom.state().power.state === 'on';
    this.#isOn = true;
    await this.#cut();
    await starting;
    this.#count(whole ? 'just started' : 'starting');
  }

  async #journalIsOpening(longest: Duration): Promise<void> {
    const { clock, random } = this.#options;
    await somethingNew(join(this.#dataDir, 'journal'), /\.ldb$/, clock, longest);
    await anyMoment(clock, random, milliseconds(4));
  }

  async #journalIsMigrating(longest: Duration): Promise<void> {
    const { clock, random } = this.#options;
    const step = stepsOfMigration[this.#rounds % stepsOfMigration.length];
    if (step !== undefined) await somethingNew(this.#dataDir, step, clock, longest);
    await anyMoment(clock, random, milliseconds(6));
  }

  /** Until goods can be sold: the shop is copied the first time, and a shift is open. */
  async #work(): Promise<void> {
    await this.#start();
    if (this.#canSell) return this.#hand.ready();
    const { network } = this.#showroom.state();
    await this.#showroom.network('on');
    await this.#showroom.until('the shop is copied', async () => (await this.#showroom.status())?.snapshot != null);
    await this.#hand.openShift();
    this.#canSell = true;
    await this.#showroom.network(network);
  }

  async #start(): Promise<void> {
    if (this.#isOn) return;
    const { clock } = this.#options;
    const began = clock.monotonic();
    await this.#showroom.power('on');
    this.#startTook = clock.monotonic() - began;
    this.#isOn = true;
    const total = (await this.#showroom.status())?.sales.total ?? 0;
    if (total < this.#hand.acknowledged.size) {
      this.#complain(`${this.#hand.acknowledged.size} sales were acknowledged, ${total} are in the journal`);
    }
  }

  async #cut(): Promise<void> {
    if (!this.#isOn) return;
    this.#isOn = false;
    await this.#showroom.power('off');
  }

  #count(what: string): void {
    this.#seen.set(what, (this.#seen.get(what) ?? 0) + 1);
  }

  #complain(words: string): void {
    this.#complaints.push(`${this.#options.name}, round ${this.#rounds}: ${words}`);
  }
}

/** Fills the counter's shelves, so that no sale is refused for want of goods; gives the PLU numbers of what lies there. */
function stockUp(showroom: Showroom): readonly string[] {
  const items = showroom.shop.ledger.sourceItems.filter(
    ({ source_code, status }) => source_code === counterSource && status === 1,
  );
  for (const item of items) item.quantity = plenty;
  const stocked = new Set(items.map(({ sku }) => sku));
  return showroom
    .shelf()
    .filter(({ sku }) => stocked.has(sku))
    .map(({ plu }) => plu);
}
