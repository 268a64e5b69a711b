import type { Key } from '../../drivers/keypad/keypad.ts';
import { receiptNumber, type TerminalId } from '../../src/platform/ids.ts';
import { textsEn } from '../../src/screens/texts-en.ts';
import type { Chance } from './chance.ts';
import type { Counter } from './devices.ts';
import type { Machine, RunningTill } from './machine.ts';
import type { Habits } from './person.ts';
import { read } from './reading.ts';
import type { SimulatedTime } from './time.ts';
import type { Trace } from './trace.ts';
import type { Witness } from './witness.ts';

export interface KioskPersonOptions {
  readonly time: SimulatedTime;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly machine: Machine;
  readonly counter: Counter;
  readonly habits: Habits;
  /** Nobody is being served, as far as the display says. */
  readonly onQuiet: (till: RunningTill) => void;
  readonly witness: Witness;
  readonly terminal: TerminalId;
  /** What the badge of whoever helps says. */
  readonly badge: string;
}

const { labels, kiosk } = textsEn;

/** What a customer makes of a kiosk's display (20 columns, four rows, English). */
type Screen =
  | 'closed'
  | 'attract'
  | 'scanning'
  | 'pay-again'
  | 'card'
  | 'receipt'
  | 'thanks'
  | 'still-there'
  | 'wait'
  /** Nothing of a kiosk's: staff has the keypad. */
  | 'staff';

function look(rows: readonly string[]): Screen {
  const shown = rows.map((row) => row.trim());
  const has = (text: string): boolean => shown.includes(text);
  if (shown.every((row) => row === '') || has(labels.stopped)) return 'wait';
  if (has(labels.closed)) return 'closed';
  if (has(kiosk.attract) || has(kiosk.welcomeBack)) return 'attract';
  if (has(kiosk.receiptQuestion)) return 'receipt';
  if (has(labels.thanks)) return 'thanks';
  if (has(kiosk.stillThere)) return 'still-there';
  if (has(kiosk.payHint)) return 'scanning';
  if (has(kiosk.payAgain)) return 'pay-again';
  if (has(kiosk.tapCard) || shown.some((row) => row.startsWith(labels.toPay))) return 'card';
  if (has(labels.pleaseWait) || shown[0]?.startsWith(kiosk.pleaseWait.slice(0, 16)) === true) return 'wait';
  return 'staff';
}

/** Customers who serve themselves, and the one member of staff who opens, helps and closes; both know the display only. */
export class KioskPerson {
  goal: 'sell' | 'close' = 'sell';
  readonly #options: KioskPersonOptions;
  /** Articles still to be scanned; null: nobody is there. */
  #basket: number | null = null;
  /** How often paying did not work, one after the other. */
  #notPaid = 0;

  constructor(options: KioskPersonOptions) {
    this.#options = options;
  }

  async live(): Promise<void> {
    const { time, chance } = this.#options;
    for (;;) await time.sleep(this.#act() * chance.between(0.6, 1.6));
  }

  get isDone(): boolean {
    const { rows } = this.#options.counter;
    return this.goal === 'close' && (look(rows) === 'closed' || read(rows).kind === 'closed');
  }

  forget(): void {
    this.#basket = null;
  }

  #act(): number {
    const { machine, counter, habits, chance } = this.#options;
    if (machine.till === null) return machine.powered ? 1_500 : 60_000;
    const screen = look(counter.rows);
    if (screen === 'attract' || screen === 'thanks') this.#notPaid = 0;
    switch (screen) {
      case 'closed':
        if (this.goal === 'close') return 60_000;
        return this.#showBadge();
      case 'attract':
        this.#options.onQuiet(machine.till);
        if (this.goal === 'close') return this.#showBadge();
        this.#basket = chance.whole(1, 4);
        this.#scan();
        return 2_000;
      case 'scanning':
        return this.#scanning();
      case 'pay-again':
        this.#press(chance.happens(0.75) ? 'enter' : 'clear');
        return this.#patience();
      case 'card':
        if (chance.happens(0.04)) this.#press('clear');
        return 2_000;
      case 'receipt':
        return this.#receipt();
      case 'thanks':
        this.#basket = null;
        return chance.pause(habits.betweenCustomers);
      case 'still-there':
        if (chance.happens(0.4)) this.#press(chance.happens(0.7) ? 'enter' : 'clear');
        return 5_000;
      case 'wait':
        // Somebody comes when it takes long, or nothing helps.
        return chance.happens(0.1) ? this.#showBadge() : 3_000;
      case 'staff':
        return this.#staff();
    }
  }

