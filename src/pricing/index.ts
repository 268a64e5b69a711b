export type * from './price-book.ts';
export type * from './totals.ts';
