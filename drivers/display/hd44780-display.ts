import { type Clock, milliseconds } from '../../src/platform/clock.ts';
import { type CharacterDisplayOptions, createCharacterDisplay, requireSize } from './character-display.ts';
import type { Display, DisplaySize } from './display.ts';
import { type Hd44780Bus, type Hd44780BusOpener, type Register, sendByte } from './hd44780-bus.ts';
import { glyphsFor, type Hd44780Rom, hd44780Rom } from './hd44780-charset.ts';

export interface Hd44780Options extends CharacterDisplayOptions<Hd44780Bus> {
  readonly opener: Hd44780BusOpener;
  readonly rom: Hd44780Rom;
}

/** Commands (HD44780U data sheet, table 6). */
const clearDisplay = 0x01;
const returnHome = 0x02;
const moveCursorRight = 0x06;
const displayOff = 0x08;
const displayOnWithoutCursor = 0x0c;
const fourBitsTwoLines = 0x28;
const glyphMemory = 0x40;
const textMemory = 0x80;

/** Clear and home take 1.52 ms, up to twice that on slow clones. */
const longCommand = milliseconds(4);
/** At 2.7 V a module needs 40 ms after power-on. */
const powerOn = milliseconds(50);

/** Where each row begins in the module's memory: rows 3 and 4 continue rows 1 and 2. */
export function rowAddress(size: DisplaySize, row: number): number {
  return (row % 2 === 1 ? 0x40 : 0) + (row >= 2 ? size.columns : 0);
}

/**
 * An HD44780 module of two or four rows. It never answers, so nothing tells that a disturbance has shifted its half bytes,
 * its cursor or its glyphs: before each redraw of the whole screen it is brought into step again, without going dark.
 * Throws `display.unsupported-size` for anything but 16×2, 20×2 and 20×4.
 */
export function createHd44780Display(options: Hd44780Options): Display {
  requireSize('An HD44780 display', options.size, [
    { columns: 16, rows: 2 },
    { columns: 20, rows: 2 },
    { columns: 20, rows: 4 },
  ]);
  const { clock, size, rom } = options;
  const send = (bus: Hd44780Bus, register: Register, byte: number): Promise<void> =>
    sendByte(bus, clock, register, byte);

  return createCharacterDisplay(options, {
    driver: options.opener.driver,
    rom: hd44780Rom(rom),
    moveCost: 1,
    async greet(bus, signal) {
      await clock.sleep(powerOn, signal);
      await bringIntoStep(bus, clock);
      await sendByte(bus, clock, 'command', clearDisplay, longCommand);
      await teach(bus, clock, rom);
    },
    async draw(bus, runs) {
      for (const { row, column, codes } of runs) {
        await send(bus, 'command', textMemory | (rowAddress(size, row) + column));
        for (const code of codes) await send(bus, 'data', code);
      }
    },
    bell: (bus, ringing) => send(bus, 'command', ringing ? displayOff : displayOnWithoutCursor),
    async resynchronize(bus) {
      await bringIntoStep(bus, clock);
      await teach(bus, clock, rom);
    },
  });
}

/**
 * "Initializing by instruction" (HD44780U data sheet, figure 24): works in 8-bit mode, in 4-bit mode and in the middle of a
 * byte. What a disturbance may have scrolled or switched is put right, too.
 */
async function bringIntoStep(bus: Hd44780Bus, clock: Clock): Promise<void> {
  for (const [bits, pause] of [
    [0x3, 5],
    [0x3, 5],
    [0x3, 1],
    [0x2, 1],
  ] as const) {
    await bus.nibble('command', bits);
    await clock.sleep(milliseconds(pause));
  }
  for (const command of [fourBitsTwoLines, displayOnWithoutCursor, moveCursorRight]) {
    await sendByte(bus, clock, 'command', command);
  }
  await sendByte(bus, clock, 'command', returnHome, longCommand);
}

async function teach(bus: Hd44780Bus, clock: Clock, rom: Hd44780Rom): Promise<void> {
  await sendByte(bus, clock, 'command', glyphMemory);
  for (const { dots } of glyphsFor(rom)) for (const row of dots) await sendByte(bus, clock, 'data', row);
}
