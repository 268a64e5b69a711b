import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StarStatusParser } from '../../../drivers/printer/star-status.ts';
import { pieces } from '../fake-place.ts';

const parse = (...bytes: number[]) => new StarStatusParser().push(Uint8Array.from(bytes));
/** Nine bytes: headers, five status bytes, counter, presenter. */
const nine = (change: Readonly<Record<number, number>> = {}): number[] =>
  [0x23, 0x06, 0, 0, 0, 0, 0, 0, 0].map((byte, at) => change[at] ?? byte);
const fine = { online: true, coverOpen: false, drawerPin: 'low', fault: 'none', paper: 'ok' };

describe('StarStatusParser', () => {
  it.each([
    [{}, fine],
    [
      { 2: 0x28, 5: 0 },
      { ...fine, online: false, coverOpen: true },
    ],
    [{ 2: 0x04 }, { ...fine, drawerPin: 'high' }],
    [{ 3: 0x08 }, { ...fine, fault: 'cutter' }],
    [{ 3: 0x20 }, { ...fine, fault: 'unrecoverable' }],
    [{ 3: 0x40 }, { ...fine, fault: 'recovering' }],
    [{ 3: 0x04 }, { ...fine, fault: 'other' }],
    [{ 4: 0x40 }, { ...fine, fault: 'other' }],
    [{ 5: 0x04 }, { ...fine, paper: 'near-end' }],
    [{ 5: 0x02 }, { ...fine, paper: 'near-end' }],
    [{ 5: 0x0c }, { ...fine, paper: 'out' }],
  ])('reads %j', (change, status) => {
    expect(parse(...nine(change))).toEqual([{ status, counter: 0, printed: false }]);
  });

  it('reads the counter, which leaves out bit 4', () => {
    expect(parse(...nine({ 7: 0x0e })).map(({ counter }) => counter)).toEqual([7]);
    expect(parse(...nine({ 7: 0x20 })).map(({ counter }) => counter)).toEqual([8]);
    expect(parse(...nine({ 7: 0x6e })).map(({ counter }) => counter)).toEqual([31]);
  });

  it('reads the seven bytes of early printers, which only say that they came to an ETB', () => {
    expect(parse(0x0f, 0x02, 0x02, 0, 0, 0, 0)).toEqual([{ status: fine, counter: null, printed: true }]);
  });

  it('is not put off by flow control, by a network printer’s length, or by half a status', () => {
    const [first = 0, second = 0, ...rest] = nine();
    expect(parse(first, 0x13, second | 0x80, ...rest, 0, 0, 0x11, ...nine({ 5: 0x08 }))).toHaveLength(2);
    expect(parse(first, second, 0, 0, ...nine())).toHaveLength(1);
    expect(parse(0xff, 0x41, 0x52, ...nine())).toHaveLength(1);
  });

  it('finds the same in any pieces', () => {
    const sent = Uint8Array.from([...nine(), ...nine({ 7: 0x02 }), ...nine({ 5: 0x08 })]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (cuts) => {
        const parser = new StarStatusParser();
        expect(pieces(sent, cuts).flatMap((piece) => parser.push(piece))).toHaveLength(3);
      }),
    );
  });
});
