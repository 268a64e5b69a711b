import { element, fill, write } from '../element.js';
import { empty, head } from '../parts.js';
import { createVirtualList } from '../virtual-list.js';
import { age, count, deliveries, figure, memberships, presences } from '../words.js';

/** Kept while other places are looked at. */
const wishes = { search: '', group: '', state: '', sort: 'terminal', down: false };

const columns = [
  ['terminal', 'Terminal'],
  ['presence', 'Connection'],
  ['trouble', 'What is the matter'],
  ['waiting', 'Not in Magento yet'],
  ['oldest', 'Oldest of them'],
  ['group', 'Group'],
  ['version', 'Release'],
  ['snapshot', 'Shop’s data'],
];

const tiles = [
  ['', 'Terminals', ({ all }) => all, () => 'in the fleet', () => 'idle'],
  [
    'online',
    'Online',
    ({ online }) => online,
    ({ all, online }) => (all === online ? 'all of them' : `of ${figure(all)}`),
    () => 'good',
  ],
  ['lost', 'Lost', ({ lost }) => lost, () => 'no connection', ({ lost }) => (lost > 0 ? 'bad' : 'idle')],
  [
    'troubled',
    'Need somebody',
    ({ troubled }) => troubled,
    () => 'alarm or warning',
    ({ troubled }) => (troubled > 0 ? 'bad' : 'idle'),
  ],
  [
    'waiting',
    'Have sales waiting',
    ({ waiting }) => waiting,
    ({ sales }) => count(sales, 'sale'),
    ({ waiting }) => (waiting > 0 ? 'wait' : 'idle'),
  ],
  [
    'parked',
    'Have parked sales',
    ({ parked }) => parked,
    ({ parkedSales }) => `${count(parkedSales, 'sale')} refused`,
    ({ parked }) => (parked > 0 ? 'bad' : 'idle'),
  ],
];

