import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { draw, moveCost } from '../../../drivers/display/cd5220-commands.ts';
import { createCd5220Display } from '../../../drivers/display/cd5220-display.ts';
import { changedRuns } from '../../../drivers/display/changed-runs.ts';
import { codeIn, encodeRow } from '../../../drivers/display/character-rom.ts';
import type { Display, DisplaySize } from '../../../drivers/display/display.ts';
import { poleRom } from '../../../drivers/display/pole-charset.ts';
import { VirtualDisplay } from '../../../drivers/display/virtual-display.ts';
import { milliseconds, minutes, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace, settled } from '../fake-place.ts';

const pole: DisplaySize = { columns: 20, rows: 2 };
let place: FakePlace;
let clock: ManualClock;
let module: VirtualDisplay;
let problems: string[];

function build(size = pole): Display {
  return createCd5220Display({ name: 'display', opener: place, size, clock, log: silentLogger });
}

function plugModule(size = pole): void {
  problems = [];
  module = new VirtualDisplay({ size, onError: (problem) => problems.push(problem) });
  place.onWrite = (bytes) => module.receive(bytes);
}

beforeEach(() => {
  place = new FakePlace();
  clock = new ManualClock();
  plugModule();
});

describe('createCd5220Display', () => {
  it('shows rows, cut and padded to its size, with umlauts and the euro sign in their columns', async () => {
    const display = build();
    await display.start();
    display.show(['Käse 2 × 3,50 €     and more', 'Größe: Übergröße']);
    await settled();
    expect(module.rows).toEqual(['Käse 2 x 3,50 €     ', 'Größe: Übergröße    ']);
    expect(problems).toEqual([]);
    await display.stop();
  });

  it('works at 16×2 and refuses what is no CD5220', async () => {
    plugModule({ columns: 16, rows: 2 });
    const display = build({ columns: 16, rows: 2 });
    await display.start();
    display.show(['0123456789abcdefgh', 'x']);
    await settled();
    expect(module.rows).toEqual(['0123456789abcdef', 'x               ']);
    await display.stop();
    expect(() => build({ columns: 20, rows: 4 })).toThrowError(
      expect.objectContaining({ code: 'display.unsupported-size', remedy: 'operator' }),
    );
  });

  it('sends only what changed', async () => {
    const display = build();
    await display.start();
    display.show(['TOTAL          12.50', 'cash or card']);
    await settled();
    const before = place.writes.length;
    display.show(['TOTAL          12.75', 'cash or card']);
    display.show(['TOTAL          12.75', 'cash or card']);
    await settled();
    expect(place.writes.slice(before).map((bytes) => [...bytes])).toEqual([[0x1b, 0x6c, 19, 1, 0x37, 0x35]]);
    expect(module.rows[0]).toBe('TOTAL          12.75');
    await display.stop();
  });

  it('lets newer screens replace those the cable had no time for', async () => {
    const display = build();
    await display.start();
    place.holdWrites();
    for (let count = 1; count <= 50; count += 1) display.show([`count ${count}`]);
    await settled();
    const during = place.writes.length;
    place.releaseWrites();
    await settled();
    expect(module.rows[0]?.trim()).toBe('count 50');
    expect(place.writes.length - during).toBe(1);
    await display.stop();
  });

  it('draws everything afresh on a module that was plugged in anew, also one left in string mode', async () => {
    const display = build();
    await display.start();
    display.show(['first', 'second']);
    await settled();
    place.unplug();
    display.show(['while it was out', 'second']);
    plugModule();
    module.receive(Buffer.from('\x1bQAleft by another program\r', 'latin1'));
    problems = [];
    place.plugIn();
    await clock.advance(seconds(5));
    await settled();
    expect(module.rows.map((row) => row.trim())).toEqual(['while it was out', 'second']);
    expect(problems).toEqual([]);
    await display.stop();
  });

  it('repairs what a glitch on the cable left on the screen', async () => {
    const display = build();
    await display.start();
    display.show(['TOTAL 1.00']);
    await settled();
    module.receive(Buffer.from('\x1bl\x07\x019', 'latin1'));
    expect(module.rows[0]?.trim()).toBe('TOTAL 9.00');
    await clock.advance(minutes(1));
    expect(module.rows[0]?.trim()).toBe('TOTAL 1.00');
    await display.stop();
    expect(clock.waiting).toBe(0);
  });

  it('gives up a cable that takes no bytes and says so', async () => {
    const display = build();
    const conditions: string[] = [];
    display.onHealth(({ condition }) => conditions.push(condition));
    await display.start();
    place.onWrite = () => {
      throw new Error('stuck');
    };
    display.show(['x']);
    await settled();
    expect(conditions).toContain('the display takes no text: stuck');
    await display.stop();
  });

  it('rings its bell by dimming once, and not twice at a time', async () => {
    const display = build();
    await display.start();
    const levels: number[] = [];
    place.onWrite = (bytes) => {
      module.receive(bytes);
      levels.push(module.brightness);
    };
    display.beep();
    display.beep();
    await settled();
    await clock.advance(milliseconds(200));
    expect(levels).toEqual([1, 4]);
    await display.stop();
  });

  it('keeps rows for a display that is not there yet', async () => {
    place.unplug();
    const display = build();
    await display.start();
    display.show(['hello']);
    display.beep();
    expect(display.health()).toMatchObject({ state: 'absent', condition: 'nothing is plugged in' });
    place.plugIn();
    await clock.advance(seconds(5));
    await settled();
    expect(module.rows[0]?.trim()).toBe('hello');
    await display.stop();
  });
});

