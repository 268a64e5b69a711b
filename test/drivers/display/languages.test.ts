import { describe, expect, it } from 'vitest';
import { encodeRow } from '../../../drivers/display/character-rom.ts';
import { hd44780Rom } from '../../../drivers/display/hd44780-charset.ts';
import { poleRom } from '../../../drivers/display/pole-charset.ts';
import { builtInLanguages } from '../../../src/languages/language.ts';
import { type DeviceName, deviceNames, deviceRow } from '../../../src/showroom/gallery/device-view.ts';

const shown = (text: string, device: DeviceName): string => deviceRow(text, device).trimEnd();

describe('letters that a display has no glyph for', () => {
  it.each([
    ['TIẾNG VIỆT ệ ộ ư đ', 'pole', 'TIÉNG VIET ê ô u d'],
    ['Tiền thối lại ₫', 'pole', 'Tiên thôi lai d'],
    ['Đặt lên cân', 'a02', 'Ðat lên cân'],
    ['Tiền thối', 'a00', 'Tièn thoi'],
    ['Œuf à la coque, où?', 'pole', 'Ouf à la coque, où?'],
    ['Écart, forêt, ça, où', 'a00', 'Ecart, foret, ça, ou'],
    ['Écart, forêt, ça, où', 'a02', 'Écart, forêt, ça, où'],
  ] as const)('%s on %s reads %s', (text, device, words) => {
    expect(shown(text, device)).toBe(words);
  });

  it.each(deviceNames)('every text of every language is readable on %s, cell by cell', (device) => {
    for (const { screens } of builtInLanguages) {
      const texts = [screens.labels, screens.menu, screens.notices, screens.problems].flatMap((part) =>
        Object.values(part),
      );
      for (const text of texts) {
        const read = deviceRow(text, device);
        expect([...read]).toHaveLength([...text].length);
        expect([text, read.replaceAll('?', '')]).toEqual([text, text.includes('?') ? read.replaceAll('?', '') : read]);
      }
    }
  });

  it('takes one cell a letter, composed or not', () => {
    for (const rom of [poleRom, hd44780Rom('A00'), hd44780Rom('A02')]) {
      expect(encodeRow('Tiếng'.normalize('NFD'), 20, rom)).toEqual(encodeRow('Tiếng', 20, rom));
    }
  });
});
