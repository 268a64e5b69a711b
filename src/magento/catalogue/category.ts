import { z } from 'zod';
import { flag, type Mapped, mapped, number } from './mapped.ts';

/** A category as far as rules depend on it. */
export interface Category {
  readonly id: number;
  /** From the root of all categories down to this one, itself included. */
  readonly path: readonly number[];
  /** An anchor category also shows, and rules also find in it, what its subcategories hold. */
  readonly anchor: boolean;
  readonly active: boolean;
}

const body = z.object({
  id: number,
  path: z.string(),
  is_active: flag,
  custom_attributes: z.array(z.object({ attribute_code: z.string(), value: z.unknown() })).nullish(),
});

/** One item of `GET /V1/categories/list`. */
export function mapCategory(item: unknown): Mapped<Category> {
  return mapped(body, item, (category) => {
    const path = category.path.split('/').map(Number);
    if (path.some(Number.isNaN)) return { ok: false, reason: `path: "${category.path}" is not a path of ids` };
    const anchor = category.custom_attributes?.find((attribute) => attribute.attribute_code === 'is_anchor')?.value;
    return {
      ok: true,
      record: {
        id: category.id,
        path,
        // Magento's default for categories made since 2.0 (`Catalog\Model\Category` attribute `is_anchor`, default 1).
        anchor: anchor === undefined || anchor === null || anchor === true || String(anchor) === '1',
        active: category.is_active,
      },
    };
  });
}

/**
 * The categories a rule finds a product in: those it was put into, and for a product that shoppers can see also the anchor
 * categories above each active one, and the store's root (`Magento\Catalog\Model\ProductCategoryList` reads the category
 * index, which `Indexer\Category\Product\AbstractAction` fills so).
 */
export function withAnchorCategories(
  categoryIds: readonly number[],
  visibleInCatalogue: boolean,
  categories: ReadonlyMap<number, Category>,
  rootCategoryId: number | null,
): readonly number[] {
  if (!visibleInCatalogue) return categoryIds;
  const found = new Set(categoryIds);
  if (rootCategoryId !== null) found.add(rootCategoryId);
  for (const id of categoryIds) {
    const category = categories.get(id);
    if (!category?.active) continue;
    for (const above of category.path) if (above !== technicalRoot && categories.get(above)?.anchor) found.add(above);
  }
  return [...found];
}

/** The root of all roots (`Magento\Catalog\Model\Category::TREE_ROOT_ID`); no product is ever in it. */
const technicalRoot = 1;
