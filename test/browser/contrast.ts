import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** A text that is too hard to read on its ground. */
export interface FaintText {
  readonly text: string;
  readonly ratio: number;
  readonly needed: number;
}

const source = readFileSync(new URL('./page/faint-texts.js', import.meta.url), 'utf8');

/**
 * All visible texts of a page whose contrast is below WCAG 2.2 AA (1.4.3: 4.5:1, large ones 3:1), and how many were looked at. Colours are
 * the computed ones, laid over the grounds of all ancestors.
 */
export function faintTexts(page: Page): Promise<{ readonly looked: number; readonly faint: readonly FaintText[] }> {
  return page.evaluate(
    `(${source
      .trim()
      .replace(/^\/\/.*\n/, '')
      .replace(/;$/, '')})()`,
  );
}