/** All terminals: search, filters, and a list of any length. */
export function terminalsScreen({ fleet, scroller }) {
  const search = element('input.search', {
    type: 'search',
    'aria-label': 'Search terminals',
    placeholder: 'Number, name, group, release or trouble…',
    value: wishes.search,
    autocomplete: 'off',
    spellcheck: false,
    oninput: () => wish({ search: search.value }),
  });
  const group = element('select', { 'aria-label': 'Group', onchange: () => wish({ group: group.value }) });
  const state = element(
    'select',
    { 'aria-label': 'State', onchange: () => wish({ state: state.value }) },
    [
      ['', 'Any state'],
      ['troubled', 'Needs somebody'],
      ['waiting', 'Has sales waiting'],
      ['parked', 'Has parked sales'],
      ...Object.entries(presences).map(([key, { words }]) => [key, words[0].toUpperCase() + words.slice(1)]),
    ].map(([key, words]) => element('option', { value: key }, words)),
  );
  const tileButtons = tiles.map(([key, words]) =>
    element(
      'button.tile',
      { type: 'button', onclick: () => wish({ state: key, ...(key === '' ? { group: '', search: '' } : {}) }) },
      element('span.tile-words', {}, words),
      element('span.tile-figure', {}, '–'),
      element('span.tile-note', {}, ' '),
    ),
  );
  const shownCount = element('p.list-count', { role: 'status' });
  const download = element(
    'a.button',
    { href: '/api/export/terminals.csv', download: 'terminals.csv' },
    'Download as CSV',
  );
  const rowsPlace = element('div.rows', { role: 'rowgroup' });
  const heads = columns.map(([key, words]) =>
    element(
      'div',
      { role: 'columnheader', 'data-column': key },
      element(
        'button.sort',
        { type: 'button', onclick: () => wish({ sort: key, down: wishes.sort === key && !wishes.down }) },
        words,
      ),
    ),
  );
  const headRow = element('div.row.row-head', { role: 'row', 'aria-rowindex': 1 }, heads);
  const grid = element(
    'div.grid',
    {
      role: 'grid',
      tabindex: 0,
      'aria-label': 'Terminals; arrows move, Enter opens one',
      'aria-colcount': columns.length,
    },
    element('div', { role: 'rowgroup' }, headRow),
    rowsPlace,
  );
  const nothing = element('div', { hidden: true });
  const view = element(
    'div.terminals',
    {},
    head('Terminals', null, download),
    element('div.tiles', { role: 'group', 'aria-label': 'Filters' }, tileButtons),
    element('div.filters', {}, search, group, state, shownCount),
    grid,
    nothing,
  );

  let rows = [];
  /** The terminal that the keyboard is at. */
  let active = null;
  const list = createVirtualList({
    list: rowsPlace,
    scroller,
    makeRow,
    showRow: (row, item, index) => showRow(row, item, index, item.terminal === active),
  });

  function wish(change) {
    Object.assign(wishes, change);
    draw();
  }

  function draw() {
    rows = fleet.select(wishes);
    if (search.value !== wishes.search) search.value = wishes.search;
    state.value = wishes.state;
    drawGroups();
    drawTiles();
    for (const [index, [key]] of columns.entries()) {
      const isSorted = wishes.sort === key;
      heads[index].setAttribute('aria-sort', isSorted ? (wishes.down ? 'descending' : 'ascending') : 'none');
    }
    grid.setAttribute('aria-rowcount', String(rows.length + 1));
    const query = new URLSearchParams();
    if (wishes.search !== '') query.set('search', wishes.search);
    if (wishes.group !== '') query.set('group', wishes.group);
    if (wishes.state in presences) query.set('presence', wishes.state);
    if (wishes.state === 'troubled') query.set('troubled', 'true');
    download.href = `/api/export/terminals.csv?${query}`;
    write(
      shownCount,
      fleet.isLoaded || fleet.size > 0
        ? rows.length === fleet.size
          ? count(rows.length, 'terminal')
          : `${figure(rows.length)} of ${figure(fleet.size)}`
        : 'Fetching the terminals…',
    );
    drawEmptiness();
    list.show(rows);
  }

  function drawGroups() {
    const groups = fleet.groups();
    const wanted = ['', ...groups].join('\n');
    if (group.dataset.options !== wanted) {
      group.dataset.options = wanted;
      fill(
        group,
        element('option', { value: '' }, 'Any group'),
        groups.map((name) => element('option', { value: name }, name)),
      );
    }
    group.value = wishes.group;
  }

  function drawTiles() {
    const counts = fleet.counts();
    for (const [index, [key, , number, note, tone]] of tiles.entries()) {
      const tile = tileButtons[index];
      write(tile.children[1], fleet.size === 0 && !fleet.isLoaded ? '–' : figure(number(counts)));
      write(tile.children[2], note(counts));
      tile.dataset.tone = tone(counts);
      tile.setAttribute('aria-pressed', String(wishes.state === key));
    }
  }

  function drawEmptiness() {
    grid.hidden = rows.length === 0;
    nothing.hidden = rows.length > 0 || !fleet.isLoaded;
    if (nothing.hidden) return;
    const words =
      fleet.size === 0
        ? empty(
            'No terminal has joined this fleet yet.',
            element(
              'p',
              {},
              element('a', { href: '#/joining' }, 'Make a claim code'),
              ' and type it at a terminal, or put a batch’s credential into its file.',
            ),
          )
        : empty(
            'No terminal fits what you look for.',
            element(
              'p',
              {},
              element(
                'button',
                { type: 'button', onclick: () => wish({ search: '', group: '', state: '' }) },
                'Show all',
              ),
            ),
          );
    fill(nothing, words);
  }

  function move(to) {
    const index = Math.min(rows.length - 1, Math.max(0, to));
    active = rows[index]?.terminal ?? null;
    if (active === null) return;
    list.show(rows);
    list.reveal(index, headRow.offsetHeight);
    grid.setAttribute('aria-activedescendant', rowId(active));
  }

  grid.addEventListener('keydown', (event) => {
    if (event.target !== grid) return;
    const at = rows.findIndex((row) => row.terminal === active);
    const moves = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? 0 : at - 1,
      PageDown: at + list.page(),
      PageUp: at - list.page(),
      Home: 0,
      End: rows.length - 1,
    };
    if (event.key in moves) move(moves[event.key]);
    else if (event.key === 'Enter' && active !== null) location.hash = `#/terminals/${active}`;
    else return;
    event.preventDefault();
  });
  addEventListener('keydown', jumpToSearch);
  function jumpToSearch(event) {
    if (event.key !== '/' || event.target.closest('input, select, textarea, dialog')) return;
    event.preventDefault();
    search.focus();
  }

  draw();
  const ages = setInterval(() => list.show(rows), 30_000);
  const unwatch = fleet.onChange(draw);
  return {
    title: 'Terminals',
    element: view,
    close() {
      unwatch();
      list.close();
      clearInterval(ages);
      removeEventListener('keydown', jumpToSearch);
    },
  };
}

