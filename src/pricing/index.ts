export type * from './price-book.ts';
export { priceCart } from './price-cart.ts';
export type * from './totals.ts';
