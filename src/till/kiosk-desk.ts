import { seconds, type Timer } from '../platform/clock.ts';
import type { ReceiptNumber } from '../platform/ids.ts';
import { uuidv7 } from '../platform/ids.ts';
import type { Effect } from '../register/effect.ts';
import type { RegisterFacts } from '../register/facts.ts';
import type { PersonInput } from '../register/input.ts';
import { type KioskEffect, type KioskEvent, stepKiosk } from '../register/kiosk.ts';
import { type HelpReason, type KioskFace, type KioskSettings, newFace, patience } from '../register/kiosk-face.ts';
import type { SaleItem } from '../register/open-sale.ts';
import type { RegisterState } from '../register/state.ts';
import { keyMeaning, type TillKey, whileSpelling } from '../screens/key-meaning.ts';
import { kioskKey } from '../screens/kiosk-keys.ts';
import type { Texts } from '../screens/texts.ts';
import { ringRefused } from './bell.ts';
import type { TillParts } from './ports.ts';

/** A language that customers may choose. */
export interface KioskLanguage {
  readonly code: string;
  /** What it calls itself. */
  readonly name: string;
  readonly texts: Texts;
}

/** Tells people that somebody is wanted: a lamp, the fleet, the status. Neither throws. */
export interface HelpPort {
  helpCalled(reason: HelpReason): void;
  helpEnded(): void;
}

/** What makes a till a kiosk. */
export interface KioskParts {
  /** At least one; the first is the one to begin with. */
  readonly languages: readonly KioskLanguage[];
  readonly settings: Omit<KioskSettings, 'languages' | 'mail'>;
  /** Whether a person must see the customer before it is sold. */
  readonly restricted: (item: SaleItem) => boolean;
  readonly help: HelpPort;
}

/** What the kiosk needs of the till that it stands before. */
export interface KioskTill {
  readonly state: () => RegisterState;
  readonly apply: (input: PersonInput) => Promise<void>;
  readonly print: (receiptNumber: ReceiptNumber, language: string) => Promise<void>;
  /** Makes the wish for a receipt by e-mail durable; false: it could not be. */
  readonly mail: (receiptNumber: ReceiptNumber, to: string) => Promise<boolean>;
  /** The receipt is not wanted. */
  readonly noReceipt: (receiptNumber: ReceiptNumber) => Promise<void>;
  readonly facts: () => Pick<RegisterFacts, 'goods' | 'badge' | 'findCustomers' | 'lastSale' | 'settings'>;
  readonly redraw: () => void;
  /** Queues what time brings behind what is being dealt with. */
  readonly later: (run: () => Promise<void>) => void;
}

type KioskDevices = Pick<TillParts, 'clock' | 'random' | 'display' | 'beeper' | 'log'>;

/** Stands before the register: turns a customer's keys and scans into what they may mean, and looks after those who walk away. */
export class KioskDesk {
  readonly #parts: KioskParts;
  readonly #devices: KioskDevices;
  readonly #till: KioskTill;
  #face: KioskFace = newFace;
  #timer: Timer | null = null;
  /** What the timer was set for: it begins anew only when something has changed. */
  #waitingIn: readonly [KioskFace, RegisterState] | null = null;

  constructor(parts: KioskParts, devices: KioskDevices, till: KioskTill) {
    this.#parts = parts;
    this.#devices = devices;
    this.#till = till;
  }

  get face(): KioskFace {
    return this.#face;
  }

