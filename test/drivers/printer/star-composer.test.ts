import { describe, expect, it } from 'vitest';
import { type PaperWidth, paperWidths, type ReceiptElement, usualPulse } from '../../../drivers/printer/document.ts';
import { paperText } from '../../../drivers/printer/paper-text.ts';
import { composeStar } from '../../../drivers/printer/star-composer.ts';
import { VirtualPrinter } from '../../../drivers/printer/virtual-printer.ts';
import { StarTalk } from '../../../drivers/printer/virtual-talk.ts';
import { silentLogger } from '../../../src/platform/log.ts';

function printed(elements: ReceiptElement[], paper: PaperWidth = paperWidths[32]): VirtualPrinter {
  const printer = new VirtualPrinter({ paper, log: silentLogger, talk: new StarTalk() });
  printer.receive(composeStar({ title: 'test', elements }, paper));
  expect(printer.problems).toEqual([]);
  return printer;
}

const text = (elements: ReceiptElement[]): string => {
  const [receipt] = printed([...elements, { kind: 'cut' }]).receipts;
  return receipt === undefined ? '' : paperText(receipt, paperWidths[32]);
};

describe('composeStar', () => {
  it('initialises, chooses font, pitch and code page, and needs nothing from before', () => {
    const bytes = composeStar({ title: 'x', elements: [] }, paperWidths[48]);
    expect(Buffer.from(bytes).toString('hex')).toBe('1b401b1d74041b1e46001b4d1b7a01');
  });

  it('prints text in every style and place as an ESC/POS printer would', () => {
    expect(
      text([
        { kind: 'text', text: 'Grüße €', align: 'center', style: { bold: true, tall: true, wide: true } },
        { kind: 'left-right', left: 'Käse', right: '3,23' },
        { kind: 'rule' },
        { kind: 'text', text: 'rechts', align: 'right', style: { underline: true } },
      ]),
    ).toMatchInlineSnapshot(`
      "         G r ü ß e   €
      Käse                        3,23
      --------------------------------
                                rechts
      - - - - - - - - - - - - - - - 8<
      "
    `);
  });

  it('goes back to normal after a style', () => {
    const [receipt] = printed([
      { kind: 'text', text: 'BIG', style: { wide: true, tall: true, bold: true, underline: true } },
      { kind: 'text', text: 'small' },
      { kind: 'cut' },
    ]).receipts;
    const runs = receipt?.elements.flatMap((element) => (element.kind === 'line' ? element.runs : []));
    expect(runs?.map(({ style }) => style)).toEqual([
      { bold: true, underline: true, wide: true, tall: true },
      { bold: false, underline: false, wide: false, tall: false },
    ]);
  });

  it('sends control characters of a product name to no printer', () => {
    const bytes = Buffer.from(
      composeStar({ title: 'x', elements: [{ kind: 'text', text: 'a\x07\x1c\x1bd3b\x05' }] }, paperWidths[32]),
    );
    expect(bytes.includes(0x07)).toBe(false);
    expect(bytes.includes(0x1c)).toBe(false);
    expect(bytes.includes(0x05)).toBe(false);
    expect(bytes.toString('latin1')).toContain('ad3b');
  });

  it.each([
    ['K1-00000042', 'K1-00000042'],
    ['100% %0 {B}', '100% %0 {B}'],
  ])('prints CODE128 of %j', (data, shown) => {
    const [receipt] = printed(
      [{ kind: 'barcode', symbology: 'CODE128', data }, { kind: 'cut' }],
      paperWidths[48],
    ).receipts;
    expect(receipt?.elements[0]).toMatchObject({ kind: 'barcode', bars: { text: shown }, align: 'center' });
  });

  it('prints EAN-13, and as text what is none or does not fit', () => {
    const kinds = (data: string, symbology: 'EAN13' | 'CODE128'): (string | undefined)[] =>
      printed([{ kind: 'barcode', symbology, data }, { kind: 'cut' }]).receipts[0]?.elements.map(({ kind }) => kind) ??
      [];
    expect(kinds('4006381333931', 'EAN13')).toEqual(['barcode']);
    expect(kinds('4006381333930', 'EAN13')).toEqual(['line']);
    expect(kinds('A-VERY-LONG-ARTICLE-NUMBER', 'CODE128')).toEqual(['line']);
  });

  it('counts the bytes of a QR code, not its characters', () => {
    const [receipt] = printed([
      { kind: 'qr', data: 'Käse €' },
      { kind: 'text', text: 'after' },
      { kind: 'cut' },
    ]).receipts;
    expect(receipt?.elements).toMatchObject([
      { kind: 'qr', data: 'Käse €' },
      { kind: 'line', runs: [{ text: 'after' }] },
    ]);
  });

  it('prints what the code page lacks as an image, strips without gaps', () => {
    const [receipt] = printed([
      { kind: 'text', text: 'Łódź' },
      { kind: 'text', text: 'TALL Ω', style: { tall: true } },
      { kind: 'text', text: 'plain' },
      { kind: 'cut' },
    ]).receipts;
    expect(
      receipt?.elements.map((element) => [element.kind, element.kind === 'image' ? element.image.height : 0]),
    ).toEqual([
      ['image', 24],
      ['image', 24],
      ['image', 24],
      ['line', 0],
    ]);
  });

  it('opens the drawer with the pulse that was asked for', () => {
    const pins: number[] = [];
    const printer = new VirtualPrinter({ paper: paperWidths[32], log: silentLogger, talk: new StarTalk() });
    printer.on('drawer', ({ pin }) => pins.push(pin));
    const bytes = composeStar({ title: 'x', elements: [{ kind: 'drawer', pulse: usualPulse }] }, paperWidths[32]);
    expect(Buffer.from(bytes).toString('hex')).toMatch(/1b07053207$/);
    printer.receive(bytes);
    expect(pins).toEqual([2]);
  });
});
