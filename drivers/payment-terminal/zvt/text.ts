import { withoutCardData } from '../card-data.ts';

/** How a terminal writes letters: code page 437 unless it was set up otherwise. */
export type CharacterSet = 'cp437' | 'latin1';

/** 0x80 to 0xAF and the few letters after; lines and blocks of code page 437 become spaces. */
const upper437 = 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»';
const rest437 = new Map([
  [0xe1, 'ß'],
  [0xe6, 'µ'],
  [0xf8, '°'],
  [0xee, 'ε'],
]);

export function decodeText(bytes: Uint8Array, characterSet: CharacterSet): string {
  return Array.from(bytes, (byte) => letter(byte, characterSet)).join('');
}

function letter(byte: number, characterSet: CharacterSet): string {
  if (byte < 0x80 || characterSet === 'latin1') return String.fromCharCode(byte);
  return upper437[byte - 0x80] ?? rest437.get(byte) ?? ' ';
}

/** Text of a terminal as it may be shown, printed and logged: no control characters, no card data. */
export function readableText(bytes: Uint8Array, longest: number, characterSet: CharacterSet = 'cp437'): string {
  const [untilNull = bytes] = bytes.includes(0) ? [bytes.subarray(0, bytes.indexOf(0))] : [];
  return withoutCardData(decodeText(untilNull, characterSet), longest);
}
