import { ask } from '../api.js';
import { element, fill } from '../element.js';
import { badge, button, empty, head, panel, table, time } from '../parts.js';

const pageSize = 100;

/** What people did, or were refused. */
export function auditScreen() {
  const search = element('input.search', {
    type: 'search',
    'aria-label': 'Search what is shown',
    placeholder: 'Person, terminal or action…',
    oninput: () => draw(),
  });
  const list = element('div', {}, element('p.muted', {}, 'Fetching…'));
  const more = button('Show older ones', () => load());
  const view = element(
    'div',
    {},
    head('Audit log', 'Kept for two years. Contents of requests are never in it: they may be secret.'),
    panel(null, element('div.filters', {}, search), list, more),
  );
  const entries = [];
  more.hidden = true;

  async function load() {
    try {
      const before = entries.at(-1)?.id;
      const { entries: older } = await ask(
        'GET',
        `/api/audit?limit=${pageSize}${before === undefined ? '' : `&before=${encodeURIComponent(before)}`}`,
      );
      entries.push(...older);
      more.hidden = older.length < pageSize;
      draw();
    } catch (error) {
      fill(list, empty(`${error.message}.`, button('Try again', load)));
    }
  }

  function draw() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = entries.filter((each) => words.every((word) => textOf(each).includes(word)));
    fill(
      list,
      shown.length === 0
        ? empty(
            entries.length === 0 ? 'Nobody has done anything yet.' : 'Nothing of what is fetched fits. Older ones may.',
          )
        : table(
            'What people did, newest first',
            ['When', 'Who', 'What', 'To', 'Outcome'],
            shown.map(({ at, entry }) => [
              time(at),
              entry.user === '' ? element('span.muted', {}, 'nobody known') : entry.user,
              [entry.what, element('span.muted', {}, ` ${entry.action}`)],
              Object.values(entry.of ?? {}).join(', '),
              badge(entry.outcome === 'done' ? 'good' : 'bad', entry.outcome),
            ]),
          ),
    );
  }

  void load();
  return { title: 'Audit log', element: view };
}

const textOf = ({ entry }) =>
  [entry.user, entry.what, entry.action, entry.outcome, ...Object.values(entry.of ?? {})].join(' ').toLowerCase();
