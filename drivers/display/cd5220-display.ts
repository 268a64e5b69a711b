import { seconds } from '../../src/platform/clock.ts';
import type { Link } from '../link/link.ts';
import { brightness, draw, initialize, moveCost } from './cd5220-commands.ts';
import { type CharacterDisplayOptions, createCharacterDisplay, requireSize } from './character-display.ts';
import type { Display } from './display.ts';
import { poleRom } from './pole-charset.ts';

/** The slowest cable (2400 baud) needs 0.3 s for a whole screen; longer means that nobody takes the bytes. */
const writeTimeout = seconds(2);

/**
 * A pole display with the CD5220 command set. Throws `display.unsupported-size` for anything but 16×2 and 20×2 (a 20×4
 * has other commands; two modules on one pole are two displays).
 */
export function createCd5220Display(options: CharacterDisplayOptions<Link>): Display {
  requireSize('A CD5220 display', options.size, [
    { columns: 20, rows: 2 },
    { columns: 16, rows: 2 },
  ]);
  const send = (link: Link, bytes: readonly number[]): Promise<void> =>
    link.write(Uint8Array.from(bytes), writeTimeout);
  return createCharacterDisplay(options, {
    driver: 'cd5220',
    rom: poleRom,
    moveCost,
    async greet(link) {
      // Listening is what lets a serial port notice that it was unplugged; a display says nothing we need.
      link.onData(() => undefined);
      await send(link, initialize);
    },
    draw: (link, runs) => send(link, draw(runs)),
    bell: (link, ringing) => send(link, brightness(ringing ? 1 : 4)),
  });
}
