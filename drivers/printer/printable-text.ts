/**
 * Characters 0x80–0xFF of code page 858 (850 with the euro sign), as printers have it under `ESC t 19`.
 * The last one is the no-break space, the one at 0xF0 the soft hyphen.
 */
const upperHalf =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤' +
  'ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

const printable = new Set(upperHalf);

/** The character of one byte of code page 858; undefined for a control code. */
export function characterOf(byte: number): string | undefined {
  if (byte >= 0x80) return upperHalf.charAt(byte - 0x80);
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : undefined;
}

/** True when the printer's own font has every character; otherwise the line is drawn as an image. */
export function inCodePage(text: string): boolean {
  for (const character of text) {
    if (!(character >= ' ' && character < '\x7f') && !printable.has(character)) return false;
  }
  return true;
}

/** Typography that a till roll does without, so that a dash in a product's name needs no image. */
const plain: Readonly<Record<string, string>> = {
  '\u00a0': ' ',
  '\u00ad': '',
  '\u2002': ' ',
  '\u2003': ' ',
  '\u2007': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '‘': "'",
  '’': "'",
  '‚': ',',
  '“': '"',
  '”': '"',
  '„': '"',
  '‹': '<',
  '›': '>',
  '…': '...',
  '•': '·',
  '™': '(TM)',
  '\t': ' ',
  '\u2028': '\n',
  '\u2029': '\n',
};

const typography = new RegExp(`[${Object.keys(plain).join('')}]`, 'gu');

/**
 * Text as it may go to a printer: composed (NFC), typography made plain, and without control or invisible characters, so
 * that no product name can carry a command (`ESC p` would open the drawer). Marks that compose with no letter are left out, as
 * neither a printer nor our own font can place them. `\n` stays.
 */
export function printableText(text: string): string {
  return text
    .normalize('NFC')
    .replace(typography, (found) => plain[found] ?? found)
    .replace(/[^\P{C}\n]|\p{M}/gu, '');
}
