import { describe, expect, it } from 'vitest';
import { paperWidths } from '../../drivers/printer/document.ts';
import { composeReturnReceipt } from '../../src/receipts/return-receipt.ts';
import { sampleReturn } from '../../src/receipts/sample-sales.ts';
import { printAsText } from './paper.ts';
import { englishShop, germanShop } from './sales.ts';

const plain = { copy: false, offline: false };

describe('composeReturnReceipt on paper', () => {
  it('goods with their receipt, for cash', async () => {
    const text = printAsText(composeReturnReceipt(sampleReturn(), germanShop, plain), paperWidths[42]);
    await expect(text).toMatchFileSnapshot('golden/return-de-42.txt');
  });

  it('without a receipt, to a card of which no more than ten digits are printed', () => {
    const { totals } = sampleReturn();
    const card = {
      paymentId: '01890a5d-ac96-774b-bcce-b302099a8058',
      outcome: 'approved' as const,
      brand: 'Visa',
      maskedPan: '5413330089604444',
      authorizationCode: null,
      terminalReference: null,
      entryMode: 'chip' as const,
    };
    const taken = {
      ...sampleReturn(),
      of: null,
      refunds: [{ kind: 'card' as const, amount: totals.grandTotal, card, refundOf: null }],
    };
    const text = printAsText(composeReturnReceipt(taken, englishShop, { copy: true, offline: true }), paperWidths[48]);
    expect(text).toContain('Without receipt');
    expect(text).toMatch(/Paid back to card +16\.20/);
    expect(text).toContain('541333******4444');
    expect(text).toContain('C O P Y');
    expect(text).toContain('Recorded without network.');
  });

  it('ends in the shop’s slip of a card terminal that has no printer', () => {
    const { totals } = sampleReturn();
    const card = {
      paymentId: '01890a5d-ac96-774b-bcce-b302099a8058',
      outcome: 'approved' as const,
      brand: 'girocard',
      maskedPan: '******4444',
      authorizationCode: null,
      terminalReference: null,
      entryMode: 'chip' as const,
      slip: { customer: ['KUNDENBELEG'], merchant: ['HÄNDLERBELEG'] },
    };
    const refunds = [{ kind: 'card' as const, amount: totals.grandTotal, card, refundOf: null }];
    const { elements } = composeReturnReceipt({ ...sampleReturn(), refunds }, germanShop, plain);
    const texts = elements.flatMap((element) => (element.kind === 'text' ? [element.text] : []));
    expect(texts.filter((text) => text.endsWith('BELEG'))).toEqual(['KUNDENBELEG', 'HÄNDLERBELEG']);
    expect(elements.slice(-2)).toEqual([{ kind: 'text', text: 'HÄNDLERBELEG' }, { kind: 'cut' }]);
  });

  it('always says that it is a return, and how much was paid back how', () => {
    const bare = { ...englishShop, templates: { ...englishShop.templates, return: ['header' as const] } };
    const text = printAsText(composeReturnReceipt(sampleReturn(), bare, plain), paperWidths[48]);
    expect(text).toContain('R E T U R N');
    expect(text).toMatch(/REFUND +£16\.20/);
    expect(text).toMatch(/Paid back in cash +16\.20/);
  });
});
