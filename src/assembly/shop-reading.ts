import type { TerminalConfig } from '../config/schema.ts';
import type { MagentoClient } from '../magento/client/outcome.ts';
import { createModuleChangeFeed } from '../magento/module/change-feed.ts';
import { createMagentoShopSource } from '../magento/reader/shop-source.ts';
import type { Clock } from '../platform/clock.ts';
import type { HttpTransport } from '../platform/http-transport.ts';
import type { Logger } from '../platform/log.ts';
import { BundleClient } from '../snapshot/bundle/bundle-client.ts';
import { recordFormat } from '../snapshot/bundle/bundle-format.ts';
import { type ImportedShop, type ReadShop, ShopThroughGateway } from '../snapshot/bundle/shop-through-gateway.ts';
import type { Fleet } from './fleet.ts';
import { GatewayDoorKeeper } from './gateway-door.ts';
import { priceSettings } from './settings.ts';

export interface ShopReadingParts {
  readonly config: TerminalConfig;
  /** Within what the shop is to be asked for at most. */
  readonly client: MagentoClient;
  readonly transport: HttpTransport;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How this terminal reads the shop, as `snapshot.through` says. */
export interface ShopReading {
  /** For what has changed. */
  readonly following: ReadShop;
  /** For the whole of it. */
  forImport(signal: AbortSignal): Promise<ImportedShop>;
  /** The terminal's fleet, once there is one. */
  attach(fleet: Pick<Fleet, 'messenger'>): void;
}

export function createShopReading({ config, client, transport, clock, log }: ShopReadingParts): ShopReading {
  const { magento, snapshot } = config;
  const { sourceCode, storeCode } = magento;
  const settings = priceSettings(config, clock.zone);
  const attributes = {
    barcode: snapshot.barcodeAttribute,
    plu: snapshot.pluAttribute === '' ? null : snapshot.pluAttribute,
    decimalQuantity: snapshot.weightAttribute === '' ? null : snapshot.weightAttribute,
  };
  const { pageSize, guestPrices } = snapshot;
  const source = createMagentoShopSource({ client, clock, settings, sourceCode, attributes, pageSize, guestPrices });
  const feed = createModuleChangeFeed({ client, sourceCode, clock, log });
  const shop: ReadShop = { source, changes: source.changes, feed };
  if (snapshot.through === 'shop') {
    return {
      following: shop,
      forImport: async () => ({ ...shop, bundle: null }),
      attach: () => undefined,
    };
  }
  const door = new GatewayDoorKeeper(clock);
  const reading = { recordFormat, storeCode, sourceCode, settings, attributes, pageSize, guestPrices };
  const bundles = new BundleClient({ transport, clock, door: () => door.open(), reading });
  const through = new ShopThroughGateway(bundles, shop, log);
  return {
    following: through,
    forImport: (signal) => through.forImport(signal),
    attach: ({ messenger }) => door.attach(messenger),
  };
}
