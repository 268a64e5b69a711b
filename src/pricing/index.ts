export { explainPrice, explainSale, type PriceQuestion } from './explain.ts';
export type * from './price-book.ts';
export { priceCart } from './price-cart.ts';
export type * from './totals.ts';
