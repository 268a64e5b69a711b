import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeIn, encodeRow } from '../../../drivers/display/character-rom.ts';
import type { Display, DisplaySize } from '../../../drivers/display/display.ts';
import { hd44780OverGpio } from '../../../drivers/display/hd44780-bus.ts';
import {
  characterOf,
  firstGlyphCode,
  glyphsFor,
  type Hd44780Rom,
  hd44780Rom,
} from '../../../drivers/display/hd44780-charset.ts';
import { createHd44780Display } from '../../../drivers/display/hd44780-display.ts';
import { VirtualBackpack, VirtualHd44780 } from '../../../drivers/display/virtual-hd44780.ts';
import { MemoryGpioChip, memoryGpio } from '../../../drivers/link/gpio/memory-gpio.ts';
import { milliseconds, minutes, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { gpioRig, type Hd44780Rig, i2cRig } from './hd44780-rigs.ts';

const size20x4: DisplaySize = { columns: 20, rows: 4 };

describe.each([
  ['GPIO', gpioRig],
  ['I²C', i2cRig],
] as const)('createHd44780Display over %s', (_, makeRig) => {
  let clock: ManualClock;
  let rig: Hd44780Rig;

  async function start(size = size20x4, rom: Hd44780Rom = 'A00'): Promise<Display> {
    clock = new ManualClock();
    rig = makeRig({ size, rom, clock });
    const display = createHd44780Display({
      name: 'display',
      opener: rig.opener,
      size,
      rom,
      clock,
      log: silentLogger,
    });
    const started = display.start();
    await clock.advance(seconds(1));
    await started;
    return display;
  }
  /** Long enough for any screen to be drawn, too short for the redraw. */
  const drawn = (): Promise<void> => clock.advance(seconds(1));
  const shown = (): string[] => rig.module.rows.map((row) => row.trimEnd());

  it.each<[string, DisplaySize]>([
    ['16×2', { columns: 16, rows: 2 }],
    ['20×2', { columns: 20, rows: 2 }],
    ['20×4', size20x4],
  ])('wakes a module of %s from any state and fills every cell', async (_name, size) => {
    const display = await start(size);
    expect(rig.module.lit).toBe(true);
    const rows = Array.from({ length: size.rows }, (_row, row) => String(row + 1).repeat(size.columns));
    display.show([...rows.map((text) => `${text}too long`), 'a row too many']);
    await drawn();
    expect(rig.module.rows).toEqual(rows);
    expect(rig.problems).toEqual([]);
    await display.stop();
    expect(clock.waiting).toBe(0);
  });

  it.each<[Hd44780Rom, string[]]>([
    ['A00', ['Käse 2x3,50 € Größe', 'ÄÖÜ éèàç → · 20°', 'Zlutoucky kun /', 'ñ o c 5¥ o?']],
    ['A02', ['Käse 2×3,50 € Größe', 'ÄÖÜ éèàç > · 20°', 'Zlutoucký kun \\', 'ñ ø © 5¥ õ?']],
  ])('shows euro and umlauts on ROM %s, and the nearest to what it lacks', async (rom, expected) => {
    const display = await start(size20x4, rom);
    display.show(['Käse 2×3,50 € Größe', 'ÄÖÜ éèàç → · 20°', 'Žluťoučký kůň \\', 'ñ ø © 5¥ õ漢']);
    await drawn();
    expect(shown()).toEqual(expected);
    expect(rig.problems).toEqual([]);
    await display.stop();
  });

  it('sends only what changed', async () => {
    const display = await start();
    display.show(['TOTAL          12.50', '', '', 'cash or card']);
    await drawn();
    const before = rig.pulses();
    display.show(['TOTAL          12.75', '', '', 'cash or card']);
    await drawn();
    // One address and two characters, two halves each.
    expect(rig.pulses() - before).toBe(6);
    display.show(['TOTAL          12.75', '', '', 'cash or card']);
    await drawn();
    expect(rig.pulses() - before).toBe(6);
    expect(shown()).toEqual(['TOTAL          12.75', '', '', 'cash or card']);
    await display.stop();
  });

  it('comes back into step after a disturbance took half a byte, without going dark', async () => {
    const display = await start();
    display.show(['TOTAL 12.50', 'Käse 3,50 €']);
    await drawn();
    rig.disturb();
    display.show(['TOTAL 99.50', 'Käse 3,50 €']);
    await drawn();
    expect(shown()).not.toEqual(['TOTAL 99.50', 'Käse 3,50 €', '', '']);
    rig.problems.length = 0;
    let dark = false;
    const watch = async (): Promise<void> => {
      for (let step = 0; step < 1_200; step += 1) {
        await clock.advance(milliseconds(50));
        dark ||= !rig.module.lit;
      }
    };
    await watch();
    expect(shown()).toEqual(['TOTAL 99.50', 'Käse 3,50 €', '', '']);
    expect(dark).toBe(false);
    await display.stop();
  });

  it('draws again on a module that lost its power for a moment', async () => {
    const display = await start();
    display.show(['still here €']);
    await drawn();
    rig.module.powerOn();
    expect(shown()[0]).toBe('');
    await clock.advance(minutes(1));
    await drawn();
    expect(shown()[0]).toBe('still here €');
    expect(rig.module.lit).toBe(true);
    expect(rig.problems).toEqual([]);
    await display.stop();
  });

  it('rings its bell by going dark for a moment, and keeps its text', async () => {
    const display = await start();
    display.show(['unknown article']);
    await drawn();
    display.beep();
    await clock.advance(milliseconds(50));
    expect(rig.module.lit).toBe(false);
    await clock.advance(milliseconds(300));
    expect(rig.module.lit).toBe(true);
    expect(shown()[0]).toBe('unknown article');
    await display.stop();
  });

  it('keeps rows for a module that is not there yet', async () => {
    clock = new ManualClock();
    rig = makeRig({ size: size20x4, rom: 'A00', clock });
    rig.unplug();
    const display = createHd44780Display({
      name: 'display',
      opener: rig.opener,
      size: size20x4,
      rom: 'A00',
      clock,
      log: silentLogger,
    });
    const started = display.start();
    await clock.advance(seconds(1));
    await started;
    display.show(['hello']);
    expect(display.health().state).toBe('absent');
    expect(display.health().condition).toMatch(/nothing answers|no GPIO here/);
    rig.plugIn();
    await clock.advance(seconds(6));
    expect(shown()[0]).toBe('hello');
    await display.stop();
  });

  it('shows whatever it is told last, whatever came before', async () => {
    const row = fc.string({ maxLength: 22, unit: fc.constantFrom('a', 'B', ' ', '€', 'ä', 'é', '漢', '\\') });
    const screen = fc.tuple(row, row, row, row);
    const display = await start();
    await fc.assert(
      fc.asyncProperty(fc.array(screen, { minLength: 1, maxLength: 4 }), async (screens) => {
        for (const rows of screens) display.show(rows);
        await drawn();
        const rom = hd44780Rom('A00');
        const expected = (screens.at(-1) ?? []).map((text) => [...encodeRow(text, 20, rom)]);
        expect(rig.module.rows.map((text) => [...encodeRow(text, 20, rom)])).toEqual(expected);
      }),
      { numRuns: 40 },
    );
    expect(rig.problems).toEqual([]);
    await display.stop();
  });
});

describe('an HD44780 that can’t work', () => {
  const clock = new ManualClock();
  const common = { name: 'display', rom: 'A00', clock, log: silentLogger } as const;
  const pins = { rs: 1, e: 2, data: [3, 4, 5, 6] } as const;

  it('is refused at once with a size that it does not have, or pins named twice', () => {
    const opener = hd44780OverGpio(memoryGpio(new MemoryGpioChip()), pins);
    expect(() => createHd44780Display({ ...common, opener, size: { columns: 40, rows: 2 } })).toThrow(
      /can be 16x2 or 20x2 or 20x4, not 40x2/,
    );
    expect(() => hd44780OverGpio(memoryGpio(new MemoryGpioChip()), { ...pins, e: 3 })).toThrow(
      /GPIO 3 is named for two/,
    );
  });

  it('says what to do where each change of a pin takes a process', async () => {
    const chip = new MemoryGpioChip();
    const opener = hd44780OverGpio(memoryGpio(chip, 'process-each'), pins);
    const display = createHd44780Display({ ...common, opener, size: size20x4 });
    await display.start();
    expect(display.health().condition).toContain('a display can’t be driven through GPIO memory');
    await display.stop();
  });
});

describe('the HD44780’s characters', () => {
  it.each<Hd44780Rom>(['A00', 'A02'])('are shown by ROM %s as what they stand for', (rom) => {
    const codes = hd44780Rom(rom);
    const taught = glyphsFor(rom).map(({ character }) => character);
    for (let point = 0x20; point < 0x2600; point += 1) {
      const character = String.fromCharCode(point);
      const code = codes(character);
      if (code === undefined) continue;
      if (taught.includes(character)) expect(code).toBe(firstGlyphCode + taught.indexOf(character));
      else expect(characterOf(rom, code)).toBe(character);
    }
  });

  it('are never codes that the module would not show, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom<Hd44780Rom>('A00', 'A02'),
        (text, rom) => {
          const codes = encodeRow(text, 20, hd44780Rom(rom));
          expect(
            codes.every((code) => code >= firstGlyphCode && (code < 16 || characterOf(rom, code) !== undefined)),
          ).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(codeIn(hd44780Rom('A00'), '~')).toBe(0x2d);
  });
});

describe('VirtualHd44780', () => {
  const pinsOf = (rs: number, bits: number) => [
    { rs, e: 0, bits },
    { rs, e: 1, bits },
    { rs, e: 0, bits },
  ];
  function module() {
    let now = 0;
    const problems: string[] = [];
    const made = new VirtualHd44780({
      size: size20x4,
      rom: 'A00',
      now: () => now,
      onError: (problem) => problems.push(problem),
    });
    const nibble = (rs: number, bits: number, wait: number): void => {
      for (const pins of pinsOf(rs, bits)) made.setPins(pins);
      now += wait;
    };
    const byte = (rs: number, value: number, wait = 40): void => {
      nibble(rs, value >> 4, 0);
      nibble(rs, value & 15, wait);
    };
    const wake = (): void => {
      now += 20_000;
      for (const [bits, wait] of [
        [3, 4_200],
        [3, 150],
        [3, 40],
        [2, 40],
      ] as const) {
        nibble(0, bits, wait);
      }
    };
    const wait = (time: number): void => {
      now += time;
    };
    return { made, problems, nibble, byte, wake, wait };
  }

  it('tells of everything that a real module would not forgive', () => {
    const early = module();
    early.nibble(0, 3, 0);
    expect(early.problems.join()).toContain('sent while busy');

    const { made, problems, byte, nibble, wake } = module();
    wake();
    byte(0, 0x28);
    byte(0, 0x0c);
    expect(problems).toEqual([]);
    byte(0, 0x01, 100);
    byte(1, 0x41);
    expect(problems.join()).toContain('sent while busy for another 1420 µs');
    nibble(0, 0, 2_000);
    problems.length = 0;
    wake();
    byte(0, 0x20);
    byte(0, 0x1c);
    byte(0, 0x80 | 0x30);
    made.setPins({ rs: 1, e: 1, bits: 4 });
    made.setPins({ rs: 1, e: 0, bits: 5 });
    expect(problems).toEqual([
      'not two lines of 5×8 dots: 20',
      'unknown command 1c',
      'no such place in text memory: 30',
      'RS changed together with E',
      'data changed together with E',
    ]);
  });

  it('wants to be woken three times before it goes to 4-bit mode', () => {
    const { problems, nibble, wait } = module();
    wait(20_000);
    nibble(0, 3, 4_200);
    nibble(0, 2, 4_200);
    expect(problems).toEqual(['4-bit mode before it was woken three times']);
    const again = module();
    again.wake();
    expect(again.problems).toEqual([]);
  });

  it('would be driven against by a backpack whose R/W is high', () => {
    const { made } = module();
    const problems: string[] = [];
    new VirtualBackpack(made, (problem) => problems.push(problem)).receive(0x02);
    expect(problems.join()).toContain('R/W is high');
  });
});
