import type { ReturnLine } from '../../register/return.ts';

/** So many of an article. */
export interface Goods {
  readonly sku: string;
  readonly quantity: number;
}

/** What of a return goes back on the shelf, by SKU: the variant for a configurable, the parts for a bundle; nothing virtual. */
export function goodsForTheShelf(lines: readonly ReturnLine[]): readonly Goods[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines.filter(({ restock }) => restock).flatMap(goodsOf)) {
    quantities.set(sku, Math.round(((quantities.get(sku) ?? 0) + quantity) * 10_000) / 10_000);
  }
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

function goodsOf(line: ReturnLine): readonly Goods[] {
  if (line.type === 'bundle') {
    // A part's quantity is that of one bundle.
    return line.children
      .filter(({ type }) => isKept(type))
      .map(({ sku, quantity }) => ({ sku, quantity: quantity * line.quantity }));
  }
  return isKept(line.type) ? [{ sku: line.variant ?? line.sku, quantity: line.quantity }] : [];
}

const isKept = (type: string): boolean => type !== 'virtual' && type !== 'downloadable';

/** E.g. `2 × COF-01, 1 × TEA-03`. */
export const goodsInWords = (goods: readonly Goods[]): string =>
  goods.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ');
