import type { Key } from '../../drivers/keypad/keypad.ts';
import { decimal, type Money } from '../../src/money/money.ts';
import type { Cash, OnTheCounter } from './cash.ts';
import type { Chance } from './chance.ts';
import type { Counter } from './devices.ts';
import type { Machine, RunningTill } from './machine.ts';
import { read, type Screen } from './reading.ts';
import type { SimulatedTime } from './time.ts';
import type { Trace } from './trace.ts';

/** What someone can buy: barcode and PLU of articles that are in stock. */
export interface Article {
  readonly barcode: string;
  readonly plu: string;
}

/** How people behave at a till. */
export interface Habits {
  readonly cash: boolean;
  /** Milliseconds between customers, on average. */
  readonly betweenCustomers: number;
  /** Share of sales that are put aside, given up, or changed. */
  readonly secondThoughts: number;
  readonly articles: readonly Article[];
}

export interface PersonOptions {
  readonly time: SimulatedTime;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly machine: Machine;
  readonly counter: Counter;
  readonly cash: Cash;
  readonly habits: Habits;
  /** Nobody is being served, as far as the display says. */
  readonly onQuiet: (till: RunningTill) => void;
}

/** Trader and customers: look at the display and act. Nothing else tells them what the till is doing. */
export class Person {
  /** What the till is wanted for: sales, or the end of the day. */
  goal: 'sell' | 'close' = 'sell';
  readonly #options: PersonOptions;
  /** Articles still to be put in. */
  #basket = 0;
  #inHand: OnTheCounter | null = null;
  /** The till was told that the customer gets the money back. */
  #givingUp = false;
  /** Sales put aside that the person remembers. */
  #held = 0;
  /** How often the display said nothing that one could act on, one after the other. */
  #waited = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
  }

  /** Lives at the counter until the world ends. */
  async live(): Promise<void> {
    const { time } = this.#options;
    for (;;) await time.sleep(this.#act());
  }

  /** Whether the till is in order: nothing open and no shift. */
  get isDone(): boolean {
    return this.goal === 'close' && read(this.#options.counter.rows).kind === 'closed';
  }

  /** The till has lost what was in hand; it starts without it. */
  forget(): void {
    this.#basket = 0;
    this.#inHand = null;
    this.#held = 0;
  }

  /** Does one thing; how long until the next. */
  #act(): number {
    const { machine, counter, cash, chance } = this.#options;
    const screen = read(counter.rows);
    if (machine.till === null) return machine.powered ? 1_500 : 60_000;
    cash.settle(machine.till);
    if (this.#givingUp && screen.kind === 'selling' && this.#inHand !== null) this.#inHand.cash = 0;
    this.#givingUp = false;
    const pause = this.#onScreen(screen);
    return pause * chance.between(0.6, 1.6);
  }

  #onScreen(screen: Screen): number {
    const { chance } = this.#options;
    if (screen.kind !== 'wait') this.#waited = 0;
    switch (screen.kind) {
      case 'dark':
        return 1_000;
      case 'wait':
        return this.#wait();
      case 'closed':
        return this.#closed();
      case 'idle':
        return this.#idle();
      case 'selling':
        return this.#selling();
      case 'paying':
        return this.#paying(screen);
      case 'card':
        if (chance.happens(0.04)) this.#press('clear');
        return 2_000;
      case 'card-unknown':
        if (chance.happens(0.6)) this.#press(chance.happens(0.7) ? 'enter' : 'clear');
        return 4_000;
      case 'unsaved':
        return this.#unsaved();
      case 'completed':
        this.#press('clear');
        return this.goal === 'close' ? 800 : chance.pause(this.#options.habits.betweenCustomers);
      case 'list':
      case 'question':
      case 'void-question':
      case 'service':
        this.#press('clear');
        return 600;
    }
  }

  /** Whoever does not know what the till is at goes back after a while. */
  #wait(): number {
    this.#waited += 1;
    if (this.#waited % 15 === 0) this.#press('clear');
    return 1_000;
  }

  #closed(): number {
    const { cash, habits, machine, chance } = this.#options;
    if (this.goal === 'close' || machine.till === null) return 60_000;
    // Whatever was on the counter yesterday is not there any more.
    cash.giveBackRest();
    const float = habits.cash ? chance.whole(0, 3) * 5_000 : 0;
    if (machine.till.terminal.control.shift?.().open === true) return 1_000;
    cash.drawer = float;
    this.#press('clear');
    this.#type(decimal(float as Money)); // whole notes
    this.#press('enter');
    return 1_500;
  }

  #idle(): number {
    const { chance, habits, machine, onQuiet } = this.#options;
    this.#inHand = null;
    if (machine.till !== null) onQuiet(machine.till);
    if (this.goal === 'close') return this.#tidyUp();
    const next = chance.weighed({ customer: 80, look: 6, recall: 6, move: habits.cash ? 3 : 0, again: 3, send: 2 });
    switch (next) {
      case 'customer':
        this.#basket = chance.whole(1, 4);
        this.#takeArticle();
        return 1_200;
      case 'look':
        this.#menu(['9', chance.pick<Key>(['1', '5', '6'])]);
        return 3_000;
      case 'recall':
        this.#recall();
        return 1_500;
      case 'move':
        this.#moveCash();
        return 4_000;
      case 'again':
        this.#menu(['8']);
        return 3_000;
      case 'send':
        this.#menu(['9', '8']);
        return 3_000;
    }
  }

  /** Before the shift is closed nothing may be open: held sales are finished, unclear cards asked about. */
  #tidyUp(): number {
    const { machine, cash, chance, trace } = this.#options;
    if (machine.till === null) return 1_000;
    if (chance.happens(0.3)) {
      this.#recall();
      return 1_500;
    }
    if (chance.happens(0.2)) {
      this.#menu(['9', '7']);
      return 3_000;
    }
    trace.note(`closing, ${cash.drawer} in the drawer`);
    this.#menu(['9', '2']);
    this.#type(decimal(cash.drawer as Money)); // counted
    this.#press('enter');
    return 4_000;
  }

  #recall(): void {
    this.#menu(['2']);
    this.#press('1');
    this.#press('clear');
  }

  #moveCash(): void {
    const { cash, chance, machine } = this.#options;
    if (machine.till === null || cash.moving !== null) return;
    const amount = chance.whole(1, 40) * 50;
    const inwards = cash.drawer < amount || chance.happens(0.5);
    cash.moving = { before: cash.drawer, delta: inwards ? amount : -amount };
    this.#menu(['9', inwards ? '3' : '4']);
    this.#type(decimal(amount as Money)); // whole coins
    this.#press('enter');
    this.#press('1'); // why
  }

  #selling(): number {
    const { chance, habits } = this.#options;
    if (this.goal === 'sell' && this.#basket > 0) {
      this.#takeArticle();
      return 1_500;
    }
    if (chance.happens(habits.secondThoughts)) {
      const thought = chance.weighed({ hold: 3, void: 2, takeBack: 3, lines: 1, discount: 3, price: 1, customer: 2 });
      if (thought === 'hold' && this.goal === 'sell' && this.#held < 2) {
        this.#held += 1;
        this.#menu(['1']);
      } else if (thought === 'void') {
        this.#menu(['7']);
        this.#press('enter');
      } else if (thought === 'discount') this.#discount();
      else if (thought === 'price') this.#otherPrice();
      else if (thought === 'customer') this.#customer();
      else if (thought === 'takeBack') this.#press('clear');
      else this.#press('enter');
      return 1_500;
    }
    this.#press('total');
    return 1_200;
  }

  /** So much off the whole sale, and why. */
  #discount(): void {
    const { chance } = this.#options;
    this.#menu(['0']);
    if (chance.happens(0.5)) this.#press('times');
    this.#type(decimal(chance.whole(1, 200) as Money)); // up to 2 %, or 2.00
    this.#press('enter');
    this.#press('1');
  }

  /** The first line at another price, and why. */
  #otherPrice(): void {
    this.#press('enter');
    this.#press('1');
    this.#press('total');
    this.#type(decimal(this.#options.chance.whole(50, 2_000) as Money)); // per piece
    this.#press('enter');
    this.#press('1');
  }

  /** Somebody whom the shop does not know yet, or one of those made before. */
  #customer(): void {
    const { chance, counter } = this.#options;
    this.#menu(['4']);
    counter.scan(`customer${chance.whole(1, 40)}@till.example`);
    // Known by now: this is an article's number and changes nothing; else the new customer's names and no phone.
    for (const key of ['1', '2', 'enter', '3', 'enter', 'enter'] as const) this.#press(key);
  }

  #takeArticle(): void {
    const { chance, counter, habits } = this.#options;
    this.#basket -= 1;
    const article = chance.pick(habits.articles);
    if (article === undefined) return;
    if (chance.happens(0.15)) {
      this.#type(String(chance.whole(2, 5)));
      this.#press('times');
    }
    if (chance.happens(0.8)) counter.scan(article.barcode);
    else {
      this.#type(article.plu);
      this.#press('enter');
    }
  }

  #paying({ total, due }: Extract<Screen, { kind: 'paying' }>): number {
    const { cash, chance, habits } = this.#options;
    if (total === null || due === null) {
      // Something is told where the amounts would be: read it, then go on.
      this.#press('total');
      this.#press('clear');
      return 1_000;
    }
    this.#inHand = cash.forSale(total);
    if (due === 0) {
      this.#press('enter');
      return 1_500;
    }
    const way = chance.weighed({
      exact: habits.cash ? 25 : 0,
      note: habits.cash ? 25 : 0,
      part: habits.cash && due > 100 ? 8 : 0,
      card: habits.cash ? 30 : 90,
      partCard: due > 100 ? 5 : 0,
      back: 4,
    });
    switch (way) {
      case 'exact':
        return this.#giveCash(due);
      case 'note':
        return this.#giveCash(Math.ceil(due / 1000) * 1000);
      case 'part':
        return this.#giveCash(chance.whole(1, due - 1));
      case 'card':
        this.#press('times');
        return 3_000;
      case 'partCard':
        this.#type(decimal(chance.whole(1, due - 1) as Money)); // less than what is due
        this.#press('times');
        return 3_000;
      case 'back':
        this.#press('clear');
        return 1_000;
    }
  }

  #giveCash(amount: number): number {
    if (this.#inHand !== null) this.#inHand.cash += amount;
    this.#type(decimal(amount as Money)); // hundredths
    this.#press('enter');
    return 1_500;
  }

  /** Tries again, or gives the money back, if the till lets it go. */
  #unsaved(): number {
    const giveUp = this.#options.chance.happens(0.2);
    this.#givingUp = giveUp;
    this.#press(giveUp ? 'clear' : 'enter');
    return 5_000;
  }

  #menu(keys: readonly Key[]): void {
    this.#press('menu');
    for (const key of keys) this.#press(key);
  }

  #type(text: string): void {
    for (const character of text) this.#press(character as Key); // digits and points
  }

  #press(key: Key): void {
    const { counter, trace } = this.#options;
    trace.note(`key ${key}`);
    counter.press(key);
  }
}