const encode = (text: string, columns: number): Uint8Array => encodeRow(text, columns, poleRom);
const changes = (shown: readonly Uint8Array[] | null, wanted: readonly Uint8Array[]): readonly number[] =>
  draw(changedRuns(shown, wanted, moveCost));

describe('changes', () => {
  const row = fc.string({ maxLength: 24, unit: fc.constantFrom('a', 'b', ' ', '€', 'ä') });
  it('turn any screen into any other', () => {
    fc.assert(
      fc.property(fc.tuple(row, row), fc.tuple(row, row), (from, to) => {
        const screenOf = (rows: readonly string[]): Uint8Array[] => rows.map((text) => encode(text, 20));
        const screen = new VirtualDisplay({ size: pole });
        screen.receive(Uint8Array.from(changes(null, screenOf(from))));
        screen.receive(Uint8Array.from(changes(screenOf(from), screenOf(to))));
        const direct = new VirtualDisplay({ size: pole });
        direct.receive(Uint8Array.from(changes(null, screenOf(to))));
        expect(screen.rows).toEqual(direct.rows);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the ROM’s characters', () => {
  it('has the letters of our languages and finds look-alikes for the rest', () => {
    expect([...encode('äöüßÄÖÜé', 8)]).toEqual([0x84, 0x94, 0x81, 0xe1, 0x8e, 0x99, 0x9a, 0x82]);
    expect(Buffer.from(encode('Žluťoučký – „kůň“…', 20)).toString('latin1')).toBe('Zlutoucky - "kun".  ');
    expect(codeIn(poleRom, '漢')).toBe(0x3f);
  });

  it('gives every grapheme one column, and control characters none of their effect', () => {
    expect(Buffer.from(encode('a\x1b\x0c\u{1F469}‍\u{1F373}b', 6)).toString('latin1')).toBe('a  ?b ');
    expect(encode('e\u0301', 1)).toEqual(Uint8Array.of(0x82));
  });

  it('never sends a control code, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const codes = encode(text, 20);
        expect(codes).toHaveLength(20);
        expect(codes.every((code) => code >= 0x20 && code !== 0x7f)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('VirtualDisplay', () => {
  it.each([
    ['\x1bZ', 'unknown command: 1b 5a'],
    ['\x1bl\x15\x01', 'cursor outside the screen: 1b 6c 15 01'],
    ['\x1bl\x01\x03', 'cursor outside the screen: 1b 6c 01 03'],
    ['\x1b*\x09', 'brightness must be 1 to 4: 1b 2a 09'],
    ['\x07', 'neither text nor a command: 07'],
    ['\x1bQAhello\r\x1bl\x01\x01', 'a command in string mode: 1b 6c'],
  ])('tells of %j', (bytes, words) => {
    module.receive(Buffer.from(bytes, 'latin1'));
    expect(problems.join()).toContain(words);
  });

  it('never fails on garbage', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(0x1b, 0x6c, 0x51, 0x41, 0x26, 0x0d), fc.nat(255)), { maxLength: 80 }),
        (bytes) => {
          const garbage = new VirtualDisplay({ size: pole });
          garbage.receive(Uint8Array.from(bytes));
          expect(garbage.rows.map((text) => text.length)).toEqual([20, 20]);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
