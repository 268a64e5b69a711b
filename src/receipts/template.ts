import type { Align, ReceiptDocument, ReceiptElement, TextStyle } from '../../drivers/printer/document.ts';
import type { ShopPrint } from './shop-print.ts';
import { blank, centered, rule, shopHeader } from './shop-print.ts';

/**
 * What a printed document is made of, from top to bottom: named blocks, lines of one's own, codes. A template says what stands where
 * and no more: it can't compute, and what must not be missing (copy, training, a provisional payment, the cut) is printed with
 * every template.
 */
export interface Templates {
  readonly sale: readonly Block<SaleBlock>[];
  /** For whoever gets the goods as a present: no prices. */
  readonly gift: readonly Block<GiftBlock>[];
  readonly return: readonly Block<ReturnBlock>[];
  /** X and Z reports. */
  readonly shift: readonly Block<ShiftBlock>[];
}

export type TemplateKind = keyof Templates;

/** Blocks that every document may have. */
export const commonBlocks = ['logo', 'header', 'tax-number', 'footer', 'rule', 'space'] as const;
export const saleBlocks = [
  'heading',
  'lines',
  'totals',
  'tenders',
  'tax-table',
  'savings',
  'marks',
  'barcode',
] as const;
export const giftBlocks = ['title', 'heading', 'lines', 'note', 'barcode'] as const;
export const returnBlocks = [
  'title',
  'heading',
  'lines',
  'total',
  'refunds',
  'tax-table',
  'reason',
  'marks',
  'signature',
  'barcode',
] as const;
export const shiftBlocks = ['title', 'heading', 'sales', 'cash', 'counted'] as const;

export type CommonBlock = (typeof commonBlocks)[number];
export type SaleBlock = (typeof saleBlocks)[number];
export type GiftBlock = (typeof giftBlocks)[number];
export type ReturnBlock = (typeof returnBlocks)[number];
export type ShiftBlock = (typeof shiftBlocks)[number];

/** `Own` are the blocks of one kind of document. */
export type Block<Own extends string> = Own | CommonBlock | TextBlock | QrBlock;

/** A line of one's own. `{receipt}` and the other {@link placeholders} stand for values. */
export interface TextBlock {
  readonly block: 'text';
  readonly text: string;
  readonly align?: Align | undefined;
  readonly style?: readonly TextLook[] | undefined;
  readonly when?: Condition | undefined;
}

export type TextLook = keyof TextStyle;

/** A QR code, e.g. `https://shop.example/receipts/{receipt}`; in addresses values are written as addresses need them. */
export interface QrBlock {
  readonly block: 'qr';
  readonly text: string;
  readonly when?: Condition | undefined;
}

/** What a text or a QR code may be printed for only. */
export const conditions = [
  'customer',
  'no-customer',
  'card',
  'cash',
  'saved',
  'coupon',
  'offline',
  'provisional',
] as const;
export type Condition = (typeof conditions)[number];

export const placeholders = [
  'receipt',
  'date',
  'time',
  'till',
  'cashier',
  'customer',
  'total',
  'currency',
  'saved',
  'sale',
  'of',
] as const;
export type Placeholder = (typeof placeholders)[number];

/** What one document has to say, for whichever template it is printed with. */
export interface Filling<Own extends string> {
  /** Not printed; see {@link ReceiptDocument}. */
  readonly title: string;
  readonly blocks: Readonly<Record<Own, () => readonly ReceiptElement[]>>;
  readonly values: Partial<Readonly<Record<Placeholder, string>>>;
  readonly conditions: ReadonlySet<Condition>;
  /** Printed first and last, whatever the template says. */
  readonly framing: readonly ReceiptElement[];
  /** Blocks that are printed before the end where the template leaves them out. */
  readonly required: readonly Own[];
}

/** The document, ending in the cut. Empty blocks leave no gap: of two spaces with nothing between them one is printed. */
export function fillTemplate<Own extends string>(
  template: readonly Block<Own>[],
  filling: Filling<Own>,
  shop: ShopPrint,
): ReceiptDocument {
  const left = filling.required.filter((name) => !template.some((block) => block === name));
  const elements: ReceiptElement[] = [...filling.framing];
  let spaced = true;
  for (const block of [...template, ...left]) {
    if (block === 'space') {
      if (!spaced) elements.push(blank);
      spaced = true;
      continue;
    }
    const printed = printBlock(block, filling, shop);
    if (printed.length === 0) continue;
    // A QR code is read only with white paper around it.
    const isCode = printed.some(({ kind }) => kind === 'qr');
    if (isCode && !spaced) elements.push(blank);
    elements.push(...printed, ...(isCode ? [blank] : []));
    spaced = isCode;
  }
  return { title: filling.title, elements: [...elements, ...filling.framing, { kind: 'cut' }] };
}

function printBlock<Own extends string>(
  block: Block<Own>,
  filling: Filling<Own>,
  shop: ShopPrint,
): readonly ReceiptElement[] {
  if (typeof block === 'object') {
    const { text, when } = block;
    if (when !== undefined && !filling.conditions.has(when)) return [];
    return block.block === 'qr' ? [qr(text, filling.values)] : [ownText(block, filling.values)];
  }
  if (isCommon(block)) return commonBlock(block, shop);
  // What is no common block is one of the document's own.
  return filling.blocks[block as Own]();
}

const isCommon = (block: string): block is CommonBlock => (commonBlocks as readonly string[]).includes(block);

function commonBlock(block: CommonBlock, shop: ShopPrint): readonly ReceiptElement[] {
  switch (block) {
    case 'logo':
      return shop.logo === null ? [] : [{ kind: 'image', image: shop.logo, align: 'center' }];
    case 'header':
      return shopHeader(shop);
    case 'tax-number':
      return shop.taxNumber === null ? [] : [centered(`${shop.words.taxNumber} ${shop.taxNumber}`)];
    case 'footer':
      return shop.footer.map(centered);
    case 'rule':
      return [rule];
    case 'space':
      return [blank];
  }
}

function ownText({ text, align, style }: TextBlock, values: Filling<string>['values']): ReceiptElement {
  const look: TextStyle = Object.fromEntries((style ?? []).map((name) => [name, true]));
  return { kind: 'text', text: withValues(text, values), align: align ?? 'left', style: look };
}

function qr(text: string, values: Filling<string>['values']): ReceiptElement {
  const address = /^https?:/.test(text);
  return { kind: 'qr', data: withValues(text, values, address ? encodeURIComponent : undefined) };
}

/** What a document has no value for is left out. */
function withValues(text: string, values: Filling<string>['values'], write = (value: string): string => value): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => write(values[name as Placeholder] ?? ''));
}

/** The `{names}` in a text that stand for nothing. */
export function unknownPlaceholders(text: string): readonly string[] {
  const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return names.filter((name) => !(placeholders as readonly string[]).includes(name));
}
