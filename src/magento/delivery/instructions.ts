import { unreachable } from '../../platform/brand.ts';
import { sku } from '../../platform/ids.ts';
import type { SaleLine } from '../../register/sale.ts';
import type { DeliveryInstruction } from '../../sync/lane.ts';

/** What a person decided about a document at the parking desk. */
export interface Instructions {
  /** Goods that go by another article's number than they were sold under. */
  readonly renames: readonly Rename[];
  /** The coupon is not told to Magento; the price stays as sold. */
  readonly dropsCoupon: boolean;
  /** Null: as usual. */
  readonly recipe: 'module' | 'direct' | null;
}

export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** A rename with what Magento knows of the article. */
export interface KnownRename extends Rename {
  readonly productId: number;
  /** Magento's product type. */
  readonly type: string;
}

export const noInstructions: Instructions = { renames: [], dropsCoupon: false, recipe: null };

/** Of two about the same thing the later counts. */
export function readInstructions(given: readonly DeliveryInstruction[]): Instructions {
  const renames = new Map<string, Rename>();
  let dropsCoupon = false;
  let recipe: Instructions['recipe'] = null;
  for (const instruction of given) {
    switch (instruction.kind) {
      case 'map-sku':
        renames.set(instruction.from.toLowerCase(), { from: instruction.from, to: instruction.to });
        break;
      case 'drop-coupon':
        dropsCoupon = true;
        break;
      case 'recipe':
        recipe = instruction.recipe;
        break;
      default:
        return unreachable(instruction);
    }
  }
  return { renames: [...renames.values()], dropsCoupon, recipe };
}

export const sameRenames = (a: readonly Rename[], b: readonly Rename[]): boolean =>
  a.length === b.length && a.every(({ from, to }, index) => from === b[index]?.from && to === b[index]?.to);

/** The lines with the goods that go by another number, at the name and the figures they were sold under. */
export function withOtherGoods<Line extends SaleLine>(
  lines: readonly Line[],
  renames: readonly (Rename & Partial<KnownRename>)[],
): readonly Line[] {
  if (renames.length === 0) return lines;
  const renameOf = (code: string) => renames.find(({ from }) => from.toLowerCase() === code.toLowerCase());
  return lines.map((line) => {
    const rename = renameOf(line.variant ?? line.sku);
    if (rename !== undefined) {
      return {
        ...line,
        ...article(rename),
        variant: null,
        configurableOptions: [],
        bundleSelections: [],
        children: [],
      };
    }
    const children = line.children.map((part) => {
      const other = renameOf(part.sku);
      return other === undefined ? part : { ...part, ...article(other) };
    });
    return { ...line, children };
  });
}

const article = ({ to, productId, type }: Rename & Partial<KnownRename>) => ({
  sku: sku(to),
  type: type === 'virtual' || type === 'downloadable' ? type : ('simple' as const),
  ...(productId === undefined ? {} : { productId }),
});
