import type { DeliveryPlace } from '../../src/fleet/delivery-messages.ts';
import { createMagentoClient } from '../../src/magento/client/client.ts';
import type { MagentoClient } from '../../src/magento/client/outcome.ts';
import type { MagentoAuth } from '../../src/magento/client/token.ts';
import { createMagentoLane, type MagentoLaneOptions } from '../../src/magento/lane.ts';
import { ModulePresence } from '../../src/magento/module/presence.ts';
import { createModuleRecipe } from '../../src/magento/module/recipe.ts';
import { type Clock, type Duration, type Monotonic, seconds } from '../../src/platform/clock.ts';
import type { HttpTransport } from '../../src/platform/http-transport.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { Lane, Reachability } from '../../src/sync/lane.ts';

export interface ShopsOptions {
  readonly baseUrl: string;
  readonly auth: MagentoAuth;
  readonly transport: HttpTransport;
  readonly requestTimeout: Duration;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Shop {
  readonly client: MagentoClient;
  readonly presence: ModulePresence;
  seen: { readonly at: Monotonic; readonly what: Promise<Reachability> } | null;
}

/** How many terminals ask at once, Magento is looked at once in this time. */
const looksEvery = seconds(5);

/** The store views of one Magento, as far as terminals ask for them; what is kept of each is only what saves a look. */
export class Shops {
  readonly #options: ShopsOptions;
  readonly #shops = new Map<string, Shop>();

  constructor(options: ShopsOptions) {
    this.#options = options;
  }

  /** A lane for one delivery, by the clock of its terminal. */
  lane(place: DeliveryPlace, of: Pick<MagentoLaneOptions, 'unconfirmed' | 'madeDirectly' | 'clock'>): Lane {
    const { log } = this.#options;
    const { client, presence } = this.#shop(place);
    return createMagentoLane({ client, presence, shop: place.shop, choice: place.recipe, log, ...of });
  }

  /** Whether Magento can be reached, and how sales get in, in words. */
  async look(place: DeliveryPlace): Promise<{ readonly seen: Reachability; readonly recipe: string }> {
    const { clock } = this.#options;
    const shop = this.#shop(place);
    const lane = this.lane(place, { unconfirmed: () => [], madeDirectly: async () => undefined, clock });
    const now = clock.monotonic();
    if (shop.seen === null || now - shop.seen.at >= looksEvery) {
      shop.seen = { at: now, what: lane.probe(new AbortController().signal) };
    }
    return { seen: await shop.seen.what, recipe: lane.recipe };
  }

  #shop({ storeCode, shop }: DeliveryPlace): Shop {
    const known = this.#shops.get(storeCode);
    if (known !== undefined) return known;
    const { clock, log } = this.#options;
    const client = createMagentoClient({ ...this.#options, storeCode });
    const presence = new ModulePresence(createModuleRecipe({ client, shop, clock, log }), clock);
    const made: Shop = { client, presence, seen: null };
    this.#shops.set(storeCode, made);
    return made;
  }
}
