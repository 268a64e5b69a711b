import { type Drawing, rgb, type Shape, type Text, textSizes } from './drawing.ts';

// PDF 1.4 as ISO 32000-1 describes it: one page, rectangles, and text in two of the fonts that every reader has (9.6.2.2).

/** A4 lying, in points (1/72 inch). */
const page = { width: 842, height: 595 };
const margin = 28;

/** The drawing as a PDF file of one page, A4 lying. */
export function asPdf(drawing: Drawing): Uint8Array {
  const scale = Math.min((page.width - 2 * margin) / drawing.width, (page.height - 2 * margin) / drawing.height);
  const left = (page.width - scale * drawing.width) / 2;
  const top = page.height - margin;
  // From the top down in pixels, as the drawing is.
  const content = [
    `${short(scale)} 0 0 ${short(-scale)} ${short(left)} ${short(top)} cm`,
    ...drawing.shapes.map(operators),
  ].join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Lang (en) >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${page.width} ${page.height}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>`,
    `<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
    `<< /Title (${literal(drawing.title)}) /Producer (Holdfast) >>`,
  ];
  let file = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
  const places = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const tableAt = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const at of places) file += `${String(at).padStart(10, '0')} 00000 n \n`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${tableAt}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

function operators(shape: Shape): string {
  const colour = rgb(shape.fill)
    .map((part) => short(part / 255))
    .join(' ');
  if (shape.kind === 'box') {
    return `${colour} rg ${short(shape.x)} ${short(shape.y)} ${short(shape.width)} ${short(shape.height)} re f`;
  }
  const size = textSizes[shape.size];
  const shift = shape.anchor === 'end' ? 1 : shape.anchor === 'middle' ? 0.5 : 0;
  const x = shape.x - shift * widthOf(shape);
  // The page is drawn upside down, so the letters are turned over once more.
  const matrix = `1 0 0 -1 ${short(x)} ${short(shape.y)}`;
  return `BT ${colour} rg /${shape.bold ? 'F2' : 'F1'} ${size} Tf ${matrix} Tm (${literal(shape.text)}) Tj ET`;
}

/** As wide as Helvetica makes it, in pixels; its bold letters are a little wider. */
function widthOf({ text, size, bold }: Text): number {
  const units = [...text].reduce((sum, character) => sum + (helvetica[character.charCodeAt(0) - 32] ?? 556), 0);
  return (units / 1000) * textSizes[size] * (bold ? 1.06 : 1);
}

/** Widths of the characters from space to tilde in thousandths of the size (Adobe Core 14 AFM, Helvetica). */
const helvetica: readonly number[] = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];

/** What the encoding has not becomes a question mark; brackets and backslashes are marked. */
const literal = (text: string): string =>
  [...text]
    .map((character) => (character === '’' ? '\x92' : character.charCodeAt(0) > 0xff ? '?' : character))
    .join('')
    .replace(/[\\()]/g, '\\$&');

const short = (number: number): string => String(Math.round(number * 1000) / 1000);
