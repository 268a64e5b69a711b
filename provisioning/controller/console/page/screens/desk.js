import { ask } from '../api.js';
import { comparedPart } from '../desk-compared.js';
import { casesTable, parkedTable } from '../desk-tables.js';
import { element, fill } from '../element.js';
import { badge, button, empty, head, panel, table, time } from '../parts.js';
import { watched } from '../watched.js';
import { count, presences } from '../words.js';

const verdicts = { ok: 'good', attention: 'wait', fail: 'bad' };
const verdictWords = { ok: 'ok', attention: 'attention', fail: 'fail' };
const parts = [
  ['', 'Cases'],
  ['parked', 'Refused by Magento'],
  ['checklist', 'Checklist'],
  ['compared', 'Compared with Magento'],
];

/** What people have to do after an outage: cases, the parking desk, the checklists of all terminals. */
export function deskScreen(context, wanted = '') {
  const place = element('div', {}, element('p.muted', {}, 'Fetching…'));
  const view = element(
    'div',
    {},
    head('After the outage', 'What needs a person’s decision before Magento and the tills agree.'),
    element(
      'nav.tabs',
      { 'aria-label': 'Parts of the desk' },
      parts.map(([name, words]) =>
        element(
          'a',
          { href: name === '' ? '#/desk' : `#/desk/${name}`, 'aria-current': name === wanted ? 'page' : null },
          words,
        ),
      ),
    ),
    place,
  );
  const make = { parked: parkedPart, checklist: checklistPart, compared: comparedPart }[wanted] ?? casesPart;
  const load = watched(
    context,
    ['reports', 'cases', 'reconciliations'],
    place,
    () => make(context, () => load()),
    15_000,
  );
  return { title: 'After the outage', element: view, close: load.close };
}

async function casesPart(context, again) {
  const { mark } = context;
  const { total, unlisted, cases } = await ask('GET', '/api/cases');
  mark('desk', total);
  if (total === 0)
    return panel(
      null,
      empty('No case is open: nothing is known on which the tills, Magento and the acquirer disagree.'),
    );
  return panel(
    count(total, 'open case'),
    unlisted > 0
      ? element('p.muted', {}, `And ${unlisted} more that their terminals have not listed: holdfast cases list there.`)
      : null,
    casesTable(cases, context, again),
  );
}

async function parkedPart(context, again) {
  const { total, unlisted, parked } = await ask('GET', '/api/parked');
  if (total === 0) return panel(null, empty('Magento refuses nothing. What the tills sold gets in by itself.'));
  return panel(
    `${count(total, 'document')} that Magento refuses`,
    element(
      'p.muted',
      {},
      'Each blocks nothing behind it. What may be done: docs/parking.md.',
      unlisted > 0 ? ` And ${unlisted} more that are not listed.` : '',
    ),
    parkedTable(parked, context, again),
  );
}

async function checklistPart() {
  const { at, verdict, terminals } = await ask('GET', '/api/checklist');
  if (terminals.length === 0) return panel(null, empty('No terminal has joined this fleet yet.'));
  const counts = Object.keys(verdicts).map((each) => [
    each,
    terminals.filter((terminal) => terminal.verdict === each).length,
  ]);
  const troubled = terminals.filter((each) => each.verdict !== 'ok');
  return [
    panel(
      null,
      element(
        'p.big',
        { 'data-tone': verdicts[verdict] },
        verdict === 'ok'
          ? 'Everything is in Magento and reconciled, at every terminal'
          : `${count(troubled.length, 'terminal')} of ${terminals.length} need a look`,
      ),
      element(
        'p',
        {},
        counts.map(([each, number]) => [badge(verdicts[each], `${number} ${verdictWords[each]}`), ' ']),
        element('span.muted', {}, 'as of '),
        time(at),
      ),
    ),
    ...troubled.slice(0, mostChecklists).map(checklistOf),
    troubled.length > mostChecklists
      ? element('p.muted', {}, `And ${troubled.length - mostChecklists} more: holdfast fleet checklist.`)
      : null,
  ];
}

const mostChecklists = 50;

function checklistOf({ terminal, label, presence, verdict, lines }) {
  const wanting = lines.filter((line) => line.verdict !== 'ok');
  const fine = lines.length - wanting.length;
  const list = element('div', {}, linesTable(terminal, wanting));
  const all = button(
    `Show the ${count(fine, 'line')} that are ok`,
    () => {
      all.remove();
      fill(list, linesTable(terminal, lines));
    },
    'button.quiet',
  );
  return element(
    'section.panel',
    {},
    element(
      'h2',
      {},
      badge(verdicts[verdict], verdictWords[verdict]),
      ' ',
      element('a', { href: `#/terminals/${terminal}` }, terminal),
      ` ${label}`,
      element('span.muted', {}, ` ${presences[presence].words}`),
    ),
    list,
    fine > 0 ? all : null,
  );
}

const linesTable = (terminal, lines) =>
  table(
    `Checklist of ${terminal}`,
    ['State', 'Check', 'What', 'Next step'],
    lines.map((line) => [
      badge(verdicts[line.verdict], verdictWords[line.verdict]),
      line.check,
      line.words,
      line.nextStep ?? '',
    ]),
  );
