import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { gtinOfElementString, hasCheckDigit } from '../../../drivers/scanner/gs1.ts';
import { interpret, LineFramer } from '../../../drivers/scanner/line-framer.ts';
import { createLineScanner, type LineScannerOptions } from '../../../drivers/scanner/line-scanner.ts';
import type { Scan, Scanner } from '../../../drivers/scanner/scanner.ts';
import { milliseconds, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace, pieces } from '../fake-place.ts';

const code = (text: string, symbology: string | null = null): Scan => ({ kind: 'code', text, symbology });
const unreadable = (reason: string): Scan => ({ kind: 'unreadable', reason });

describe('interpret', () => {
  it.each<[string, Scan]>([
    ['4063000000018', code('4063000000018')],
    [' 4063000000018 ', code('4063000000018')],
    ['HF-K1-00000042', code('HF-K1-00000042')],
    [']E04063000000018', code('4063000000018', ']E0')],
    [']E04063000000019', unreadable('the check digit is wrong')],
    [']E496385074', code('96385074', ']E4')],
    [']A0COF-01', code('COF-01', ']A0')],
    [']C10104063000000018', code('04063000000018', ']C1')],
    [']C1010406300000001817261231\x1d10LOT7', code('04063000000018', ']C1')],
    [']d210LOT7\x1d0104063000000018', code('04063000000018', ']d2')],
    ['\x1d0104063000000018', code('04063000000018')],
    [']C100123456789012345675', unreadable('the GS1 code names no article')],
    [']C10104063000000019', unreadable('the check digit is wrong')],
    [']C101040630', unreadable('the GS1 code names no article')],
    [']E0', unreadable('the code is empty')],
    [';4111111111111111=30121010000000000000?', unreadable('cards are read by the card terminal only')],
    ['%B4111111111111111^DOE/J^3012101', unreadable('cards are read by the card terminal only')],
    ['%-50', code('%-50')],
  ])('%j', (line, scan) => {
    expect(interpret(line)).toEqual(scan);
  });

  it('finds the article among other elements only where an element begins', () => {
    // The batch number contains "01" and digits; it is no article.
    expect(gtinOfElementString('100104063000000018')).toBeNull();
    expect(gtinOfElementString('37120\x1d0204063000000018')).toBe('04063000000018');
  });

  it('checks GTINs of every length', () => {
    expect(['96385074', '036000291452', '4063000000018', '10614141000415'].map(hasCheckDigit)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(hasCheckDigit('4063000000081')).toBe(false);
  });
});

describe('LineFramer', () => {
  it('takes CR, LF and CR LF for one end of line', () => {
    const framer = new LineFramer();
    expect(framer.receive(Buffer.from('1\r2\n3\r\n\r\n4'))).toEqual([code('1'), code('2'), code('3')]);
    expect(framer.partial).toBe(true);
  });

  it('reports a long or binary code once, and reads the next one', () => {
    const framer = new LineFramer();
    const long = framer.receive(Buffer.from(`${'9'.repeat(5_000)}\r12\r`));
    expect(long).toEqual([unreadable('the code is longer than 80 characters'), code('12')]);
    expect(framer.receive(Uint8Array.of(0x31, 0x00, 0xff, 0x32, 0x0d))).toEqual([
      unreadable('the code contains bytes that are not text'),
    ]);
    expect(framer.receive(Buffer.from(`${'8'.repeat(80)}\r`))).toEqual([code('8'.repeat(80))]);
  });

  it('gives the same scans however the stream is cut, and never anything but text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(0x0d, 0x0a, 0x5d, 0x43, 0x31, 0x1d), fc.nat(255)), { maxLength: 120 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        (bytes, cuts) => {
          const stream = Uint8Array.from(bytes);
          const framer = new LineFramer();
          const scans = pieces(stream, cuts).flatMap((piece) => framer.receive(piece));
          expect(scans).toEqual(new LineFramer().receive(stream));
          for (const scan of scans) {
            if (scan.kind === 'code') expect(scan.text).toMatch(/^[\x20-\x7e]{1,80}$/);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('createLineScanner', () => {
  let place: FakePlace;
  let clock: ManualClock;
  let scans: Scan[];

  async function start(options: Partial<LineScannerOptions> = {}): Promise<Scanner> {
    const scanner = createLineScanner({ name: 'scanner', opener: place, clock, log: silentLogger, ...options });
    scans = [];
    scanner.onScan((scan) => scans.push(scan));
    await scanner.start();
    return scanner;
  }

  beforeEach(() => {
    place = new FakePlace();
    clock = new ManualClock();
  });

  it('puts a code together from its parts, and gives up half a code after a silence', async () => {
    const scanner = await start();
    place.send('40630');
    await clock.advance(milliseconds(150));
    place.send('00000018\r');
    place.send('4063');
    await clock.advance(milliseconds(250));
    place.send('12\r');
    expect(scans).toEqual([
      code('4063000000018'),
      unreadable('the scanner sent no end of line; set it to send CR after each code'),
      code('12'),
    ]);
    expect(clock.waiting).toBe(0);
    await scanner.stop();
  });

  it('takes two scans of one code for two articles, unless a window for repeats is set', async () => {
    const plain = await start();
    place.send('1\r1\r');
    expect(scans).toHaveLength(2);
    await plain.stop();

    const careful = await start({ ignoreRepeatsWithin: milliseconds(500) });
    place.send('1\r1\r2\r');
    await clock.advance(milliseconds(600));
    place.send('2\r');
    expect(scans).toEqual([code('1'), code('2'), code('2')]);
    await careful.stop();
  });

  it('drops half a code when the cable is pulled', async () => {
    const scanner = await start();
    place.send('4063');
    place.unplug();
    await clock.advance(seconds(1));
    place.plugIn();
    await clock.advance(seconds(5));
    place.send('000\r');
    expect(scans).toEqual([code('000')]);
    await scanner.stop();
  });
});
