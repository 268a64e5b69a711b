import type { ReceiptDocument, ReceiptElement } from '../../drivers/printer/document.ts';
import { blank, line, pair, rule, titleElement } from './shop-print.ts';

export interface PrintedCheck {
  readonly verdict: string;
  readonly words: string;
  readonly nextStep: string | null;
}

/** A checklist on paper, for whoever closes the till. `moment`: date and time as they are to be printed. */
export function composeChecklist(
  terminal: string,
  moment: string,
  verdict: string,
  lines: readonly PrintedCheck[],
): ReceiptDocument {
  return {
    title: `checklist ${terminal}`,
    elements: [
      titleElement('CHECKLIST'),
      pair(terminal, moment),
      rule,
      ...lines.flatMap((each): ReceiptElement[] => [
        line(`[${each.verdict.toUpperCase()}] ${each.words}`),
        ...(each.nextStep === null ? [] : [line(`-> ${each.nextStep}`)]),
      ]),
      rule,
      { kind: 'left-right', left: terminal, right: verdict.toUpperCase(), style: { bold: true } },
      blank,
      { kind: 'cut' },
    ],
  };
}
