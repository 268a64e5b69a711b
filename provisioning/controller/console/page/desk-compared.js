import { ask, part } from './api.js';
import { openDialog } from './dialog.js';
import { element } from './element.js';
import { badge, button, empty, panel, table, time } from './parts.js';
import { count, jobStates } from './words.js';

const states = {
  ...jobStates,
  later: { tone: 'idle', words: 'in its turn' },
  away: { tone: 'idle', words: 'not connected' },
};

/** Looks at Magento’s orders: the newest of them whole, and a way to have another. */
export async function comparedPart({ may }, again) {
  const { reconciliations } = await ask('GET', '/api/reconciliations?limit=5');
  const newest = reconciliations[0];
  const begin = may('operator')
    ? element(
        'p',
        {},
        button('Compare now', () => compare(again), 'button.primary'),
      )
    : null;
  if (newest === undefined) {
    return panel(null, empty('Journals and Magento’s orders were not compared from here yet.'), begin);
  }
  const look = await ask('GET', `/api/reconciliations/${part(newest.reconciliationId)}`);
  const wrong = look.differing + look.missing;
  const wanting = look.looks.filter(({ state }) => state !== 'succeeded');
  return [
    panel(
      null,
      element(
        'p.big',
        { 'data-tone': wrong > 0 ? 'bad' : look.compared < look.terminals ? 'wait' : 'good' },
        headline(look, wrong),
      ),
      element(
        'p.muted',
        {},
        `${look.compared} of ${count(look.terminals, 'terminal')} have compared, ${look.away} are away, ${look.failed} could not. Sales since `,
        time(look.since),
        '; begun ',
        time(look.createdAt),
        ` by ${look.createdBy}.`,
      ),
      begin,
    ),
    look.differences.length === 0
      ? null
      : panel(
          'Differences',
          element('p.muted', {}, 'Each is a case.'),
          table(
            'Differences',
            ['What', 'Terminal', 'Next step'],
            look.differences.map((each) => [
              [each.receiptNumber === null ? '' : element('strong', {}, `${each.receiptNumber} `), each.words],
              each.terminals.map((terminal) => [element('a', { href: `#/terminals/${terminal}` }, terminal), ' ']),
              [each.nextStep, element('span.muted', {}, ` ${each.runbook}`)],
            ]),
          ),
        ),
    look.gone.length === 0
      ? null
      : panel(
          'Terminals that are gone',
          table(
            'Terminals that are gone',
            ['Terminal', 'Receipts without an order', 'Looked for by'],
            look.gone.map(({ terminal, missing, lookedFor }) => [
              terminal,
              missing === null ? 'not known' : String(missing),
              lookedFor ?? 'nobody of its shop was there',
            ]),
          ),
        ),
    wanting.length === 0
      ? null
      : panel(
          'Not compared',
          table(
            'Terminals that have not compared',
            ['Terminal', 'State', 'What it says'],
            wanting
              .slice(0, 200)
              .map(({ terminal, state, words }) => [
                element('a', { href: `#/terminals/${terminal}` }, terminal),
                badge(states[state].tone, states[state].words),
                words,
              ]),
          ),
        ),
  ];
}

function headline({ state, compared, terminals }, wrong) {
  if (wrong > 0) return `${count(wrong, 'difference')} between the tills and Magento`;
  if (compared < terminals)
    return state === 'running' ? 'So far the tills and Magento agree' : 'Those that looked agree with Magento';
  return 'All tills and Magento agree';
}

async function compare(again) {
  const { groups } = await ask('GET', '/api/groups').catch(() => ({ groups: [] }));
  await openDialog({
    title: 'Compare journals with Magento’s orders',
    words:
      'Each terminal compares its own; nothing is changed in Magento. Differences become cases. Those that are away look when they are back, within a day.',
    fields: [
      {
        name: 'group',
        label: 'Whom',
        kind: 'select',
        options: [['', 'all terminals'], ...groups.map(({ name }) => [name, `group ${name}`])],
      },
      { name: 'days', label: 'Sales of the last days', kind: 'number', value: 14, min: 1, max: 366, required: true },
    ],
    action: 'Compare',
    submit: ({ group, days }) =>
      ask('POST', '/api/reconciliations', {
        since: Date.now() - days * 86_400_000,
        group: group === '' ? null : group,
      }),
  });
  await again();
}
