/**
 * Text for the ROM of a pole display (CD5220, Epson DM-D): code page 437, which they have without selecting anything. The
 * euro sign is not in it; it is drawn as a user-defined character in place of `~`, with the same command on both.
 */
const upperHalf =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ';

/** The code that carries the downloaded euro sign: inside 20…7E, which every maker's manual allows for downloads. */
export const euroCode = 0x7e;

/** The euro sign in five columns, the same whichever end of a byte is the top (makers differ). */
export const euroGlyph = [0x14, 0x3e, 0x55, 0x55, 0x41] as const;

/**
 * `ESC & 1 n m a p1…pa` (define a character) and `ESC % 1` (use what is defined), as in the CD5220 command list and in
 * Epson's DM-D110 specification §5.4.
 */
export const defineEuro: readonly number[] = [
  0x1b,
  0x26,
  1,
  euroCode,
  euroCode,
  euroGlyph.length,
  ...euroGlyph,
  0x1b,
  0x25,
  1,
];

/** Code page 437 with the euro sign; a {@link CharacterRom}. */
export function poleRom(character: string): number | undefined {
  if (character === '€') return euroCode;
  const code = character.codePointAt(0) ?? 0x20;
  if (code >= 0x20 && code < 0x7f && code !== euroCode) return code;
  const index = upperHalf.indexOf(character);
  return index >= 0 && character.length === 1 ? 0x80 + index : undefined;
}

/** What a cell with this code shows; undefined for control codes. */
export function characterOf437(code: number): string | undefined {
  if (code >= 0x20 && code < 0x7f) return String.fromCharCode(code);
  return code >= 0x80 ? upperHalf.charAt(code - 0x80) : undefined;
}
