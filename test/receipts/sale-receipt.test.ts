import { describe, expect, it } from 'vitest';
import { paperWidths } from '../../drivers/printer/document.ts';
import { hundredths, money, zero } from '../../src/money/money.ts';
import { composeSaleReceipt, opensDrawer } from '../../src/receipts/sale-receipt.ts';
import type { CardReceipt, CompletedSale, Tender } from '../../src/register/sale.ts';
import { printAsText } from './paper.ts';
import { basket, englishShop, germanShop, grossLine, saleOf } from './sales.ts';

const plain = { copy: false, offline: false };
const card: CardReceipt = {
  paymentId: '01890a5d-ac96-774b-bcce-b302099a8058',
  outcome: 'approved',
  brand: 'Visa',
  maskedPan: '541333******4444',
  authorizationCode: '123456',
  terminalReference: 'T-0815',
  entryMode: 'contactless',
};
const payingByCard = (sale: CompletedSale, details: Partial<CardReceipt> = {}): CompletedSale => ({
  ...sale,
  tenders: [{ kind: 'card', amount: sale.totals.grandTotal, card: { ...card, ...details } }],
  change: zero,
});
const print = (sale: CompletedSale, options = plain, shop = germanShop): string =>
  printAsText(composeSaleReceipt(sale, shop, options), paperWidths[48]);

describe('composeSaleReceipt on paper', () => {
  it.each([32, 42, 48] as const)('a cash sale, German, %i columns', async (columns) => {
    const text = printAsText(composeSaleReceipt(basket(), germanShop, plain), paperWidths[columns]);
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(columns);
    await expect(text).toMatchFileSnapshot(`golden/cash-de-${columns}.txt`);
  });

  it('a card sale with customer and coupon, English', async () => {
    const sale = payingByCard({
      ...saleOf([
        grossLine({ name: 'Umbrella', unitPrice: '12.00', percent: 20, discounts: { 'Rainy day': '2.00' } }, 1),
      ]),
      customer: { id: 7, groupId: 1, email: 'jane@example.com', name: 'Jane Doe' },
      coupon: 'RAIN',
      currency: 'GBP',
    });
    const text = printAsText(composeSaleReceipt(sale, englishShop, plain), paperWidths[42]);
    expect(text).not.toContain('jane@example.com');
    await expect(text).toMatchFileSnapshot('golden/card-en-42.txt');
  });

  it('a copy of a provisional card sale made offline', async () => {
    const sale = payingByCard(basket(), {
      outcome: 'approved-offline',
      authorizationCode: null,
      terminalReference: null,
    });
    await expect(print(sale, { copy: true, offline: true })).toMatchFileSnapshot('golden/copy-provisional-de-48.txt');
  });

  it('prints the slips of a card terminal that has no printer: the customer’s on the receipt, the shop’s behind it', () => {
    const slip = {
      customer: ['      KUNDENBELEG', 'Beleg-Nr.  0471', '', 'Zahlung erfolgt'],
      merchant: ['     HÄNDLERBELEG', 'Beleg-Nr.  0471'],
    };
    const sale = payingByCard(basket(), { slip });
    // A copy is for the customer.
    const text = print(sale, { copy: true, offline: false });
    expect(text).not.toContain('HÄNDLERBELEG');
    expect(text).toContain('      KUNDENBELEG\nBeleg-Nr.  0471\n\nZahlung erfolgt');
    expect(text).not.toContain('541333');
    const { elements } = composeSaleReceipt(sale, germanShop, plain);
    const cuts = elements.flatMap(({ kind }, index) => (kind === 'cut' ? [index] : []));
    expect(cuts).toHaveLength(2);
    expect(cuts[1]).toBe(elements.length - 1);
    const behind = elements.slice((cuts[0] ?? 0) + 1, -1);
    expect(behind).toEqual(slip.merchant.map((words) => ({ kind: 'text', text: words })));
    // A slip of which only the shop's part came leaves the card on the receipt as usual.
    const shopOnly = payingByCard(basket(), { slip: { ...slip, customer: [] } });
    expect(print(shopOnly, { copy: true, offline: false })).toContain('541333******4444');
  });

  it('marks only what deserves it', () => {
    const ordinary = print(basket());
    expect(ordinary).not.toMatch(/K O P I E|VORLÄUFIG|Ohne Netz/);
    expect(print(basket(), { copy: true, offline: false })).toContain('K O P I E');
    expect(print(basket(), { copy: false, offline: true })).toContain('Ohne Netz erfasst.');
    expect(print(payingByCard(basket(), { outcome: 'approved-offline' }))).toContain('VORLÄUFIG');
    expect(print(payingByCard(basket()))).not.toContain('VORLÄUFIG');
  });

  it('never prints a whole card number, whatever it is handed', () => {
    const text = print(payingByCard(basket(), { maskedPan: '5413330089604444' }));
    expect(text).toContain('541333******4444');
    expect(text).not.toContain('5413330089604444');
  });

  it('shows the way from net prices to the total where the lines alone do not add up', () => {
    const [line] = saleOf([grossLine({ name: 'Chair', unitPrice: '119.00', percent: 19 }, 1)]).lines;
    // Net shop: 10.00 off the net price of 100.00, 19 % on the rest.
    const net = { ...line!, discount: money('10.00'), tax: money('17.10'), taxCompensation: zero };
    const text = print(saleOf([{ ...net, discounts: [{ ruleId: 1, name: 'Ten off', amount: money('10.00') }] }]));
    expect(text).toMatch(/Zwischensumme netto +100,00/);
    expect(text).toMatch(/Rabatt +-10,00/);
    expect(text).toMatch(/Steuer +17,10/);
    expect(text).toMatch(/SUMME +107,10 €/);
  });

  it('shows a discount no rule accounts for under the general word', () => {
    const line = grossLine({ name: 'Stool', unitPrice: '20.00', percent: 19, discounts: { Sale: '2.00' } }, 1);
    expect(print(saleOf([{ ...line, discounts: [] }]))).toMatch(/Rabatt +-2,00/);
  });

  it('cannot be made to open the drawer by a product name', () => {
    // The virtual printer fails this test for any stray command byte.
    const text = print(
      saleOf([
        grossLine({ name: 'Evil\x1bp\x00\x19\xfa\x10\x14\x01\x00\x05cheese', unitPrice: '1.00', percent: 7 }, 1),
      ]),
    );
    expect(text).toContain('Evilp');
    expect(text).toContain('cheese');
  });

  it('prints names that no code page holds', () => {
    const text = print(saleOf([grossLine({ name: 'Żubrówka Ωmega Борщ', unitPrice: '9.99', percent: 19 }, 1)]));
    expect(text).toContain('[image 576x30]');
  });
});

describe('opensDrawer', () => {
  const cash: Tender = { kind: 'cash', amount: money('5.00'), tendered: money('5.00') };
  it('for cash, also beside a card', () => {
    expect(opensDrawer(basket())).toBe(true);
    const mixed = payingByCard(basket());
    expect(opensDrawer({ ...mixed, tenders: [...mixed.tenders, cash] })).toBe(true);
  });
  it('not for a card alone', () => {
    expect(opensDrawer(payingByCard(basket()))).toBe(false);
  });
  it('for change, whatever was paid with', () => {
    expect(opensDrawer({ ...payingByCard(basket()), change: hundredths(1) })).toBe(true);
  });
});
