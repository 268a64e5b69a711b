import type { Scenario } from '../scenario.ts';

export const errors: readonly Scenario[] = [
  {
    name: 'what is refused before anything happens',
    steps: [
      'g01-route-not-found',
      'g02-product-404',
      'g03-order-404',
      'g04-malformed-json',
      'g05-missing-required-param',
      'g06-unknown-field',
      'g07-wrong-type',
      'g08-cart-404',
      'g09-search-without-criteria',
      'g10-method-not-allowed',
      'g11-bad-field-filter',
      'g13-accept-xml-none',
      ({ magento }) => magento.faults.set([{ action: { kind: 'answer', status: 503 } }]),
      'h30-maintenance',
    ],
  },
];
