import type { Drawing } from './drawing.ts';
import { asPdf } from './pdf.ts';
import { asPng } from './png.ts';
import { asSvg } from './svg.ts';

export const reportFormats = ['svg', 'pdf', 'png'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export const contentTypes: Readonly<Record<ReportFormat, string>> = {
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  png: 'image/png',
};

/** A report's picture as a file. */
export function reportFile(drawing: Drawing, format: ReportFormat): Uint8Array {
  switch (format) {
    case 'svg':
      return Buffer.from(asSvg(drawing), 'utf8');
    case 'pdf':
      return asPdf(drawing);
    case 'png':
      return asPng(drawing);
  }
}
