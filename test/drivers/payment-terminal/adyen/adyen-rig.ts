import { createAdyenTerminal } from '../../../../drivers/payment-terminal/adyen/adyen-terminal.ts';
import {
  type PresentedCard,
  VirtualAdyenTerminal,
} from '../../../../drivers/payment-terminal/adyen/virtual-adyen-terminal.ts';
import type { PaymentTerminal } from '../../../../drivers/payment-terminal/payment-terminal.ts';
import type { HttpResult, HttpTransport } from '../../../../src/platform/http-transport.ts';
import type { LogFields, Logger } from '../../../../src/platform/log.ts';
import { systemRandom } from '../../../../src/platform/system-random.ts';
import { ManualClock } from '../../../tools/manual-clock.ts';

/** A card that nothing but its first six and last four digits may be seen of. */
export const card: PresentedCard = {
  number: '5413330089010010',
  track2: ';5413330089010010=25122010123456789?',
  expiry: '1225',
  brand: 'mc',
  entryMode: 'Contactless',
};

export const key = { identifier: 'TestKey', version: 1, passphrase: 'p@ssw0rd123456' };
export const poiId = 'V400m-123456789';

/** A till's driver and a simulated terminal with nothing but a network of our own making between them. */
export class AdyenRig {
  readonly clock = new ManualClock();
  readonly terminal = new VirtualAdyenTerminal({ clock: this.clock, random: systemRandom, poiId, key });
  readonly logged: string[] = [];
  /** Every byte that the till's side of the line saw, as text. */
  readonly received: string[] = [];
  reachable = true;
  /** The next request gets to the terminal, but nothing comes back, ever. */
  swallowNextAnswer = false;
  sent = 0;
  readonly driver: PaymentTerminal;

  constructor(passphrase = key.passphrase) {
    this.driver = createAdyenTerminal({
      name: 'card terminal',
      host: '192.0.2.7',
      port: 8443,
      parties: { saleId: 'K1', poiId },
      key: { ...key, passphrase },
      transport: this.#transport,
      clock: this.clock,
      random: systemRandom,
      log: this.#log,
    });
  }

  /** Another driver for the same terminal, as after a crash of the till. */
  restarted(): PaymentTerminal {
    return createAdyenTerminal({
      name: 'card terminal',
      host: '192.0.2.7',
      port: 8443,
      parties: { saleId: 'K1', poiId },
      key,
      transport: this.#transport,
      clock: this.clock,
      random: systemRandom,
      log: this.#log,
    });
  }

  get #log(): Logger {
    const note = (fields: LogFields, message: string): void => void this.logged.push(JSON.stringify([message, fields]));
    const log: Logger = { debug: note, info: note, warn: note, error: note, child: () => log };
    return log;
  }

  get #transport(): HttpTransport {
    return {
      exchange: async ({ body, signal }) => {
        if (!this.reachable) return failed(false, 'ECONNREFUSED');
        this.sent += 1;
        const ended = new Promise<HttpResult>((resolve) => {
          const end = (): void => resolve(failed(true, 'aborted'));
          if (signal.aborted) end();
          else signal.addEventListener('abort', end, { once: true });
        });
        const swallowed = this.swallowNextAnswer;
        this.swallowNextAnswer = false;
        const answered = this.terminal.receive(body ?? '').then<HttpResult>((reply) => {
          if (swallowed) return ended;
          if (reply.kind === 'cut') return failed(true, 'ECONNRESET');
          this.received.push(reply.text);
          return { kind: 'answer', status: reply.status, headers: {}, body: reply.text };
        });
        return Promise.race([answered, ended]);
      },
      close() {},
    };
  }
}

const failed = (sent: boolean, code: string): HttpResult => ({
  kind: 'failed',
  sent,
  status: null,
  code,
  message: code,
});