const rowId = (terminal) => `row-${terminal}`;

function makeRow() {
  const row = element('div.row', { role: 'row' });
  const link = element('a.row-link', { tabindex: -1 });
  row.append(
    element('div', { role: 'gridcell', 'data-column': 'terminal' }, link, element('span.row-label')),
    element('div', { role: 'gridcell', 'data-column': 'presence' }, element('span.dot'), element('span')),
    ...['trouble', 'waiting', 'oldest', 'group', 'version', 'snapshot'].map((name) =>
      element('div', { role: 'gridcell', 'data-column': name }),
    ),
  );
  row.addEventListener('click', (event) => {
    if (event.target.closest('a') === null && String(getSelection()) === '') link.click();
  });
  return row;
}

function showRow(row, item, index, isActive) {
  const [terminal, presence, trouble, waiting, oldest, group, version, snapshot] = row.children;
  const id = rowId(item.terminal);
  if (row.id !== id) row.id = id;
  row.setAttribute('aria-rowindex', String(index + 2));
  row.setAttribute('aria-selected', String(isActive));
  row.dataset.tone = item.alarms > 0 ? 'bad' : item.warnings > 0 ? 'wait' : 'good';
  const href = `#/terminals/${item.terminal}`;
  if (terminal.firstChild.getAttribute('href') !== href) terminal.firstChild.setAttribute('href', href);
  write(terminal.firstChild, item.terminal);
  write(terminal.lastChild, item.label);
  const { tone, words } = presences[item.presence];
  presence.firstChild.dataset.tone = tone;
  write(
    presence.lastChild,
    item.membership === 'enrolled'
      ? `${words}${item.presence === 'never' ? '' : `, ${age(item.presenceSince)}`}`
      : memberships[item.membership],
  );
  const more = item.alarms + item.warnings - 1;
  const delivery =
    item.presence === 'online' && item.delivery !== null && item.delivery !== 'online'
      ? deliveries[item.delivery].words
      : '';
  const matter = item.worst === null ? delivery : `${item.worst}${more > 0 ? ` (and ${more} more)` : ''}`;
  write(trouble, matter);
  if (trouble.title !== matter) trouble.title = matter;
  write(waiting, waitingWords(item));
  waiting.dataset.tone = item.parked > 0 ? 'bad' : item.waiting > 0 ? 'wait' : 'idle';
  write(oldest, item.oldestUnconfirmedAt === null ? '' : age(item.oldestUnconfirmedAt));
  write(group, item.group ?? '');
  write(version, item.version ?? '');
  write(snapshot, item.snapshotAt === null ? '' : `${age(item.snapshotAt)} old`);
}

function waitingWords({ waiting, parked, presence }) {
  if (waiting === 0 && parked === 0) return presence === 'never' ? '' : 'nothing';
  return [waiting > 0 ? count(waiting, 'sale') : null, parked > 0 ? `${parked} parked` : null]
    .filter(Boolean)
    .join(', ');
}
