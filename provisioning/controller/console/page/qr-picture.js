import { drawn } from './element.js';

/** Modules of white around it, as scanners want them (ISO/IEC 18004, 9.1). */
const quiet = 4;

/** A QR code of its rows; dark on white in either scheme, or scanners would not read it. */
export function qrPicture(rows, words) {
  const side = rows.length + 2 * quiet;
  const path = rows
    .flatMap((row, y) => [...row].map((module, x) => (module === '1' ? `M${x + quiet} ${y + quiet}h1v1h-1z` : '')))
    .join('');
  return drawn(
    'svg.qr',
    { viewBox: `0 0 ${side} ${side}`, role: 'img', 'aria-label': words, 'shape-rendering': 'crispEdges' },
    drawn('rect', { width: side, height: side, fill: '#ffffff' }),
    drawn('path', { d: path, fill: '#000000' }),
  );
}
