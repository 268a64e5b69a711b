import type { Scenario } from './scenario.ts';
import { authentication } from './scenarios/authentication.ts';
import { carts } from './scenarios/carts.ts';
import { catalogue } from './scenarios/catalogue.ts';
import { documents } from './scenarios/documents.ts';
import { errors } from './scenarios/errors.ts';
import { orders } from './scenarios/orders.ts';
import { races } from './scenarios/races.ts';
import { stock } from './scenarios/stock.ts';

export const scenarios: readonly Scenario[] = [
  ...authentication,
  ...carts,
  ...races,
  ...orders,
  ...documents,
  ...stock,
  ...catalogue,
  ...errors,
];
