import { describe, expect, test } from 'vitest';
import { paperWidths } from '../../drivers/printer/document.ts';
import { documentText } from '../../drivers/printer/document-text.ts';
import { builtInLanguages } from '../../src/languages/language.ts';
import { composeChecklist } from '../../src/receipts/checklist.ts';
import { caseKinds } from '../../src/reconciliation/case-kinds.ts';
import { type ChecklistFacts, checklist } from '../../src/reconciliation/checklist.ts';
import { worstOf } from '../../src/reconciliation/verdict.ts';
import { translate } from '../../src/screens/phrase-book.ts';
import { dataset, hour, mb, now, well } from '../reconciliation/mornings.ts';

const oldest = { name: 'receipt K1-00000007', soldAt: now - 30 * hour };
/** After a night without network, and nobody has looked after anything for weeks. */
const bad: ChecklistFacts = {
  ...well,
  dataset: { ...dataset, room: 12 * mb, journal: { state: 'stopped', words: 'nothing can be kept: the disk is full' } },
  delivery: {
    ...well.delivery,
    state: 'offline',
    words: 'No connection to the shop (connect ECONNREFUSED)',
    nextAttemptAt: now + 40_000,
    oldest,
    waiting: 12,
    parked: 1,
    begun: 2,
  },
  cards: { ...well.cards, stored: 3, storedTotal: '60.00', deciding: 2, window: 'urgent', compared: null },
  reservations: { waiting: 4, overstated: 2 },
  orders: { at: now - 100 * 24 * hour, differences: 3 },
  cases: Object.values(caseKinds).map(({ title, runbook }) => ({ title, runbook, count: 2 })),
};

/** Everything a checklist can say, one after the other. */
const mornings: readonly ChecklistFacts[] = [
  well,
  bad,
  { ...well, dataset: { ...dataset, snapshot: null }, orders: null, cards: { ...well.cards, unknown: 1 } },
  { ...well, dataset: { ...dataset, room: 5 * mb }, delivery: { ...well.delivery, heartbeatAge: 200_000 } },
  { ...well, dataset: { ...dataset, snapshot: { size: 190 * mb, used: 190 * mb, budget: 200 * mb } } },
  { ...well, dataset: { ...dataset, room: 10 * mb }, delivery: { ...well.delivery, state: 'paused', begun: 1 } },
  { ...well, delivery: { ...well.delivery, lastConfirmationAt: null, oldest, waiting: 1 } },
  { ...well, cards: { ...well.cards, compared: { at: now, newestRowAt: null, differences: 2 } } },
  { ...well, cards: { ...well.cards, compared: null } },
];

describe('a checklist on paper', () => {
  test.each(builtInLanguages.map((each) => [each.code, each] as const))('in %s', async (code, language) => {
    const printed = [well, bad].map((facts) => {
      const lines = checklist(facts);
      const say = (english: string): string => translate(language.screens.problems, english);
      const document = composeChecklist('K1', '23.11.2026 09:00', worstOf(lines), lines, language.receipts, say);
      return documentText(document, paperWidths[42]);
    });
    await expect(`${printed.join('\n')}\n`).toMatchFileSnapshot(`golden/checklist-${code}.txt`);
  });

  test.each(['de', 'fr', 'vi'])('has a word for everything that it can say, in %s', (code) => {
    const { problems } = builtInLanguages.find((each) => each.code === code)?.screens ?? { problems: {} };
    for (const { words, nextStep } of mornings.flatMap(checklist)) {
      expect(translate(problems, words)).not.toBe(words);
      const steps = nextStep?.replaceAll(/docs\/\S+|"[^"]*"/g, '').trim() ?? '';
      if (/[a-z]/i.test(steps)) expect(translate(problems, nextStep ?? '')).not.toBe(nextStep);
    }
  });
});
