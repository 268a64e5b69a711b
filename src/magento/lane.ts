import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import type { CompletedSale } from '../register/sale.ts';
import type { Lane } from '../sync/lane.ts';
import type { MagentoClient } from './client/outcome.ts';
import { createCustomerDelivery } from './customers/deliver-customer.ts';
import { createHttpLane } from './delivery/http-lane.ts';
import type { RecipeChoice } from './delivery/recipe.ts';
import type { DeliveryShop } from './delivery/shop.ts';
import { createStockRecipe } from './delivery/stock-recipe.ts';
import { ModulePresence } from './module/presence.ts';
import { createModuleRecipe } from './module/recipe.ts';
import { createOutcomeDelivery } from './payment-outcomes/deliver-outcome.ts';
import { createMailDelivery } from './receipt-mails/deliver-mail.ts';
import { createReturnDelivery } from './returns/deliver-return.ts';
import { OneAtATime, type WaitingDocument } from './returns/one-at-a-time.ts';

export interface MagentoLaneOptions {
  readonly client: MagentoClient;
  readonly shop: DeliveryShop;
  readonly choice: RecipeChoice;
  /** Waiting and parked documents of the journal. */
  readonly unconfirmed: () => readonly WaitingDocument[];
  /** Awaited before a sale counts as confirmed that recipe B has made. */
  readonly madeDirectly: (sale: CompletedSale) => Promise<void>;
  /** Whether the shop has the module, where several lanes look together; left out: this one looks alone. */
  readonly presence?: ModulePresence;
  /** After a look that found the shop there. */
  readonly onReachable?: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Everything that brings documents straight into Magento, over HTTP. */
export function createMagentoLane(options: MagentoLaneOptions): Lane {
  const { client, shop, choice, clock, log, onReachable } = options;
  const context = { client, clock, log };
  const module = createModuleRecipe({ ...context, shop });
  const presence = options.presence ?? new ModulePresence(module, clock);
  return createHttpLane({
    client,
    clock,
    choice,
    stock: createStockRecipe({
      ...context,
      shop,
      // Otherwise what the cart refuses is made directly.
      stock: choice === 'quote' || choice === 'direct' ? choice : 'quote-then-direct',
      madeDirectly: options.madeDirectly,
    }),
    module,
    presence,
    documents: {
      returns: createReturnDelivery({ ...context, shop, module: presence, way: new OneAtATime(options.unconfirmed) }),
      customers: createCustomerDelivery(context, shop),
      paymentOutcomes: createOutcomeDelivery({ ...context, shop, module: presence }),
      mails: createMailDelivery(context, shop),
    },
    ...(onReachable === undefined ? {} : { onReachable }),
  });
}
