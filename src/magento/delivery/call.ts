/** Every call that delivery makes. */
export type Call =
  | 'search-orders'
  | 'open-cart'
  | 'add-item'
  | 'apply-coupon'
  | 'set-address'
  | 'place'
  | 'create'
  | 'find-order'
  | 'read-cart'
  | 'read-order'
  | 'amend'
  | 'read-customer'
  | 'invoice'
  | 'ship'
  | 'cancel'
  | 'read-shipments'
  | 'read-product'
  | 'search-memos'
  | 'refund'
  | 'read-stock'
  | 'lay-out'
  | 'shelve'
  | 'comment'
  | 'hold'
  | 'readdress'
  | 'send-mail'
  | 'search-customers'
  | 'create-customer';

export const cartCalls: readonly Call[] = ['add-item', 'apply-coupon', 'set-address'];
/** Calls whose refusal is about this one document; the others would refuse every one. */
export const documentCalls: ReadonlySet<Call> = new Set([
  ...cartCalls,
  'place',
  'create',
  'amend',
  'invoice',
  'ship',
  'cancel',
  'read-order',
  'read-product',
  'refund',
  'lay-out',
  'shelve',
  'comment',
  'hold',
  'readdress',
  'send-mail',
  'create-customer',
]);
/** Calls that change nothing: doing them again is always right. */
export const reads: ReadonlySet<Call> = new Set([
  'search-orders',
  'find-order',
  'read-cart',
  'read-order',
  'read-customer',
  'read-shipments',
  'read-product',
  'search-memos',
  'read-stock',
  'search-customers',
]);
/** Calls that only some documents need: without the permission for them the others get through all the same. */
export const ofSomeDocuments: ReadonlySet<Call> = new Set([
  'read-product',
  'search-memos',
  'refund',
  'read-stock',
  'lay-out',
  'shelve',
  'comment',
  'hold',
  'readdress',
  'send-mail',
  'search-customers',
  'create-customer',
]);
/** Calls that come first for any sale: when they get no answer, no sale will. */
export const everySaleCalls: ReadonlySet<Call> = new Set(['search-orders', 'open-cart']);
