import { type CharacterRom, encodeRow } from '../../../drivers/display/character-rom.ts';
import {
  characterOf,
  firstGlyphCode,
  glyphsFor,
  type Hd44780Rom,
  hd44780Rom,
} from '../../../drivers/display/hd44780-charset.ts';
import { characterOf437, euroCode, poleRom } from '../../../drivers/display/pole-charset.ts';

/** What the letters of a text become on a device. */
export type DeviceName = 'pole' | 'a00' | 'a02';

export const deviceNames: readonly DeviceName[] = ['pole', 'a00', 'a02'];

interface Device {
  readonly rom: CharacterRom;
  readonly read: (code: number) => string;
}

const devices: Readonly<Record<DeviceName, Device>> = {
  pole: { rom: poleRom, read: (code) => (code === euroCode ? '€' : (characterOf437(code) ?? '?')) },
  a00: hd44780('A00'),
  a02: hd44780('A02'),
};

function hd44780(rom: Hd44780Rom): Device {
  const taught = glyphsFor(rom);
  return {
    rom: hd44780Rom(rom),
    read: (code) => taught[code - firstGlyphCode]?.character ?? characterOf(rom, code) ?? '?',
  };
}

/** A row as the device shows it, by the very codes that its driver sends. */
export function deviceRow(row: string, name: DeviceName): string {
  const { rom, read } = devices[name];
  return [...encodeRow(row, [...row].length, rom)].map(read).join('');
}
