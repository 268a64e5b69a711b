import type { ReceiptDocument, ReceiptElement } from '../../drivers/printer/document.ts';
import { blank, line, pair, rule, titleElement } from './shop-print.ts';
import type { ReceiptWords } from './words.ts';

type Verdict = 'ok' | 'attention' | 'fail';

export interface PrintedCheck {
  readonly verdict: Verdict;
  readonly words: string;
  readonly nextStep: string | null;
}

/**
 * A checklist on paper, for whoever closes the till, in words of their own. `moment`: date and time as they are to be printed; `say`:
 * the English of a check in the till's language.
 */
export function composeChecklist(
  terminal: string,
  moment: string,
  verdict: Verdict,
  lines: readonly PrintedCheck[],
  words: ReceiptWords,
  say: (english: string) => string,
): ReceiptDocument {
  const verdicts = { ok: words.checkOk, attention: words.checkAttention, fail: words.checkFail };
  return {
    title: `checklist ${terminal}`,
    elements: [
      titleElement(words.checklist),
      pair(terminal, moment),
      rule,
      ...lines.flatMap((each): ReceiptElement[] => [
        line(`[${verdicts[each.verdict]}] ${say(each.words)}`),
        ...(each.nextStep === null ? [] : [line(`-> ${say(each.nextStep)}`)]),
      ]),
      rule,
      { kind: 'left-right', left: terminal, right: verdicts[verdict], style: { bold: true } },
      blank,
      { kind: 'cut' },
    ],
  };
}
