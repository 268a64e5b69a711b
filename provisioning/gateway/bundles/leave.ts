import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { type Clock, minutes } from '../../../src/platform/clock.ts';
import { type TerminalId, terminalId } from '../../../src/platform/ids.ts';

/** A terminal asks anew when its leave is over; one that was revoked can't. */
export const leaveLasts = minutes(15);

/**
 * Leaves to read bundles over HTTP, for terminals that the broker has let in: `terminal.expiry.mac`. The key comes of the password that all
 * gateways of a fleet share, so that the leave of one is good at every other.
 */
export class Leaves {
  readonly #key: Uint8Array;
  readonly #clock: Clock;

  constructor(gatewayPassword: string, clock: Clock) {
    this.#key = new Uint8Array(hkdfSync('sha256', gatewayPassword, '', 'holdfast bundles', 32));
    this.#clock = clock;
  }

  give(terminal: TerminalId): string {
    const text = `${terminal}.${Math.floor(this.#clock.now() + leaveLasts)}`;
    return `${text}.${this.#mac(text)}`;
  }

  /** Whose leave it is; null: nobody's, or it is over. */
  check(token: string): TerminalId | null {
    const [terminal = '', expiry = '', mac = ''] = token.split('.');
    const [given, right] = [Buffer.from(mac), Buffer.from(this.#mac(`${terminal}.${expiry}`))];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    return Number(expiry) > this.#clock.now() ? terminalId(terminal) : null;
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}
