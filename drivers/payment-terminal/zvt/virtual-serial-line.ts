import { type Clock, seconds, type Timer } from '../../../src/platform/clock.ts';
import { acknowledged, BlockReader, encodeBlock, notAcknowledged } from './serial-block.ts';

/** What goes wrong on the line, each once per number given. */
export interface SerialFaults {
  /** ACKs of the terminal that never arrive. */
  lostAcknowledgements: number;
  /** ACKs of the till that the terminal does not hear. */
  unheardAcknowledgements: number;
  /** Blocks of the till that the terminal answers with NAK as if they had been disturbed. */
  refusedBlocks: number;
  /** Blocks of the terminal whose checksum is wrong. */
  disturbedBlocks: number;
  /** Blocks of the terminal of which only the first half is sent. */
  halfBlocks: number;
}

export interface VirtualSerialLineOptions {
  readonly clock: Clock;
  readonly send: (bytes: Uint8Array) => void;
  readonly received: (apdu: Uint8Array) => void;
}

/** The terminal's end of a serial line (PA00P016, chapter 3), in software. */
export class VirtualSerialLine {
  readonly faults: SerialFaults = {
    lostAcknowledgements: 0,
    unheardAcknowledgements: 0,
    refusedBlocks: 0,
    disturbedBlocks: 0,
    halfBlocks: 0,
  };
  /** Blocks that were sent more than once. */
  repeated = 0;
  readonly #options: VirtualSerialLineOptions;
  readonly #reader = new BlockReader();
  #waiting: Uint8Array[] = [];
  #attempts = 0;
  #late: Timer | null = null;
  #last: Uint8Array | null = null;

  constructor(options: VirtualSerialLineOptions) {
    this.#options = options;
  }

  /** What was half sent and half received is forgotten. */
  reset(): void {
    this.#late?.cancel();
    this.#waiting = [];
    this.#attempts = 0;
    this.#reader.reset();
    this.#last = null;
  }

  send(apdu: Uint8Array): void {
    this.#waiting.push(apdu);
    if (this.#waiting.length === 1) this.#sendFirst();
  }

  receive(bytes: Uint8Array): void {
    for (const event of this.#reader.receive(bytes)) {
      if (event.kind === 'acknowledged') {
        if (!this.#fault('unheardAcknowledgements')) this.#done();
      } else if (event.kind === 'not-acknowledged') this.#sendFirst();
      else if (event.kind === 'broken' || this.#fault('refusedBlocks')) this.#say(notAcknowledged);
      else this.#take(event.apdu);
    }
  }

  #take(apdu: Uint8Array): void {
    if (this.#fault('lostAcknowledgements')) {
      // Its ACK is lost, but the terminal has it and does not take the repetition for another one.
      this.#last = apdu;
      this.#options.received(apdu);
      return;
    }
    this.#say(acknowledged);
    const repetition = this.#last !== null && Buffer.compare(apdu, this.#last) === 0;
    this.#last = null;
    if (!repetition) this.#options.received(apdu);
  }

  #sendFirst(): void {
    this.#late?.cancel();
    const [apdu] = this.#waiting;
    if (apdu === undefined) return;
    if (this.#attempts > 2) {
      this.#done();
      return;
    }
    if (this.#attempts > 0) this.repeated += 1;
    this.#attempts += 1;
    this.#late = this.#options.clock.schedule(seconds(5), () => this.#sendFirst());
    const block = encodeBlock(apdu);
    if (this.#fault('disturbedBlocks')) block[block.length - 1] = (block.at(-1) ?? 0) ^ 0x55;
    this.#options.send(this.#fault('halfBlocks') ? block.subarray(0, Math.ceil(block.length / 2)) : block);
  }

  #done(): void {
    this.#late?.cancel();
    this.#attempts = 0;
    this.#waiting.shift();
    this.#sendFirst();
  }

  #say(byte: number): void {
    this.#options.send(Uint8Array.of(byte));
  }

  #fault(name: keyof SerialFaults): boolean {
    if (this.faults[name] === 0) return false;
    this.faults[name] -= 1;
    return true;
  }
}
