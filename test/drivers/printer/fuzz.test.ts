import { describe, expect, it } from 'vitest';
import { paperWidths, type ReceiptDocument } from '../../../drivers/printer/document.ts';
import { composeEscpos } from '../../../drivers/printer/escpos-composer.ts';
import { escposStream } from '../../../drivers/printer/escpos-decoder.ts';
import { StatusParser } from '../../../drivers/printer/escpos-status.ts';
import { composeStar } from '../../../drivers/printer/star-composer.ts';
import { starStream } from '../../../drivers/printer/star-decoder.ts';
import { StarStatusParser } from '../../../drivers/printer/star-status.ts';
import { VirtualPrinter } from '../../../drivers/printer/virtual-printer.ts';
import { EscposTalk, StarTalk } from '../../../drivers/printer/virtual-talk.ts';
import { silentLogger } from '../../../src/platform/log.ts';

/** How many inputs each parser gets; a nightly run asks for a million (`HOLDFAST_FUZZ_INPUTS=1000000`). */
const inputs = Number(process.env['HOLDFAST_FUZZ_INPUTS'] ?? 10_000);

/** Marsaglia's xorshift: the same inputs in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Half noise, half a `model` with some bytes changed, doubled or left out. */
function hostileBytes(random: (below: number) => number, model: Uint8Array): Uint8Array {
  if (random(2) === 0) return Uint8Array.from({ length: random(64) }, () => random(256));
  const bytes = [...model];
  for (let change = 1 + random(6); change > 0; change -= 1) {
    const at = random(bytes.length);
    const kind = random(3);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes.splice(at, 1 + random(4));
    else bytes.splice(at, 0, ...bytes.slice(at, at + random(4)));
  }
  return Uint8Array.from(bytes);
}

const paper = paperWidths[32];
const sample: ReceiptDocument = {
  title: 'x',
  elements: [
    { kind: 'text', text: 'Grüße €', align: 'center', style: { bold: true, tall: true } },
    { kind: 'barcode', symbology: 'CODE128', data: 'K1-00000042' },
    { kind: 'qr', data: 'x' },
    { kind: 'cut' },
  ],
};

/** Drawing takes longer than understanding: fewer of these. */
const drawn = Math.min(Math.ceil(inputs / 10), 100_000);

describe(`${inputs} hostile inputs`, () => {
  it('do not bring the status parser out of step for good', () => {
    const random = randomNumbers(20261123);
    const model = Uint8Array.of(0x12, 0x10, 0, 0, 0, 0x16, 0x00, 0x38, 0x08, 0x0f, 0x00, 0x13, 0x03, 0x11);
    const parser = new StatusParser();
    for (let input = 0; input < inputs; input += 1) parser.push(hostileBytes(random, model));
    parser.push(Uint8Array.of(0xff));
    expect(parser.push(Uint8Array.of(0x10, 0x00, 0x00, 0x00)).map(({ kind }) => kind)).toEqual(['automatic']);
  }, 600_000);

  it('do not bring the status parser of Star printers out of step for good', () => {
    const random = randomNumbers(20261124);
    const model = Uint8Array.of(0x23, 0x86, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0x13, 0x0f, 0x02, 0x08, 0, 0, 0x08, 0);
    const parser = new StarStatusParser();
    for (let input = 0; input < inputs; input += 1) {
      for (const { counter } of parser.push(hostileBytes(random, model))) {
        if (counter !== null) expect(counter >= 0 && counter <= 31).toBe(true);
      }
    }
    expect(parser.push(Uint8Array.of(0x23, 0x06, 0, 0, 0, 0x08, 0, 0x02, 0))).toMatchObject([
      { counter: 1, status: { paper: 'out' } },
    ]);
  }, 600_000);

  it.each([
    ['ESC/POS', composeEscpos, escposStream],
    ['Star', composeStar, starStream],
  ])(
    'lose no byte of the stream of commands and take none twice: %s',
    (_, compose, newStream) => {
      const random = randomNumbers(20261125);
      const model = compose(sample, paper);
      let stream = newStream();
      let pushed = 0;
      let decoded = 0;
      for (let input = 0; input < inputs; input += 1) {
        // Half an image of a megabyte would make everything after it its own.
        if (input % 64 === 0) [stream, pushed, decoded] = [newStream(), 0, 0];
        const bytes = hostileBytes(random, model);
        pushed += bytes.length;
        for (const command of stream.push(bytes)) decoded += command.bytes.length;
        if (decoded + stream.pending !== pushed) expect.fail(`${pushed - decoded - stream.pending} bytes are gone`);
      }
    },
    600_000,
  );

  it.each([
    ['ESC/POS', composeEscpos, () => new EscposTalk()],
    ['Star', composeStar, () => new StarTalk()],
  ])(
    'do not keep a virtual printer from printing a receipt after it was switched off and on: %s',
    (_, compose, talk) => {
      const random = randomNumbers(19700101);
      const paper = paperWidths[32];
      const receipt = compose(sample, paper);
      const printer = new VirtualPrinter({ paper, log: silentLogger, talk: talk() });
      for (let input = 0; input < drawn; input += 1) {
        printer.receive(hostileBytes(random, receipt));
        printer.receipts.length = 0;
        printer.problems.length = 0;
        if (input % 64 === 0) {
          printer.setPower(false);
          printer.setPower(true);
          printer.tearOff();
          printer.loadPaper();
        }
      }
      printer.setPower(false);
      printer.setPower(true);
      printer.tearOff();
      printer.loadPaper();
      printer.receipts.length = 0;
      printer.problems.length = 0;
      printer.receive(receipt);
      expect(printer.problems).toEqual([]);
      expect(printer.receipts).toHaveLength(1);
      expect(printer.receipts[0]?.elements).toHaveLength(3);
    },
    600_000,
  );
});
