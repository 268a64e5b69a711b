import { describe, expect, it } from 'vitest';
import { type PaperWidth, paperWidths, type ReceiptElement } from '../../drivers/printer/document.ts';
import { documentText } from '../../drivers/printer/document-text.ts';
import { composeEscpos } from '../../drivers/printer/escpos-composer.ts';
import { glyphOf } from '../../drivers/printer/font/glyphs.ts';
import { layOut } from '../../drivers/printer/layout.ts';
import { inCodePage } from '../../drivers/printer/printable-text.ts';
import { composeStar } from '../../drivers/printer/star-composer.ts';
import { VirtualPrinter } from '../../drivers/printer/virtual-printer.ts';
import { EscposTalk, StarTalk } from '../../drivers/printer/virtual-talk.ts';
import { sampleDocument, sampleKinds } from '../../src/assembly/receipt-preview.ts';
import { builtInLanguages, type Language } from '../../src/languages/language.ts';
import { silentLogger } from '../../src/platform/log.ts';
import type { ShopPrint } from '../../src/receipts/shop-print.ts';
import { germanShop } from './sales.ts';

const languages = builtInLanguages.map((language) => [language.code, language] as const);
const shopIn = (language: Language): ShopPrint => ({ ...germanShop, words: language.receipts });
const papers: readonly PaperWidth[] = [paperWidths[32], paperWidths[42], paperWidths[48]];

const linesOf = (element: ReceiptElement, columns: number): string[] =>
  element.kind === 'text' || element.kind === 'left-right' || element.kind === 'columns'
    ? layOut(element, columns).map(({ text }) => text)
    : [];

describe.each(languages)('receipts in %s', (code, language) => {
  it('look as agreed, on the narrowest paper', async () => {
    const shown = sampleKinds.map(
      (kind) => `## ${kind}\n${documentText(sampleDocument(kind, shopIn(language)), paperWidths[32])}`,
    );
    await expect(shown.join('\n')).toMatchFileSnapshot(`golden/samples-${code}-32.txt`);
  });

  it('print every letter: by the printer’s own font, or else drawn with ours', () => {
    for (const kind of sampleKinds) {
      for (const element of sampleDocument(kind, shopIn(language)).elements) {
        for (const line of linesOf(element, 32)) {
          const drawn = [...line].filter((letter) => letter !== ' ' && glyphOf(letter) === undefined);
          expect([line, inCodePage(line) ? [] : drawn]).toEqual([line, []]);
        }
      }
    }
  });

  it('give no printer anything it would print wrong, on any paper', () => {
    for (const paper of papers) {
      for (const kind of sampleKinds) {
        const document = sampleDocument(kind, shopIn(language));
        for (const [compose, talk] of [
          [composeEscpos, new EscposTalk()],
          [composeStar, new StarTalk()],
        ] as const) {
          const printer = new VirtualPrinter({ paper, log: silentLogger, talk });
          printer.receive(compose(document, paper));
          expect([kind, printer.problems]).toEqual([kind, []]);
          expect(printer.receipts).toHaveLength(1);
          const printed = printer.receipts[0]?.elements.flatMap((element) =>
            element.kind === 'line' ? element.runs.map(({ text }) => text) : [],
          );
          expect(printed?.join('')).not.toContain('?');
        }
      }
    }
  });

  it('have no line beyond the paper’s edge', () => {
    for (const { columns } of papers) {
      for (const kind of sampleKinds) {
        for (const element of sampleDocument(kind, shopIn(language)).elements) {
          for (const line of linesOf(element, columns)) expect([...line].length).toBeLessThanOrEqual(columns);
        }
      }
    }
  });
});
