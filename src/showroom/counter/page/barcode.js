/** EAN-13 bars (GS1 General Specifications §5.2): what a scanner would read off the shelf. */

const odd = [
  '0001101',
  '0011001',
  '0010011',
  '0111101',
  '0100011',
  '0110001',
  '0101111',
  '0111011',
  '0110111',
  '0001011',
];
/** Which of the six left digits are of even parity, by the first digit. */
const parities = ['OOOOOO', 'OOEOEE', 'OOEEOE', 'OOEEEO', 'OEOOEE', 'OEEOOE', 'OEEEOO', 'OEOEOE', 'OEOEEO', 'OEEOEO'];

const inverted = (/** @type {string} */ bits) => [...bits].map((bit) => (bit === '1' ? '0' : '1')).join('');
const reversed = (/** @type {string} */ bits) => [...bits].reverse().join('');

/**
 * The 95 modules of an EAN-13, `1` for a bar; null when the text is none.
 * @param {string} text
 */
export function ean13(text) {
  if (!/^\d{13}$/.test(text)) return null;
  const digits = [...text].map(Number);
  const parity = parities[digits[0] ?? 0] ?? '';
  const left = digits.slice(1, 7).map((digit, index) => {
    const code = odd[digit] ?? '';
    return parity[index] === 'O' ? code : reversed(inverted(code));
  });
  const right = digits.slice(7).map((digit) => inverted(odd[digit] ?? ''));
  return `101${left.join('')}01010${right.join('')}101`;
}

/**
 * The bars as an SVG element that scales with its box; null when the text is no EAN-13.
 * @param {string} text
 */
export function bars(text) {
  const modules = ean13(text);
  if (modules === null) return null;
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 95 26');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  let shape = '';
  for (const { index, 0: run } of modules.matchAll(/1+/g)) shape += `M${index} 0h${run.length}v26h-${run.length}z`;
  path.setAttribute('d', shape);
  svg.append(path);
  return svg;
}
