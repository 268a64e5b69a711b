import { type Drawing, type Shape, textSizes } from './drawing.ts';

/** The drawing as an SVG file, with the fonts of whoever looks at it. */
export function asSvg({ width, height, title, shapes }: Drawing): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, 'Liberation Sans', Helvetica, Arial, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    ...shapes.map(element),
    '</svg>\n',
  ].join('\n');
}

function element(shape: Shape): string {
  if (shape.kind === 'box') {
    const { x, y, width, height, fill } = shape;
    return `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${fill}"/>`;
  }
  const { x, y, text, size, bold, anchor, fill } = shape;
  const weight = bold ? ' font-weight="700"' : '';
  return `<text x="${short(x)}" y="${short(y)}" font-size="${textSizes[size]}"${weight} text-anchor="${anchor}" fill="${fill}">${escaped(text)}</text>`;
}

const short = (number: number): string => String(Math.round(number * 100) / 100);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
