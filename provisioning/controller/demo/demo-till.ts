import type { Health } from '../../../src/fleet/protocol.ts';
import { hundredths, type Money } from '../../../src/money/money.ts';
import type { Fact } from '../../../src/outage-report/collect.ts';
import { summarise } from '../../../src/outage-report/summarise.ts';
import type { CardOutcome, OutageSummary } from '../../../src/outage-report/summary.ts';
import type { Instant } from '../../../src/platform/clock.ts';
import type { TerminalId } from '../../../src/platform/ids.ts';
import type { Random } from '../../../src/platform/random.ts';

/** What a till is in: it sells in all of them. */
type Situation = 'well' | 'no-internet' | 'no-shop';

export const demoModel = 'Raspberry Pi 4 Model B Rev 1.5';

const minute = 60_000;
const hour = 60 * minute;

/** Most sales that get into Magento in a minute after an outage. */
const deliveredPerMinute = 15;
/** One sale in so many is refused by Magento: its product was deleted meanwhile, or the like. */
const refusedOneIn = 4000;
/** Opening a shift is not told of in the demo: it is always so long ago. */
const shiftLength = 5 * hour;

const mostFacts = 6000;

const refusals = [
  'The product that was requested doesn’t exist. Verify the product and try again.',
  'The requested qty is not available',
  'The coupon code isn’t valid. Verify the code and try again.',
];

interface Waiting {
  readonly counter: number;
  readonly soldAt: number;
}

/**
 * A till as the demo fleet imagines it: it sells, loses its internet or its shop now and then, runs out of paper. Only what a real one
 * tells its fleet is there; the telling is done by the real agent.
 */
export class DemoTill {
  readonly #terminal: TerminalId;
  readonly #random: Random;
  readonly #salesPerHour: number;
  readonly #warmth: number;
  #at: number;
  #situation: Situation = 'well';
  #since: number;
  #counter: number;
  #attempts = 0;
  #confirmed: number;
  #lastConfirmationAt: number;
  #snapshotAt: number;
  #paperOutUntil = 0;
  #startedAt: number;
  #release: string;
  /** What a journal would hold of the last two days. */
  #facts: Fact[] = [];
  #waiting: Waiting[] = [];
  /** Card payments that their bank has yet to decide. */
  #provisional: Money[] = [];
  #parked: (Waiting & { readonly reason: string })[] = [];

  constructor(terminal: TerminalId, release: string, random: Random, now: Instant) {
    this.#terminal = terminal;
    this.#release = release;
    this.#random = random;
    this.#at = now;
    this.#since = now;
    this.#salesPerHour = 6 + 40 * random.fraction();
    this.#warmth = random.fraction() < 0.02 ? 80 : 44 + 16 * random.fraction();
    this.#counter = 200 + Math.floor(5000 * random.fraction());
    this.#confirmed = this.#counter;
    this.#lastConfirmationAt = now;
    this.#snapshotAt = now - Math.floor(hour * random.fraction());
    this.#startedAt = now - Math.floor(9 * 24 * hour * random.fraction());
  }

  get hasInternet(): boolean {
    return this.#situation !== 'no-internet';
  }

  get hasPaper(): boolean {
    return this.#at >= this.#paperOutUntil;
  }

  get release(): string {
    return this.#release;
  }

