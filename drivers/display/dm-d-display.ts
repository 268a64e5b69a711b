import type Screen from 'escpos/screen.js';
import { seconds } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import type { Link } from '../link/link.ts';
import { type CharacterDisplayOptions, createCharacterDisplay, requireSize } from './character-display.ts';
import type { Display } from './display.ts';
import { defineEuro, poleRom } from './pole-charset.ts';

/** As for every pole display: longer means that nobody takes the bytes. */
const writeTimeout = seconds(2);

/** `1F 24 x y`. */
const moveCost = 4;

/** `ESC @` initialize, `ESC t 0` code page 437 (a memory switch may have chosen another). Not in `escpos/screen`. */
const initialize: readonly number[] = [0x1b, 0x40, 0x1b, 0x74, 0, ...defineEuro];

/**
 * An Epson DM-D customer display (DM-D110, DM-D30 and the many that speak its commands), 20×2. The commands come from the
 * package `escpos` (only `escpos/screen`), the bytes travel on our own link: the package's adapters neither reconnect nor
 * know when a write is stuck. Throws `display.unsupported-size` for anything but 20×2.
 */
export function createDmDDisplay(options: CharacterDisplayOptions<Link>): Display {
  requireSize('An Epson DM-D display', options.size, [{ columns: 20, rows: 2 }]);
  const screens = new WeakMap<Link, Screen>();

  /** Collects commands and sends them as one write. */
  async function send(link: Link, compose: (screen: Screen) => void): Promise<void> {
    const screen = screens.get(link) ?? (await screenOver(link));
    screens.set(link, screen);
    compose(screen);
    await new Promise<void>((resolve, reject) => {
      screen.flush((error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  return createCharacterDisplay(options, {
    driver: 'epson-dm-d',
    rom: poleRom,
    moveCost,
    async greet(link) {
      // Listening is what lets a serial port notice that it was unplugged; a display says nothing we need.
      link.onData(() => undefined);
      await send(link, (screen) => screen.print(Buffer.from(initialize)).overwrite().cursor(false).clear());
    },
    draw: (link, runs) =>
      send(link, (screen) => {
        for (const { row, column, codes } of runs) screen.move(column + 1, row + 1).print(Buffer.from(codes));
      }),
    bell: (link, ringing) => send(link, (screen) => screen.brightness(ringing ? 1 : 4)),
  });
}

/** Loaded when the first display needs it. */
async function screenOver(link: Link): Promise<Screen> {
  let library: typeof import('escpos/screen.js');
  try {
    library = await import('escpos/screen.js');
  } catch (cause) {
    throw new HoldfastError('display.unsupported', 'the package "escpos" is not installed on this machine', {
      remedy: 'operator',
      cause,
      hint: 'Install the package again ("npm ci").',
    });
  }
  return new library.default({
    write(bytes, callback) {
      link.write(Uint8Array.from(bytes), writeTimeout).then(() => callback(), callback);
    },
  });
}