  /** The language that the customer has chosen. */
  get language(): KioskLanguage {
    const { languages } = this.#parts;
    const chosen = languages[this.#face.language] ?? languages[0];
    if (chosen === undefined) throw new TypeError('a kiosk without a language');
    return chosen;
  }

  get nextLanguage(): string | null {
    const { languages } = this.#parts;
    return languages.length < 2 ? null : (languages[(this.#face.language + 1) % languages.length]?.name ?? null);
  }

  async key(key: TillKey): Promise<void> {
    const register = this.#till.state();
    this.#waitingIn = null;
    if (register.approval !== null || this.#face.who === 'staff') return this.#staffKey(register, key);
    if (this.#face.question === 'address') {
      return this.#happen({ kind: 'spell', input: whileSpelling(this.#face.address.text, key) });
    }
    return this.#happen({ kind: 'key', key: kioskKey(key) });
  }

  async scan(code: string): Promise<void> {
    this.#waitingIn = null;
    const signsIn = this.#till.state().mode.kind === 'signing-in';
    const staffs = this.#face.who === 'staff' && (signsIn || this.#till.facts().badge(code) === null);
    return staffs ? this.#till.apply({ kind: 'scan', code }) : this.#happen({ kind: 'scan', code });
  }

  misread(): Promise<void> {
    return this.#happen({ kind: 'misread' });
  }

  leaveAnswered(approvalId: string, by: string | null): void {
    if (this.#face.leave === approvalId) this.#till.later(() => this.#happen({ kind: 'leave', by }));
  }

  /** After everything that happened: who is wanted, what is asked, how long it is waited. */
  async settle(): Promise<void> {
    await this.#happen({ kind: 'settled' });
    this.#wait();
  }

  /** A receipt that the customer is asked about first is not printed by itself. */
  holds(effect: Effect): boolean {
    const { mode, training } = this.#till.state();
    return (
      training === null &&
      effect.kind === 'print-receipt' &&
      this.#parts.settings.receipt !== 'always' &&
      mode.kind === 'selling' &&
      mode.completed?.receiptNumber === effect.receiptNumber
    );
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#face.help !== null) this.#parts.help.helpEnded();
  }

  /** As at a stall; TOTAL with nothing in hand gives the keypad back to customers. */
  async #staffKey(register: RegisterState, key: TillKey): Promise<void> {
    const { mode, approval } = register;
    const resting = mode.kind === 'selling' && mode.sale === null && mode.typed === '' && mode.multiplier === null;
    if (approval === null && key === 'total' && resting) return this.#happen({ kind: 'time-up' });
    const meaning = keyMeaning(register, key);
    if (meaning) await this.#till.apply(meaning);
    else ringRefused(this.#devices);
  }

  async #happen(event: KioskEvent): Promise<void> {
    const { goods, badge, findCustomers, lastSale, settings } = this.#till.facts();
    const { clock, random } = this.#devices;
    const { face, inputs, effects } = stepKiosk(this.#face, this.#till.state(), event, {
      freshId: uuidv7(clock, random),
      goods,
      badge,
      findCustomers,
      lastSale,
      restricted: this.#parts.restricted,
      staffKnown: settings.staff.known,
      settings: this.#settings(settings),
    });
    if (face.who !== this.#face.who) this.#devices.log.info({ who: face.who }, 'the kiosk’s keypad changed hands');
    if (inputs.some(({ kind }) => kind === 'abandon-sale')) {
      this.#devices.log.info({}, 'a sale was given up: nobody was there any more');
    }
    this.#face = face;
    for (const effect of effects) await this.#carryOut(effect);
    for (const input of inputs) await this.#till.apply(input);
    this.#till.redraw();
  }

  async #carryOut(effect: KioskEffect): Promise<void> {
    switch (effect.kind) {
      case 'call-help':
        this.#devices.log.info({ reason: effect.reason }, 'a customer needs help');
        this.#parts.help.helpCalled(effect.reason);
        return;
      case 'end-help':
        this.#parts.help.helpEnded();
        return;
      case 'ask-leave':
        return this.#till.apply({
          kind: 'ask-approval',
          approvalId: effect.approvalId,
          topic: 'service',
          words: '',
          inPerson: true,
        });
      case 'print':
        return this.#till.print(effect.receiptNumber, this.language.code);
      case 'mail':
        if (await this.#till.mail(effect.receiptNumber, effect.to)) return this.#till.noReceipt(effect.receiptNumber);
        this.#face = { ...this.#face, message: null };
        return this.#till.print(effect.receiptNumber, this.language.code);
      case 'no-receipt':
        return this.#till.noReceipt(effect.receiptNumber);
      case 'beep':
        ringRefused(this.#devices);
        return;
    }
  }

  #settings({ mailReceipts }: Pick<RegisterFacts['settings'], 'mailReceipts'>): KioskSettings {
    const { settings, languages } = this.#parts;
    return { ...settings, mail: mailReceipts, languages: languages.length };
  }

  #wait(): void {
    const state = this.#till.state();
    const [face, register] = this.#waitingIn ?? [null, null];
    if (face === this.#face && register === state) return;
    this.#waitingIn = [this.#face, state];
    this.#timer?.cancel();
    const wait = patience(this.#face, state, this.#settings(this.#till.facts().settings));
    this.#timer =
      wait === null
        ? null
        : this.#devices.clock.schedule(seconds(wait), () => {
            this.#timer = null;
            this.#waitingIn = null;
            this.#till.later(() => this.#happen({ kind: 'time-up' }));
          });
  }
}
