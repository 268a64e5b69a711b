import { minutes } from '../../../../src/platform/clock.ts';
import type { Scenario } from '../scenario.ts';

export const authentication: readonly Scenario[] = [
  {
    name: 'tokens',
    steps: [
      'a01-admin-token-ok',
      'a02-admin-token-wrong-password',
      'a03-no-token',
      'a04-garbage-token',
      'a05-tampered-token',
      'a06-customer-token-wrong',
      'a07-customer-token-on-admin-resource',
      'a08-customer-me',
      'a12-short-token-still-valid',
      'a13-expired-admin-token',
      'a13b-expired-admin-token-put-order',
      (world) => world.change('COF-01', { id: 21 }),
      (world) => world.magento.shop.data.products.splice(1),
      'a14-expired-token-anonymous-resource',
    ],
  },
  {
    name: 'integration token as bearer, with 80 orders in the shop',
    steps: [
      (world) => world.orders(80),
      (world) => world.magento.setIntegrationAsBearer(false),
      'a10-integration-bearer-disabled',
      (world) => world.magento.setIntegrationAsBearer(true),
      'a11-integration-bearer-enabled',
      (world) => world.clock.advance(minutes(24 * 60)),
      'a11-integration-bearer-enabled',
    ],
  },
];
