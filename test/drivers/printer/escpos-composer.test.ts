import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../drivers/printer/command.ts';
import { paperWidths, type ReceiptElement, usualPulse } from '../../../drivers/printer/document.ts';
import { composeEscpos } from '../../../drivers/printer/escpos-composer.ts';
import { escposStream } from '../../../drivers/printer/escpos-decoder.ts';
import { paperText } from '../../../drivers/printer/paper-text.ts';
import { characterOf, printableText } from '../../../drivers/printer/printable-text.ts';
import type { PaperElement } from '../../../drivers/printer/virtual-paper.ts';
import { printOnPaper } from '../../receipts/paper.ts';

const paper = paperWidths[48];
const compose = (...elements: ReceiptElement[]): Buffer =>
  Buffer.from(composeEscpos({ title: 'test', elements }, paper));
const print = (...elements: ReceiptElement[]): readonly PaperElement[] =>
  printOnPaper({ title: 'test', elements }, paper).elements;
const commands = (...elements: ReceiptElement[]): Command[] =>
  escposStream()
    .push(compose(...elements))
    .map(({ command }) => command);
const text = (words: string): ReceiptElement => ({ kind: 'text', text: words });
const firstLine = (elements: readonly PaperElement[]): string => {
  const [line] = elements;
  return line?.kind === 'line' ? line.runs.map((run) => run.text).join('') : `(${line?.kind})`;
};

