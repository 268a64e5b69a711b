/** A picture as plain shapes, for whatever draws it: SVG, PDF, PNG. Units are pixels of a screen, from the top left. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** The picture in words, for who can't see it. */
  readonly title: string;
  readonly shapes: readonly Shape[];
}

export type Shape = Box | Text;

export interface Box {
  readonly kind: 'box';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: Colour;
}

export interface Text {
  readonly kind: 'text';
  readonly x: number;
  /** Of the line that the letters stand on. */
  readonly y: number;
  readonly text: string;
  readonly size: 'plain' | 'large';
  readonly bold: boolean;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly fill: Colour;
}

/** `#rrggbb` */
export type Colour = `#${string}`;

/** Height of letters in pixels. */
export const textSizes = { plain: 16, large: 30 } as const;

export const box = (x: number, y: number, width: number, height: number, fill: Colour): Box => ({
  kind: 'box',
  x,
  y,
  width,
  height,
  fill,
});

export const text = (
  x: number,
  y: number,
  words: string,
  fill: Colour,
  { size = 'plain', bold = false, anchor = 'start' }: Partial<Pick<Text, 'size' | 'bold' | 'anchor'>> = {},
): Text => ({ kind: 'text', x, y, text: words, size, bold, anchor, fill });

/** Red, green and blue, 0 to 255. */
export function rgb(colour: Colour): readonly [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}
