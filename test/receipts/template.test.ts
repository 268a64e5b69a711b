import { describe, expect, it } from 'vitest';
import { type Bitmap, paperWidths, type ReceiptElement } from '../../drivers/printer/document.ts';
import { receipt as receiptSchema } from '../../src/config/receipt-schema.ts';
import { defaultTemplates } from '../../src/receipts/default-templates.ts';
import { composeGiftReceipt, composeSaleReceipt } from '../../src/receipts/sale-receipt.ts';
import { sampleCardSale, sampleSale } from '../../src/receipts/sample-sales.ts';
import type { ShopPrint } from '../../src/receipts/shop-print.ts';
import type { Templates } from '../../src/receipts/template.ts';
import { printAsText } from './paper.ts';
import { englishShop } from './sales.ts';

const plain = { copy: false, offline: false };
const shopWith = (templates: Partial<Templates>, change: Partial<ShopPrint> = {}): ShopPrint => ({
  ...englishShop,
  ...change,
  templates: { ...defaultTemplates, ...templates },
});
const elementsOf = (sale: Templates['sale'], of = sampleSale(), options = plain): readonly ReceiptElement[] =>
  composeSaleReceipt(of, shopWith({ sale }), options).elements;
const words = (elements: readonly ReceiptElement[]): string[] =>
  elements.flatMap((element) => (element.kind === 'text' ? [element.text] : []));

describe('a template', () => {
  it('prints what it names, in its order', () => {
    const text = printAsText(
      composeSaleReceipt(sampleSale(), shopWith({ sale: ['footer', 'header'] }), plain),
      paperWidths[42],
    );
    expect(text.indexOf('Thank you!')).toBeLessThan(text.indexOf('The Corner Shop'));
    expect(text).not.toContain('Cheese knife');
  });

  it('fills in values, and leaves out what there is none of', () => {
    const text = '{receipt} {date} {time} {till} {cashier} [{customer}] {total} {currency} {saved}';
    expect(words(elementsOf([{ block: 'text', text }]))).toEqual([
      'K1-00000042 2026-11-23 09:35 K1 Jana [] £27.37 EUR £1.80',
    ]);
  });

  it('prints a text only when its condition holds', () => {
    const lines = (
      ['customer', 'no-customer', 'card', 'cash', 'saved', 'coupon', 'offline', 'provisional'] as const
    ).map((when) => ({ block: 'text', text: when, when }) as const);
    expect(words(elementsOf(lines))).toEqual(['no-customer', 'cash', 'saved']);
    const stored = words(elementsOf(lines, sampleCardSale('stored'), { copy: false, offline: true }));
    expect(stored).toEqual(expect.arrayContaining(['customer', 'card', 'saved', 'coupon', 'offline', 'provisional']));
    expect(stored).not.toContain('cash');
  });

  it('writes values into the address of a QR code as addresses need them, with white paper around it', () => {
    const elements = elementsOf(['footer', { block: 'qr', text: 'https://shop.example/r?n={customer}' }, 'footer'], {
      ...sampleCardSale('approved'),
      customer: { id: 1, groupId: 1, email: 'a@b.c', name: 'Jäne & Co' },
    });
    const at = elements.findIndex(({ kind }) => kind === 'qr');
    expect(elements[at]).toMatchObject({ data: 'https://shop.example/r?n=J%C3%A4ne%20%26%20Co' });
    expect([elements[at - 1]?.kind, elements[at + 1]?.kind]).toEqual(['feed', 'feed']);
  });

  it('leaves no gap where a block is empty', () => {
    const kinds = elementsOf(['header', 'space', 'savings', 'space', 'marks', 'space', 'footer'], {
      ...sampleSale(),
      lines: sampleSale().lines.slice(0, 1),
    }).map(({ kind }) => kind);
    expect(kinds).toEqual(['text', 'text', 'feed', 'text', 'cut']);
  });

  it('can not leave out that it is a copy, training, or not paid for certain', () => {
    const sale = composeSaleReceipt(sampleCardSale('stored'), shopWith({ sale: ['header'] }), {
      copy: true,
      offline: false,
      training: true,
    });
    const said = words(sale.elements);
    expect(said.filter((text) => text === '* COPY *')).toHaveLength(2);
    expect(said.filter((text) => text === '* TRAINING *')).toHaveLength(2);
    expect(said).toContain(englishShop.words.provisional);
    expect(sale.elements.at(-1)).toEqual({ kind: 'cut' });
  });

  it('says on a reprint what became of a provisional payment', () => {
    const said = (later: 'confirmed' | 'declined'): string =>
      words(composeSaleReceipt(sampleCardSale('stored'), englishShop, { ...plain, later }).elements).join('\n');
    expect(said('confirmed')).toContain('The bank has confirmed');
    expect(said('declined')).toContain('DECLINED');
    expect(said('declined')).not.toContain('PROVISIONAL');
  });

  it('prints the logo', () => {
    const logo: Bitmap = { width: 8, height: 1, rows: Uint8Array.of(0xff) };
    const { elements } = composeSaleReceipt(sampleSale(), { ...englishShop, logo }, plain);
    expect(elements[0]).toEqual({ kind: 'image', image: logo, align: 'center' });
  });
});

describe('a gift receipt', () => {
  it('has what was bought and the number, and no amount', () => {
    const text = printAsText(composeGiftReceipt(sampleSale(), englishShop, plain), paperWidths[42]);
    expect(text).toContain('Cheese knife');
    expect(text).toMatch(/lactose +0\.345 kg/);
    expect(text).toContain('K1-00000042');
    expect(text).not.toMatch(/\d+[.,]\d\d(?!\d)/);
    expect(text).not.toContain('£');
  });

  it('keeps its number whatever the template says', () => {
    const { elements } = composeGiftReceipt(sampleSale(), shopWith({ gift: ['header'] }), plain);
    expect(elements.some(({ kind }) => kind === 'barcode')).toBe(true);
  });
});

describe('the configuration of templates', () => {
  const problem = (sale: readonly unknown[]): string =>
    JSON.stringify(receiptSchema.safeParse({ templates: { sale } }).error?.issues ?? []);

  it('takes the templates that are used where none is configured', () => {
    expect(receiptSchema.parse({ templates: defaultTemplates }).templates).toEqual(defaultTemplates);
  });

  it.each([
    [['lines', 'signature'], 'sale'],
    [[{ block: 'text', text: 'Hello {nmae}' }], 'there is no {nmae}'],
    [[{ block: 'text', text: 'x', when: 'raining' }], 'when'],
    [[{ block: 'script', text: 'x' }], 'block'],
    [[], 'Too small'],
  ])('refuses %j', (sale, words) => {
    expect(problem(sale)).toContain(words);
  });
});
