import type { TerminalConfig } from '../config/schema.ts';
import { returnsBegun } from '../fleet/delivery-documents.ts';
import { DeliveryLane } from '../fleet/delivery-lane.ts';
import type { Journal } from '../journal/journal.ts';
import type { MagentoClient } from '../magento/client/outcome.ts';
import type { StockRepairWatch } from '../magento/delivery/stock-repair.ts';
import { createMagentoLane } from '../magento/lane.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { Lane } from '../sync/lane.ts';
import type { Fleet } from './fleet.ts';
import { deliveryShop } from './settings.ts';

export interface LaneParts {
  readonly config: TerminalConfig;
  readonly client: MagentoClient;
  readonly journal: Pick<Journal, 'unconfirmed'>;
  readonly stockRepair: StockRepairWatch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** How this terminal's documents get into Magento, as `sync.lane` says. */
export interface TerminalLane {
  readonly lane: Lane;
  /** The terminal's fleet, once there is one; `online`: whenever its broker is reached. */
  attach(fleet: Fleet, online: () => void): void;
}

export function createLane({ config, client, journal, stockRepair, clock, random, log }: LaneParts): TerminalLane {
  const http = createMagentoLane({
    client,
    shop: deliveryShop(config),
    choice: config.magento.recipe,
    unconfirmed: () => journal.unconfirmed(),
    madeDirectly: (sale) => stockRepair.madeDirectly(sale),
    onReachable: (signal) => stockRepair.checkIfDue(signal),
    clock,
    log,
  });
  if (config.sync.lane === 'http') return { lane: http, attach: () => undefined };
  const { storeCode, recipe } = config.magento;
  const lane = new DeliveryLane({
    place: { storeCode, recipe, shop: deliveryShop(config) },
    returnsBegun: () => returnsBegun(journal.unconfirmed()),
    // Progress is the same, whoever makes it.
    describe: (progress) => http.describe(progress),
    madeDirectly: (sale) => stockRepair.madeDirectly(sale),
    onReachable: (signal) => stockRepair.checkIfDue(signal),
    clock,
    random,
    log,
  });
  return {
    lane,
    attach(fleet, online) {
      lane.attach(fleet.messenger);
      fleet.onOnline(online);
    },
  };
}
