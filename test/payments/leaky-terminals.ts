import type { PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import { createSimulatedPaymentTerminal } from '../../drivers/payment-terminal/simulated-payment-terminal.ts';
import { VirtualCardTerminal } from '../../drivers/payment-terminal/virtual-card-terminal.ts';
import { milliseconds } from '../../src/platform/clock.ts';
import type { LogFields, Logger } from '../../src/platform/log.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { FakePlace } from '../drivers/fake-place.ts';
import { AdyenRig } from '../drivers/payment-terminal/adyen/adyen-rig.ts';
import { ZvtRig } from '../drivers/payment-terminal/zvt/zvt-rig.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import type { SeededCard } from './card-data-search.ts';

/** A driver, and at the other end a terminal that tells more of a card than it should. To join the test: one more of these. */
export interface LeakyTerminal {
  readonly clock: ManualClock;
  readonly driver: PaymentTerminal;
  /** Everything that the driver logged. */
  readonly logged: readonly string[];
  /** What the terminal has sent, as the till's end of the line got it; null: it is encrypted on the line. */
  readonly wire: (() => Buffer) | null;
  waiting(): boolean;
  present(card: SeededCard): void;
  decline(card: SeededCard): void;
  /** The bank is out of reach from now on. */
  cutBank(): void;
  /** The next outcome is reached but never heard of. */
  loseNextResult(): void;
}

export const leakyTerminals: readonly (readonly [name: string, make: (card: SeededCard) => LeakyTerminal])[] = [
  ['simulated', leakySimulated],
  ['Adyen', leakyAdyen],
  ['ZVT on a serial line', (card) => leakyZvt(card, 'serial')],
  ['ZVT in the network', (card) => leakyZvt(card, 'tcp')],
];

function recording(): { readonly log: Logger; readonly logged: string[] } {
  const logged: string[] = [];
  const note = (fields: LogFields, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log: Logger = { debug: note, info: note, warn: note, error: note, child: () => log };
  return { log, logged };
}

function leakySimulated(first: SeededCard): LeakyTerminal {
  const clock = new ManualClock();
  const place = new FakePlace();
  const { log, logged } = recording();
  const sent: Uint8Array[] = [];
  const terminal = new VirtualCardTerminal({
    clock,
    random: systemRandom,
    send(bytes) {
      sent.push(bytes);
      place.send(bytes);
    },
    hangUp: () => {
      place.unplug();
      place.plugIn();
      terminal.connected();
    },
    blobFor: () => Buffer.from(`;${terminal.leaks?.track}?`),
  });
  place.onWrite = (bytes) => terminal.receive(bytes);
  terminal.offlineMode = 'stored';
  terminal.leaks = first;
  return {
    clock,
    driver: createSimulatedPaymentTerminal({ name: 'card terminal', opener: place, clock, log }),
    logged,
    wire: () => Buffer.concat(sent),
    waiting: () => terminal.screen.state === 'waiting',
    present: (card) => {
      terminal.leaks = card;
      terminal.tap();
    },
    decline: (card) => {
      terminal.leaks = card;
      terminal.decline();
    },
    cutBank: () => terminal.setHost(false),
    loseNextResult: () => {
      terminal.dropNextReply = true;
    },
  };
}

function leakyAdyen(): LeakyTerminal {
  const rig = new AdyenRig();
  const { terminal, clock, driver, logged } = rig;
  return {
    clock,
    driver,
    logged,
    // What came over the line can't be read; that the terminal was given the card is all there is to show.
    wire: null,
    waiting: () => terminal.waitingFor !== null,
    present: ({ number, track }) =>
      terminal.present({ number, track2: `;${track}?`, expiry: '1225', brand: 'visa', entryMode: 'ICC' }),
    decline: () => terminal.decline(),
    cutBank: () => {
      terminal.offline = 'stored';
    },
    loseNextResult: () => {
      terminal.dropNextReply = true;
    },
  };
}

function leakyZvt(_card: SeededCard, transport: 'serial' | 'tcp'): LeakyTerminal {
  const rig = new ZvtRig({ transport, printing: 'till' });
  const sent: Buffer[] = [];
  const send = rig.place.send.bind(rig.place);
  rig.place.send = (bytes) => {
    sent.push(Buffer.from(bytes as Uint8Array));
    send(bytes);
  };
  rig.card.faults.leaksCardData = true;
  const present = ({ number }: SeededCard) => ({ name: `Visa ${number}`, number, technology: 'chip' as const });
  return {
    clock: rig.clock,
    driver: rig.driver,
    logged: rig.logged,
    wire: () => Buffer.concat(sent),
    waiting: () => rig.card.state === 'waiting',
    present: (card) => rig.card.tap(present(card)),
    decline: () => rig.card.decline(),
    cutBank: () => {
      rig.card.faults.host = 'unreachable-takes-offline';
    },
    loseNextResult: () => {
      rig.card.faults.hangUpBefore = 'completion';
    },
  };
}

/** Time that terminals of software take, in steps. */
export const aMoment = milliseconds(100);
