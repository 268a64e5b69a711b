/**
 * Bars of a bar code, as widths in modules, bar and space in turn, beginning with a bar: what a printer's firmware draws. Null when
 * the data is wrong, as a printer prints nothing then. Sources: ISO/IEC 15417 (Code 128), ISO/IEC 15420 (EAN-13).
 */
export function barsOf(symbology: 'CODE128' | 'EAN13', data: Uint8Array): Bars | null {
  return symbology === 'CODE128' ? code128Bars(data) : ean13Bars(data);
}

export interface Bars {
  readonly widths: readonly number[];
  /** What is printed below. */
  readonly text: string;
}

/** Symbol characters 0–105 and the stop character. */
const code128Patterns =
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'.split(
    ' ',
  );

const startB = 104;
const startC = 105;
const toC = 99;
const toB = 100;
const stop = 106;

/** Data as `GS k 73` takes it: `{B` and `{C` choose the code set, `{{` is a brace. */
function code128Bars(data: Uint8Array): Bars | null {
  const symbols: number[] = [];
  let text = '';
  let set: 'B' | 'C' | null = null;
  for (let at = 0; at < data.length; at += 1) {
    const byte = data[at] ?? 0;
    const next = data[at + 1];
    if (byte === 0x7b && (next === 0x42 || next === 0x43)) {
      const chosen = next === 0x42 ? 'B' : 'C';
      if (set === null) symbols.push(chosen === 'B' ? startB : startC);
      else if (set !== chosen) symbols.push(chosen === 'B' ? toB : toC);
      set = chosen;
      at += 1;
    } else if (set === 'C' && byte <= 99) {
      symbols.push(byte);
      text += String(byte).padStart(2, '0');
    } else if (set === 'B' && byte >= 0x20 && byte <= 0x7e) {
      if (byte === 0x7b) {
        if (next !== 0x7b) return null;
        at += 1;
      }
      symbols.push(byte - 0x20);
      text += String.fromCharCode(byte);
    } else {
      return null;
    }
  }
  if (text === '') return null;
  const check = symbols.reduce((sum, symbol, index) => sum + symbol * Math.max(1, index), 0) % 103;
  return { widths: [...symbols, check, stop].flatMap((symbol) => digits(code128Patterns[symbol] ?? '')), text };
}

/** Left digits with odd parity (space, bar, space, bar); even parity is its mirror image, the right half its negative. */
const eanLeft = ['3211', '2221', '2122', '1411', '1132', '1231', '1114', '1312', '1213', '3112'];
const eanParity = ['OOOOOO', 'OOEOEE', 'OOEEOE', 'OOEEEO', 'OEOOEE', 'OEEOOE', 'OEEEOO', 'OEOEOE', 'OEOEEO', 'OEEOEO'];

function ean13Bars(data: Uint8Array): Bars | null {
  const text = String.fromCharCode(...data);
  if (!/^\d{13}$/.test(text)) return null;
  const values = digits(text);
  const sum = values.reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 3), 0);
  if (sum % 10 !== 0) return null;
  const [first = 0, ...rest] = values;
  const widths = [1, 1, 1];
  rest.slice(0, 6).forEach((digit, index) => {
    const odd = digits(eanLeft[digit] ?? '');
    widths.push(...(eanParity[first]?.charAt(index) === 'E' ? odd.reverse() : odd));
  });
  widths.push(1, 1, 1, 1, 1);
  for (const digit of rest.slice(6)) widths.push(...digits(eanLeft[digit] ?? ''));
  widths.push(1, 1, 1);
  return { widths, text };
}

const digits = (text: string): number[] => [...text].map(Number);
