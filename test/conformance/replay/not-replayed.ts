/** What was recorded and is neither replayed nor checked, by reason. The test fails for anything that is in no list. */
export const notReplayed: Readonly<Record<string, readonly string[]>> = {
  "the server's command line (`bin/magento inventory:reservation:…`), not REST": [
    'e20-list-inconsistencies',
    'e21-create-compensations',
    'e22-list-again',
    'e23-list-inconsistencies-complete-direct',
  ],
  "a web customer's or guest's own cart: a till signs in as an integration": [
    'e50-carts-mine',
    'e51-put-carts-mine-reserved',
    'e51a-put-carts-mine-reserved',
    'e51b-same-number-put-carts-mine-reserved',
    'e52-place-mine',
    'e52a-place-mine',
    'e52b-same-number-place-mine',
    'e55-guest-cart',
    'e56-guest-add',
    'e57-guest-shipping',
    'e58-guest-payinfo-place',
    'e59-guest-place-again',
    'e59b-guest-cart-items-after',
  ],
  'in-store pickup: a counter sale is not collected later': [
    'e60-instore-pickup-shipping',
    'e61-instore-place',
    'e64-pickup-locations',
  ],
  'the asynchronous API needs a queue consumer on the server and adds nothing a till could rely on': [
    'e70-async-post-order',
    'e71-async-bulk-orders',
    'e72-bulk-status-before',
    'e73-bulk-status-after',
  ],
  "importers' bulk price calls, which a till never makes": ['f01-what-touches-updated_at'],
  'timings only': ['f60-page-costs'],
  "a fault of the server's stock indexer under parallel transfers; the fault `error-after` makes the like happen on demand":
    ['g40-parallel-transfers'],
  'two ways of computing totals compared with each other; the price engine is compared with their results': [
    'h01-rest-vs-php-oracle',
  ],
  'recorded while other products were being deleted: it lists 967 and counts 946': ['h45-pagesize-0'],
};
