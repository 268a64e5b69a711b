import type { PaymentRequest, PaymentTerminal } from '../../../../drivers/payment-terminal/payment-terminal.ts';
import { VirtualZvtTerminal } from '../../../../drivers/payment-terminal/zvt/virtual-zvt-terminal.ts';
import {
  createZvtPaymentTerminal,
  type ZvtPaymentTerminalOptions,
} from '../../../../drivers/payment-terminal/zvt/zvt-payment-terminal.ts';
import { money } from '../../../../src/money/money.ts';
import { type Duration, milliseconds } from '../../../../src/platform/clock.ts';
import type { Logger } from '../../../../src/platform/log.ts';
import { MemoryDisk } from '../../../../src/platform/memory-disk.ts';
import { ManualClock } from '../../../tools/manual-clock.ts';
import { FakePlace, settled } from '../../fake-place.ts';

export type Transport = ZvtPaymentTerminalOptions['transport'];

/** A payment's key, as the till would have made it at this moment. */
export function paymentIdAt(clock: ManualClock, number: number): string {
  const time = clock.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(number).padStart(12, '0')}`;
}

export interface RigOptions extends Partial<ZvtPaymentTerminalOptions> {
  readonly transport: Transport;
}

/** The driver, and at the other end of its line the terminal, in a world whose time goes only when told. */
export class ZvtRig {
  readonly clock = new ManualClock();
  readonly disk = new MemoryDisk();
  readonly place = new FakePlace();
  readonly card: VirtualZvtTerminal;
  /** Everything that was logged. */
  readonly logged: string[] = [];
  readonly words: string[] = [];
  driver: PaymentTerminal;
  readonly #options: RigOptions;
  #kill: () => void = () => undefined;
  #payments = 0;

  constructor(options: RigOptions) {
    this.#options = options;
    this.card = new VirtualZvtTerminal({
      clock: this.clock,
      transport: options.transport,
      send: (bytes) => {
        for (const byte of bytes) this.place.send(Uint8Array.of(byte));
      },
      hangUp: () => this.pullCable(),
    });
    this.place.onWrite = (bytes) => this.card.receive(bytes);
    this.driver = this.#newDriver();
  }

  static async ready(options: RigOptions): Promise<ZvtRig> {
    const rig = new ZvtRig(options);
    await rig.start();
    return rig;
  }

  async start(): Promise<void> {
    const started = this.driver.start();
    await this.pass();
    await started;
  }

  /** Lets what needs no time happen. */
  async pass(time: Duration = milliseconds(20)): Promise<void> {
    await settled();
    await this.clock.advance(time);
    await settled();
  }

  newPayment(amount = '12.50'): PaymentRequest {
    this.#payments += 1;
    const paymentId = paymentIdAt(this.clock, this.#payments);
    return { paymentId, amount: money(amount), currency: 'EUR', reference: 'K1-00000042', offline: 'allowed' };
  }

  pay(request: PaymentRequest): ReturnType<PaymentTerminal['pay']> {
    return this.driver.pay(request, (words) => this.words.push(words));
  }

  /** Out and in again. */
  pullCable(): void {
    this.place.unplug();
    this.place.plugIn();
    this.card.connected();
  }

  /** The till's process ends where it stands, and the disk keeps what was durable; the terminal goes on. */
  die(): void {
    this.#kill();
    this.pullCable();
    this.disk.cutPower({ fraction: () => 0.5, bytes: (count) => new Uint8Array(count) });
    this.driver = this.#newDriver();
  }

  #newDriver(): PaymentTerminal {
    const { place, card, clock } = this;
    let alive = true;
    this.#kill = () => {
      alive = false;
    };
    const record = (fields: unknown, message: string): void => {
      this.logged.push(`${JSON.stringify(fields)} ${message}`);
    };
    const log: Logger = { debug: record, info: record, warn: record, error: record, child: () => log };
    return createZvtPaymentTerminal({
      name: 'card terminal',
      opener: {
        description: 'fake place',
        open: async () => {
          if (!alive) return new Promise<never>(() => undefined);
          card.connected();
          const link = await place.open();
          return {
            ...link,
            // As with a port or a socket, nothing is answered before the write has returned.
            async write(bytes, timeout) {
              await Promise.resolve();
              await link.write(bytes, timeout);
            },
          };
        },
      },
      password: '000000',
      currency: 'EUR',
      printing: 'terminal',
      columns: 42,
      characterSet: 'cp437',
      files: this.disk.files('data'),
      clock,
      log,
      ...this.#options,
    });
  }
}
