/**
 * The 5×7 characters of a vacuum fluorescent display: five columns each, bit 0 at the top. Written as hexadecimal bytes in the
 * order of ASCII 20–7E, then by character.
 */
const ascii =
  '0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649552250 0005030000 001c224100 0041221c00 ' +
  '14083e0814 08083e0808 0050300000 0808080808 0060600000 2010080402 ' +
  '3e5149453e 00427f4000 4261514946 2141454b31 1814127f10 2745454539 3c4a494930 0171090503 3649494936 064949291e ' +
  '0036360000 0056360000 0814224100 1414141414 0041221408 0201510906 324979413e ' +
  '7e1111117e 7f49494936 3e41414122 7f4141221c 7f49494941 7f09090901 3e4149497a 7f0808087f 00417f4100 2040413f01 ' +
  '7f08142241 7f40404040 7f020c027f 7f0408107f 3e4141413e 7f09090906 3e4151215e 7f09192946 4649494931 01017f0101 ' +
  '3f4040403f 1f2040201f 3f4038403f 6314081463 0708700807 6151494543 ' +
  '007f414100 0204081020 0041417f00 0402010204 4040404040 0001020400 ' +
  '2054545478 7f48444438 3844444420 384444487f 3854545418 087e090102 0c5252523e 7f08040478 00447d4000 2040443d00 ' +
  '7f10284400 00417f4000 7c04180478 7c08040478 3844444438 7c14141408 081414187c 7c08040408 4854545420 043f444020 ' +
  '3c4040207c 1c2040201c 3c4030403c 4428102844 0c5050503c 4464544c44 ' +
  '0008364100 00007f0000 0041360800 1008081008';

const others = {
  '€': '143e555541',
  ä: '2055545578',
  ö: '3845444538',
  ü: '3c4140217c',
  Ä: '7914121479',
  Ö: '3d4242423d',
  Ü: '3d4040403d',
  ß: '7e01494936',
  é: '3854565518',
  è: '3855565418',
  ê: '3856555618',
  á: '2054565578',
  à: '2055565478',
  â: '2056555678',
  ó: '3844464538',
  ò: '3845464438',
  ô: '3846454638',
  ú: '3c4042217c',
  ù: '3c4142207c',
  û: '3c4241227c',
  í: '00447e4100',
  ñ: '7c0a090678',
  ç: '0e11315100',
  '£': '487e494942',
  '·': '0000080000',
  '°': '0006090906',
  '«': '0814002814',
  '»': '1428000814',
  '█': '7f7f7f7f7f',
  '▌': '7f7f000000',
  '░': '2a00550000',
  '■': '3e3e3e3e3e',
};

/** @type {Map<string, number[]>} */
const glyphs = new Map();
const columns = (/** @type {string} */ hex) => [0, 2, 4, 6, 8].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
for (const [index, hex] of ascii.split(' ').entries()) glyphs.set(String.fromCharCode(0x20 + index), columns(hex));
for (const [character, hex] of Object.entries(others)) glyphs.set(character, columns(hex));

/**
 * Five columns of seven dots for a character; a letter without its accent where the font has no other.
 * @param {string} character
 * @returns {readonly number[]}
 */
export function glyph(character) {
  return glyphs.get(character) ?? glyphs.get(character.normalize('NFD').charAt(0)) ?? columns('7f4141417f');
}