  /** Lives until `now`, a minute at a time. */
  advance(now: Instant): void {
    while (this.#at < now) {
      const step = Math.min(minute, now - this.#at);
      this.#at += step;
      this.#live(step / minute);
    }
  }

  fetchSnapshot(): void {
    this.#snapshotAt = this.#at;
  }

  restart(release: string = this.#release): void {
    this.#release = release;
    this.#startedAt = this.#at;
    this.#attempts = 0;
  }

  /** `minutes`: how long this step is. */
  #live(minutes: number): void {
    this.#turn(minutes);
    for (let sales = (this.#salesPerHour / 60) * minutes; sales > 0; sales -= 1) {
      if (!this.#happens(sales)) continue;
      this.#counter += 1;
      this.#sell();
    }
    if (this.#situation === 'well') this.#deliver(Math.ceil(deliveredPerMinute * minutes));
    else this.#attempts += 1;
    if (this.hasInternet) {
      for (const amount of this.#provisional.splice(0)) {
        this.#card(this.#happens(0.03) ? 'declinedLater' : 'approvedLater', amount);
      }
    }
    if (this.#facts.length > mostFacts) this.#facts = this.#facts.slice(-mostFacts / 2);
    if (this.hasInternet && this.#at - this.#snapshotAt > hour) this.#snapshotAt = this.#at;
    if (this.hasPaper && this.#happens(minutes / (40 * 60))) this.#paperOutUntil = this.#at + 25 * minute;
    // Somebody at the desk decides about it some hours later.
    for (const sale of this.#parked) if (this.#at - sale.soldAt >= 7 * hour) this.#delivered(sale, 'withdrawn');
    this.#parked = this.#parked.filter(({ soldAt }) => this.#at - soldAt < 7 * hour);
  }

  #sell(): void {
    const sale = { counter: this.#counter, soldAt: this.#at };
    const total = hundredths(200 + Math.floor(4000 * this.#random.fraction()));
    this.#waiting.push(sale);
    const id = this.#receipt(sale);
    this.#facts.push({ at: this.#at, what: { kind: 'made', id, name: id, receipt: 'sale', total } });
    if (!this.#happens(0.4)) return;
    if (this.hasInternet) this.#card(this.#happens(0.02) ? 'declined' : 'approved', total);
    else this.#card('provisional', total);
  }

  #card(outcome: CardOutcome, amount: Money): void {
    this.#facts.push({ at: this.#at, what: { kind: 'card', outcome, amount } });
    if (outcome === 'provisional') this.#provisional.push(amount);
  }

  /** Outages come about twice a day and last some half an hour, most without internet, some of the shop alone. */
  #turn(minutes: number): void {
    if (this.#situation !== 'well') {
      if (this.#happens(minutes / 40)) this.#become('well');
    } else if (this.#happens(minutes / (9 * 60))) this.#become('no-internet');
    else if (this.#happens(minutes / (24 * 60))) this.#become('no-shop');
  }

  #become(situation: Situation): void {
    this.#situation = situation;
    this.#since = this.#at;
  }

  #deliver(most: number): void {
    for (const sale of this.#waiting.splice(0, most)) {
      this.#attempts += 1;
      if (this.#happens(1 / refusedOneIn)) {
        const reason = refusals[Math.floor(refusals.length * this.#random.fraction())] ?? refusals[0];
        this.#parked.push({ ...sale, reason: reason ?? '' });
        this.#delivered(sale, 'parked');
        continue;
      }
      this.#confirmed += 1;
      this.#delivered(sale, 'confirmed');
      this.#lastConfirmationAt = this.#at;
    }
  }

  #delivered(sale: Waiting, state: 'confirmed' | 'parked' | 'withdrawn'): void {
    this.#facts.push({ at: this.#at, what: { kind: 'delivery', id: this.#receipt(sale), state } });
  }

  #happens(chance: number): boolean {
    return this.#random.fraction() < chance;
  }

  /** What a journal says of a time. */
  outageReport(from: Instant, to: Instant): OutageSummary {
    const facts = this.#facts.filter(({ at }) => at < to);
    return summarise(facts, {
      terminal: this.#terminal,
      zone: 'Europe/Berlin',
      currency: 'EUR',
      from,
      to,
      madeAt: this.#at,
    });
  }

  /** All that a terminal reports. */
  health(): Health {
    const [oldest] = this.#waiting;
    const isWell = this.#situation === 'well';
    const state = isWell ? 'online' : 'offline';
    const words = isWell ? 'The shop answers' : `The shop can’t be reached since ${clockTime(this.#since)}`;
    return {
      queue: {
        waiting: this.#waiting.length,
        parked: this.#parked.length,
        confirmed: this.#confirmed,
        oldestUnconfirmed:
          oldest === undefined ? null : { receiptNumber: this.#receipt(oldest), soldAt: iso(oldest.soldAt) },
        lastReceiptCounter: this.#counter,
      },
      delivery: { state, words, lane: 'http', recipe: 'module', lastConfirmationAt: iso(this.#lastConfirmationAt) },
      loop: { heartbeatAge: 400, attempts: this.#attempts, confirmations: this.#confirmed },
      snapshot: { generation: 12, takenAt: iso(this.#snapshotAt), rejected: 0, size: 38_000_000 },
      storage: { level: 'ok', words: 'enough space' },
      space: { room: 1_700_000_000, free: 21_000_000_000, limit: 2_000_000_000 },
      devices: [
        {
          name: 'printer',
          kind: 'printer',
          driver: 'escpos',
          state: this.hasPaper ? 'ready' : 'trouble',
          condition: this.hasPaper ? 'ready' : 'no paper',
        },
        { name: 'display', kind: 'display', driver: 'cd5220', state: 'ready', condition: 'ready' },
        { name: 'scanner', kind: 'scanner', driver: 'hid', state: 'ready', condition: 'ready' },
      ],
      journal: { state: 'whole', words: 'both copies are written' },
      clock: { trusted: true, zone: 'Europe/Berlin' },
      shift: { open: true, openedAt: iso(this.#at - shiftLength) },
      busy: { sale: false, payment: false },
      attention: this.#attention(),
      machine: {
        temperature: Math.round(this.#warmth + 2 * this.#random.fraction()),
        memoryTotal: 4e9,
        memoryAvailable: 3.1e9,
        processMemory: 1.1e8,
        load: 0.1,
        uptime: Math.round((this.#at - this.#startedAt) / 1000),
      },
      versions: { holdfast: this.#release, node: 'v20.19.2', system: 'Debian GNU/Linux 12', model: demoModel },
      ...this.#desk(),
    };
  }

  #attention(): Health['attention'] {
    const parked = this.#parked.length;
    return [
      ...(parked === 0
        ? []
        : [
            {
              severity: 'alarm' as const,
              words: `${parked} sale(s) were refused by the shop and wait for a person.`,
              nextStep: 'See why: holdfast parked list',
            },
          ]),
      ...(this.hasPaper
        ? []
        : [
            {
              severity: 'warning' as const,
              words: 'The receipt printer has no paper.',
              nextStep: 'Put in a new roll.',
            },
          ]),
    ];
  }

  /** What people have to do there. */
  #desk(): Pick<Health, 'cases' | 'parked' | 'checklist' | 'shop'> {
    const parked = this.#parked.length;
    const waiting = this.#waiting.length;
    const lines: NonNullable<Health['checklist']>['lines'] = [
      waiting === 0
        ? { check: 'delivery', verdict: 'ok', words: 'everything is in Magento', nextStep: null }
        : {
            check: 'delivery',
            verdict: 'attention',
            words: `${waiting} on the way`,
            nextStep: 'Wait for the network.',
          },
      parked === 0
        ? { check: 'parked', verdict: 'ok', words: 'Magento refuses nothing', nextStep: null }
        : { check: 'parked', verdict: 'fail', words: `Magento refuses ${parked}`, nextStep: 'holdfast parked list' },
      { check: 'cases', verdict: 'ok', words: 'none is open', nextStep: null },
    ];
    return {
      cases: { open: 0, list: [] },
      parked: {
        count: parked,
        list: this.#parked.map((sale) => ({
          documentId: `${this.#terminal}-${sale.counter}`,
          kind: 'sale',
          receiptNumber: this.#receipt(sale),
          soldAt: iso(sale.soldAt),
          total: null,
          currency: null,
          step: 'no order yet',
          reason: sale.reason,
          attempts: 3,
          decided: [],
        })),
      },
      checklist: { at: iso(this.#at), verdict: parked > 0 ? 'fail' : waiting > 0 ? 'attention' : 'ok', lines },
      shop: { address: 'https://shop.example', store: 'default' },
    };
  }

  #receipt({ counter }: Waiting): string {
    return `${this.#terminal}-${String(counter).padStart(8, '0')}`;
  }
}

const iso = (at: number): string => new Date(at).toISOString();

const clockTime = (at: number): string => iso(at).slice(11, 16);
