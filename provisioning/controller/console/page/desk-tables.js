import { caseActions, parkedActions } from './desk-actions.js';
import { element } from './element.js';
import { badge, table, time } from './parts.js';
import { age, count } from './words.js';

const caseStates = {
  open: { tone: 'bad', words: 'nobody has it yet' },
  'in-hand': { tone: 'wait', words: 'in hand' },
  waiting: { tone: 'wait', words: 'waits' },
};

/** Open cases, as GET /api/cases has them. `changed`: something was decided. */
export const casesTable = (cases, context, changed) =>
  table(
    'Open cases, oldest first',
    ['Case', 'Terminal', 'State', 'Next step', 'Open for', ''],
    cases.map((each) => [
      [
        element('strong', {}, each.title),
        ` ${each.words}`,
        each.receiptNumber === null ? '' : element('span.muted', {}, ` ${each.receiptNumber}`),
      ],
      [each.terminals.map((terminal) => [element('a', { href: `#/terminals/${terminal}` }, terminal), ' '])],
      [badge(caseStates[each.state].tone, caseStates[each.state].words), each.owner === null ? '' : ` ${each.owner}`],
      [each.nextStep, element('span.muted', {}, ` ${each.runbook}`)],
      element('span', { title: each.openedAt }, age(each.openedAt)),
      element('span.row-actions', {}, caseActions(each, context, changed)),
    ]),
  );

/** What Magento refuses, as GET /api/parked has it. */
export const parkedTable = (parked, context, changed) =>
  table(
    'Refused by Magento, oldest first',
    ['Receipt', 'Terminal', 'Why', 'Where it stands', 'Total', 'Sold', ''],
    parked.map((each) => [
      [
        element('strong', {}, each.receiptNumber ?? each.documentId),
        element('span.muted', {}, each.kind === 'sale' ? '' : ` ${each.kind}`),
      ],
      element('a', { href: `#/terminals/${each.terminal}` }, each.terminal),
      each.reason ?? 'no words of Magento are known',
      [
        `${each.step}; ${count(each.attempts, 'try', 'tries')}`,
        each.decided.map((words) => element('p.muted', {}, words)),
      ],
      each.total === null ? '' : `${each.total} ${each.currency ?? ''}`,
      time(each.soldAt),
      parkedActions(each, context, changed),
    ]),
  );