describe('composeEscpos', () => {
  it('begins with a reset, then code page 858, whatever was printed before', () => {
    expect(compose(text('x')).subarray(0, 5).toString('hex')).toBe('1b401b7413');
    const twice = [compose(text('€')), compose(text('€'))];
    expect(twice[0]!.equals(twice[1]!)).toBe(true);
  });

  it('sends the euro and umlauts as code page 858 has them', () => {
    expect(compose(text('ÄÖÜß€é')).includes(Buffer.from('8e999ae1d582', 'hex'))).toBe(true);
  });

  it('agrees with the printer about every character of the code page', () => {
    for (let byte = 0x20; byte <= 0xff; byte += 1) {
      const character = characterOf(byte);
      // No-break space and soft hyphen become plain; 7F is no character.
      if (character === undefined || printableText(character) !== character) continue;
      expect(firstLine(print(text(`x${character}x`)))).toBe(`x${character}x`);
    }
  });

  it('keeps the code page after a cut', () => {
    const receipt = commands(text('a'), { kind: 'cut' }, text('ü'));
    expect(receipt.filter(({ kind }) => kind === 'initialise')).toHaveLength(1);
  });

  it('keeps empty lines', () => {
    expect(print(text('a\n\nb'))).toHaveLength(3);
  });

  it('draws a line that no code page holds, at the height of a line', () => {
    const [line] = print(text('Łódź'));
    expect(line).toMatchObject({ kind: 'image', image: { width: paper.dots, height: 30 } });
    const black = line?.kind === 'image' ? line.image.rows.reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0) : 0;
    expect(black).toBeGreaterThan(30);
  });

  it('makes typography plain instead of drawing it', () => {
    expect(firstLine(print(text('“A” – B… ‚c’\u202f1')))).toBe('"A" - B... ,c\' 1');
  });

  it('prints styles and alignment, and ends them with their line', () => {
    const lines = print(
      { kind: 'text', text: 'big', align: 'center', style: { bold: true, wide: true, tall: true, underline: true } },
      { kind: 'text', text: 'tall', style: { tall: true } },
      text('plain'),
    );
    const style = { bold: false, underline: false, wide: false, tall: false };
    expect(lines).toMatchObject([
      { align: 'center', height: 48, runs: [{ style: { bold: true, wide: true, tall: true, underline: true } }] },
      { align: 'left', runs: [{ text: 'tall', style: { ...style, tall: true } }] },
      { align: 'left', height: 30, runs: [{ text: 'plain', style }] },
    ]);
  });

  it('opens the drawer with both times of the pulse', () => {
    expect(compose({ kind: 'drawer', pulse: usualPulse }).includes(Buffer.from('1b700019fa', 'hex'))).toBe(true);
    expect(
      compose({ kind: 'drawer', pulse: { pin: 5, on: 9999, off: 0 } }).includes(Buffer.from('1b7001ff01', 'hex')),
    ).toBe(true);
  });

  it('prints bar codes as wide as the paper allows, and as text where they do not fit or are wrong', () => {
    const code = (data: string): ReceiptElement => ({ kind: 'barcode', symbology: 'CODE128', data });
    expect(print(code('K1-00000042'))).toMatchObject([
      { kind: 'barcode', moduleWidth: 3, bars: { text: 'K1-00000042' } },
    ]);
    const narrow = printOnPaper({ title: '', elements: [code('MARKET-3-00000042')] }, paperWidths[32]);
    expect(narrow.elements).toMatchObject([{ kind: 'barcode', moduleWidth: 2 }]);
    const tooLong = printOnPaper({ title: '', elements: [code('ABCDEFGHIJKLMNOPQRSTUVWXYZ')] }, paperWidths[32]);
    expect(paperText(tooLong, paperWidths[32]).trim()).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    expect(firstLine(print(code('Größe')))).toBe('Größe');
    const ean = (data: string): ReceiptElement => ({ kind: 'barcode', symbology: 'EAN13', data });
    expect(print(ean('4006381333931'))).toMatchObject([{ kind: 'barcode', symbology: 'EAN13' }]);
    expect(firstLine(print(ean('4006381333932')))).toBe('4006381333932');
  });

  it('sends QR data by its length in bytes', () => {
    expect(print({ kind: 'qr', data: 'https://käse.example/€' })).toMatchObject([
      { kind: 'qr', data: 'https://käse.example/€', align: 'center' },
    ]);
    expect(firstLine(print({ kind: 'qr', data: 'x'.repeat(400) }))).toMatch(/^x+$/);
  });

  it('sends a tall image in bands', () => {
    const image = { width: 16, height: 600, rows: new Uint8Array(1200).fill(0xaa) };
    expect(print({ kind: 'image', image })).toMatchObject([
      { image: { height: 255 } },
      { image: { height: 255 } },
      { image: { height: 90 } },
    ]);
  });

  it('cuts an image to the paper', () => {
    const image = { width: 800, height: 2, rows: Uint8Array.from({ length: 200 }, (_, index) => index % 100) };
    const [cut] = print({ kind: 'image', image });
    expect(cut).toMatchObject({ image: { width: 576, height: 2 } });
    expect(cut?.kind === 'image' && cut.image.rows[72 + 5]).toBe(5);
  });

  it('lets no image and no bar code hide a real-time command', () => {
    // DLE DC4 1 0 1 would open the drawer; as digits it is "1620010001".
    const rows = Uint8Array.of(0x10, 0x14, 0x01, 0x00, 0x01, 0x10, 0x04, 0x01);
    expect(print({ kind: 'image', image: { width: 64, height: 1, rows } })).toHaveLength(1);
    expect(print({ kind: 'barcode', symbology: 'CODE128', data: '1620010001' })).toMatchObject([
      { kind: 'barcode', bars: { text: '1620010001' } },
    ]);
  });

  it('carries no command out of any text: only letters reach the paper', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 80 });
    const element: fc.Arbitrary<ReceiptElement> = fc.oneof(
      fc.record({ kind: fc.constant('text' as const), text: hostile }),
      fc.record({ kind: fc.constant('left-right' as const), left: hostile, right: hostile }),
      fc.record({ kind: fc.constant('qr' as const), data: hostile }),
      fc.record({
        kind: fc.constant('barcode' as const),
        symbology: fc.constantFrom('CODE128' as const, 'EAN13' as const),
        data: hostile,
      }),
    );
    const allowed = new Set<Command['kind']>([
      ...(['initialise', 'code-page', 'line-pitch', 'align', 'text', 'line-feed', 'image'] as const),
      ...(['barcode', 'barcode-text', 'barcode-font', 'barcode-width', 'barcode-height'] as const),
      ...(['qr-setting', 'qr-data', 'qr-print'] as const),
    ]);
    fc.assert(
      fc.property(fc.array(element, { maxLength: 4 }), (elements) => {
        for (const { kind } of commands(...elements)) expect(allowed).toContain(kind);
        print(...elements);
      }),
      { numRuns: 400 },
    );
  });
});
