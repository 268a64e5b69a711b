import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paperWidths } from '../../../drivers/printer/document.ts';
import { composeEscpos } from '../../../drivers/printer/escpos-composer.ts';
import { escposStream } from '../../../drivers/printer/escpos-decoder.ts';
import { paperSvg } from '../../../drivers/printer/paper-svg.ts';
import { paperText } from '../../../drivers/printer/paper-text.ts';
import { VirtualPrinter } from '../../../drivers/printer/virtual-printer.ts';
import { silentLogger } from '../../../src/platform/log.ts';

const paper = paperWidths[32];

function printer(roll?: number): { printer: VirtualPrinter; answers: number[]; send(...bytes: number[]): void } {
  const virtual = new VirtualPrinter({ paper, log: silentLogger, ...(roll === undefined ? {} : { roll }) });
  const answers: number[] = [];
  virtual.connect((bytes) => answers.push(...bytes));
  return { printer: virtual, answers, send: (...bytes) => virtual.receive(Uint8Array.from(bytes)) };
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const cut = [0x1d, 0x56, 66, 0];

describe('the virtual printer', () => {
  it('prints lines and cuts them off', () => {
    const { printer: virtual, send } = printer();
    const seen: number[] = [];
    virtual.on('receipt', ({ elements }) => seen.push(elements.length));
    send(...ascii('one\ntwo\n'));
    expect(virtual.current.elements).toHaveLength(2);
    send(...cut);
    expect(virtual.current.elements).toHaveLength(0);
    expect(seen).toEqual([2]);
    expect(paperText(virtual.receipts[0]!, paper)).toBe('one\ntwo\n- - - - - - - - - - - - - - - 8<\n');
  });

  it.each([
    ['a byte that is no command', [0x07], /not a command: 07/],
    ['a command it does not know', [0x1b, 0x7a, 0x41], /not a command: 1b 7a/],
    ['the library’s own drawer command, which lacks its times', [0x1b, 0x70, 0, 0x1b, 0x70, 1], /not a command: 01/],
    ['an umlaut under the wrong code page', [0x1b, 0x40, 0x81, 0x0a], /code page 0/],
    ['a line longer than the paper', [...ascii('x'.repeat(33)), 0x0a], /longer than the paper/],
    ['alignment inside a line', [0x41, 0x1b, 0x61, 1, 0x0a], /middle of a line/],
    ['a cut inside a line', [0x41, ...cut], /middle of a line/],
    ['an image too wide', [0x1d, 0x76, 0x30, 0, 49, 0, 1, 0, ...Array<number>(49).fill(0)], /wider than the paper/],
    ['a bar code that is none', [0x1d, 0x48, 2, 0x1d, 0x6b, 73, 2, 0x41, 0x42], /not a CODE128/],
    [
      'a real-time command inside an image',
      [0x1d, 0x76, 0x30, 0, 3, 0, 1, 0, 0x10, 0x14, 0x01],
      /real-time command inside image/,
    ],
    ['a pulse too short for any drawer', [0x1b, 0x70, 0, 1, 1], /opens no drawer/],
  ])('objects to %s', (_name, bytes, words) => {
    const { printer: virtual, send } = printer();
    send(...bytes);
    expect(virtual.problems.join('\n')).toMatch(words);
  });

  it('answers real-time queries in any state, and questions in order only when it gets there', () => {
    const { printer: virtual, answers, send } = printer();
    virtual.loadPaper(0);
    send(0x1d, 0x72, 1, 0x10, 4, 1, 0x10, 4, 2, 0x10, 4, 3, 0x10, 4, 4);
    expect(answers.splice(0)).toEqual([0x1a, 0x32, 0x12, 0x7e]);
    virtual.loadPaper();
    expect(answers.splice(0)).toEqual([0x00]);
    virtual.setCover(true);
    virtual.setFault('cutter');
    send(0x10, 4, 2, 0x10, 4, 3);
    expect(answers).toEqual([0x56, 0x1a]);
  });

  it('reports by itself once asked to, only news, until it is reset', () => {
    const { printer: virtual, answers, send } = printer();
    send(0x1d, 0x61, 0x0f);
    expect(answers.splice(0)).toEqual([0x10, 0, 0, 0]);
    virtual.setCover(true);
    virtual.setCover(true);
    expect(answers.splice(0)).toEqual([0x38, 0, 0, 0]);
    virtual.setCover(false);
    answers.splice(0);
    send(0x1b, 0x40);
    virtual.setCover(true);
    expect(answers).toEqual([]);
  });

  it('stops where the paper ends, and goes on with the new roll', () => {
    const { printer: virtual, send } = printer(4 * 30);
    send(...ascii('a\nb\nc\nd\ne\nf\n'), ...cut);
    expect(virtual.current.elements).toHaveLength(4);
    expect(virtual.state.paper).toBe('out');
    virtual.loadPaper();
    expect(virtual.receipts[0]?.elements).toHaveLength(6);
  });

  it('forgets its memory and settings with the power, but not what is on paper', () => {
    const { printer: virtual, send } = printer(30);
    send(0x1b, 0x74, 19, ...ascii('a\nb\n'), 0x1b);
    virtual.setPower(false);
    send(...ascii('nobody hears this\n'));
    virtual.setPower(true);
    virtual.loadPaper();
    send(...ascii('c\n'));
    expect(paperText(virtual.current, paper)).toBe('a\nc\n');
    send(0x81, 0x0a);
    expect(virtual.problems.join()).toMatch(/code page 0/);
  });

  it('survives any bytes, in any pieces', () => {
    const receipt = Buffer.from(
      composeEscpos(
        {
          title: 'x',
          elements: [
            { kind: 'text', text: 'Grüße Ω', align: 'center', style: { wide: true } },
            { kind: 'barcode', symbology: 'CODE128', data: 'K1-00000042' },
            { kind: 'qr', data: 'https://example.com' },
            { kind: 'cut' },
          ],
        },
        paper,
      ),
    );
    const mutated = fc.array(fc.tuple(fc.nat(receipt.length - 1), fc.nat(255)), { maxLength: 12 }).map((changes) => {
      const bytes = Buffer.from(receipt);
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes as Uint8Array;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), fc.nat(300), (bytes, at) => {
        const whole = printer();
        whole.send(...bytes);
        const pieces = printer();
        pieces.send(...bytes.subarray(0, at));
        pieces.send(...bytes.subarray(at));
        const look = ({ printer: virtual, answers }: ReturnType<typeof printer>): unknown => [
          virtual.receipts.map((one) => paperText(one, paper)),
          paperText(virtual.current, paper),
          virtual.problems.filter((words) => !words.includes('real-time')).length,
          answers,
        ];
        expect(look(pieces)).toEqual(look(whole));
        for (const one of [...whole.printer.receipts, whole.printer.current]) paperSvg(one, paper);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the stream of ESC/POS commands', () => {
  it('accounts for every byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const decoder = escposStream();
        const taken = decoder.push(bytes).reduce((sum, decoded) => sum + decoded.bytes.length, 0);
        expect(taken + decoder.pending).toBe(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('paperSvg', () => {
  it('is well-formed, whatever is printed, and says the text to a screen reader', () => {
    const { printer: virtual, send } = printer();
    send(...ascii('<script>"&"</script>\n'), ...cut);
    const svg = paperSvg(virtual.receipts[0]!, paper);
    expect(svg).not.toContain('<script>');
    expect(svg).toContain('aria-label="Receipt. &lt;script&gt;&quot;&amp;&quot;&lt;/script&gt;"');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 448 \d+"/);
  });

  it('draws each bar where a scanner looks for it', () => {
    const { printer: virtual, send } = printer();
    send(0x1d, 0x48, 2, 0x1d, 0x77, 2, 0x1d, 0x68, 40, 0x1d, 0x6b, 67, 13, ...ascii('4006381333931'), ...cut);
    const bars = /<path d="(M0 32h2v40[^"]*)"/.exec(paperSvg(virtual.receipts[0]!, paper))?.[1] ?? '';
    expect(bars.match(/M/g)).toHaveLength(30);
  });
});
