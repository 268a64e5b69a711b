import type { Messenger } from '../fleet/messenger.ts';
import { type Clock, type Duration, type Monotonic, minutes, seconds } from '../platform/clock.ts';
import { HoldfastError, isHoldfastError } from '../platform/errors.ts';
import type { GatewayDoor } from '../snapshot/bundle/bundle-client.ts';

const answeredWithin = seconds(15);
/** A leave that ends so soon is not used any more. */
const reserve = minutes(1);
/** When none answered, the shop is asked itself for so long. */
const pauseAfterNone: Duration = minutes(2);

/** Asks over MQTT where the fleet's gateways have bundles, and for leave to read them. */
export class GatewayDoorKeeper {
  readonly #clock: Clock;
  #messenger: Messenger | null = null;
  #door: (GatewayDoor & { readonly until: Monotonic | number }) | null = null;
  #noneUntil: Monotonic | number = 0;
  #asking: Promise<GatewayDoor> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  attach(messenger: Messenger): void {
    this.#messenger = messenger;
  }

  /** Throws `gateway.none` (retry) where there is none now. */
  open(): Promise<GatewayDoor> {
    const now = this.#clock.monotonic();
    if (this.#door !== null && now < this.#door.until) return Promise.resolve(this.#door);
    if (now < this.#noneUntil) return Promise.reject(none('No gateway answered a moment ago'));
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(): Promise<GatewayDoor> {
    const clock = this.#clock;
    if (this.#messenger === null) throw none('This terminal has not joined its fleet yet');
    try {
      const asked = clock.monotonic();
      const leave = await this.#messenger.askFor('bundle.ask', {}, 'bundle.leave', 'request.refused', answeredWithin);
      if (leave.url === null) throw none('The fleet’s gateways keep no bundles (bundles.publicUrl)');
      this.#door = { url: leave.url, token: leave.token, until: asked + leave.lasts - reserve };
      return this.#door;
    } catch (error) {
      // Without the broker it costs nothing to ask again.
      if (!isHoldfastError(error, 'fleet.offline')) this.#noneUntil = clock.monotonic() + pauseAfterNone;
      throw error;
    }
  }
}

const none = (words: string): HoldfastError => new HoldfastError('gateway.none', words, { remedy: 'retry' });