  /** Whoever is told to ask the staff presses again less and less often. */
  #patience(): number {
    this.#notPaid += 1;
    return Math.min(2_500 * 1.5 ** (this.#notPaid - 1), 20_000);
  }

  #scanning(): number {
    const { chance, habits } = this.#options;
    if (this.#basket !== null && this.#basket > 0 && this.goal === 'sell') {
      this.#scan();
      return 2_000;
    }
    if (chance.happens(habits.secondThoughts)) {
      const thought = chance.weighed({ undo: 3, leave: 2, help: 1 });
      if (thought === 'undo') this.#press('clear');
      else if (thought === 'help') this.#press('menu');
      // Whoever leaves lets the kiosk find out by itself.
      else return 90_000;
      return 2_000;
    }
    this.#press('enter');
    return 3_000;
  }

  /** The kiosk says that it is paid: from here on this sale is sold, whatever happens. */
  #receipt(): number {
    const { machine, witness, terminal, chance } = this.#options;
    const counter = machine.till?.journal.nextReceiptCounter ?? 1;
    if (counter > 1) witness.told(receiptNumber(terminal, counter - 1));
    const answer = chance.weighed({ enter: 6, clear: 3, none: 1 });
    if (answer === 'none') return 30_000;
    this.#press(answer);
    return 3_000;
  }

  /** Staff's keypad is a stall's: whatever is open is brought to its end, then customers get it back. */
  #staff(): number {
    const { counter, chance } = this.#options;
    const screen = read(counter.rows);
    switch (screen.kind) {
      case 'closed':
        if (this.goal === 'close') return 60_000;
        this.#press('enter');
        return 2_000;
      case 'idle':
        if (this.goal === 'sell') {
          this.#press('total');
          return 1_500;
        }
        if (chance.happens(0.3)) {
          for (const key of ['menu', '9', '7'] as const) this.#press(key);
          return 3_000;
        }
        if (chance.happens(0.4)) {
          for (const key of ['menu', '2', '1'] as const) this.#press(key);
          return 1_500;
        }
        for (const key of ['menu', '9', '2', '0', 'enter'] as const) this.#press(key);
        return 4_000;
      case 'selling':
        if (this.goal === 'sell') return this.#showBadge();
        for (const key of ['menu', '7', 'enter'] as const) this.#press(key);
        return 1_500;
      case 'paying':
        this.#press(chance.happens(0.7) ? 'times' : 'clear');
        return 2_500;
      case 'card':
        return 2_000;
      case 'card-unknown':
        if (chance.happens(0.6)) this.#press(chance.happens(0.7) ? 'enter' : 'clear');
        return 4_000;
      case 'unsaved':
        this.#press('enter');
        return 5_000;
      case 'completed':
      case 'list':
      case 'question':
      case 'service':
      case 'void-question':
        this.#press('clear');
        return 800;
      case 'dark':
      case 'wait':
        // A kiosk's message that is no screen of a till.
        return chance.happens(0.2) ? this.#showBadge() : 2_000;
    }
  }

  /** Opens staff's keypad, or gives it back. */
  #showBadge(): number {
    const { counter, trace, badge } = this.#options;
    trace.note('badge');
    counter.scan(badge);
    return 1_500;
  }

  #scan(): void {
    const { chance, counter, habits } = this.#options;
    this.#basket = Math.max(0, (this.#basket ?? 1) - 1);
    const article = chance.pick(habits.articles);
    if (article !== undefined) counter.scan(article.barcode);
  }

  #press(key: Key): void {
    const { counter, trace } = this.#options;
    trace.note(`key ${key}`);
    counter.press(key);
  }
}
