import type { Lamp } from '../../drivers/lamp/lamp.ts';
import type { TerminalStatus } from '../control/protocol.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import { EventBus } from '../platform/events.ts';
import type { Logger } from '../platform/log.ts';
import type { HelpReason } from '../register/kiosk-face.ts';
import type { HelpPort } from '../till/kiosk-desk.ts';

/** Somebody is wanted at a kiosk. */
export interface HelpCall {
  readonly reason: HelpReason;
  readonly since: Instant;
}

interface HelpEvents {
  /** null: nobody is wanted any more. */
  helpCalled: HelpCall | null;
}

const words: Readonly<Record<HelpReason, string>> = {
  asked: 'A customer asks for help.',
  age: 'A customer’s age must be seen before the sale.',
  goods: 'A customer has goods that staff must put in (weighed, with variants, or brought back).',
  payment: 'A customer’s payment is neither done nor not.',
  leave: 'Staff’s leave is asked for.',
  closed: 'A customer stands before a closed kiosk.',
};

/** Where a kiosk's call for help goes: a lamp, `holdfast status`, and whoever listens, e.g. the fleet. */
export class HelpDesk implements HelpPort {
  readonly #lamp: Lamp | null;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #events: EventBus<HelpEvents>;
  #call: HelpCall | null = null;

  constructor(lamp: Lamp | null, clock: Pick<Clock, 'now'>, log: Logger) {
    this.#lamp = lamp;
    this.#clock = clock;
    this.#events = new EventBus(log);
  }

  /** null: nobody is wanted. */
  get call(): HelpCall | null {
    return this.#call;
  }

  on<Name extends keyof HelpEvents>(name: Name, listener: (call: HelpEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  helpCalled(reason: HelpReason): void {
    this.#tell({ reason, since: this.#call?.since ?? this.#clock.now() });
  }

  helpEnded(): void {
    if (this.#call !== null) this.#tell(null);
  }

  attention(): TerminalStatus['attention'] {
    if (this.#call === null) return [];
    return [{ severity: 'alarm', words: words[this.#call.reason], nextStep: 'Go there with a badge or a PIN.' }];
  }

  #tell(call: HelpCall | null): void {
    this.#call = call;
    this.#lamp?.show(call !== null);
    this.#events.emit('helpCalled', call);
  }
}
