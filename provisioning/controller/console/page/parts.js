import { element } from './element.js';
import { moment, wholeMoment } from './words.js';

/** A word in the colour of what it means. */
export const badge = (tone, words) => element('span.badge', { 'data-tone': tone }, words);

/** A moment that tells all of itself when it is pointed at. */
export const time = (at) =>
  element('time', { datetime: new Date(at).toISOString(), title: wholeMoment(at) }, moment(at));

/** A screen's head: its name, what it is about, and what can be done. */
export function head(title, words, ...actions) {
  return element(
    'header.head',
    {},
    element('div', {}, element('h1', { tabindex: -1 }, title), words ? element('p.muted', {}, words) : null),
    element('div.head-actions', {}, actions),
  );
}

/** What a screen says when it has nothing to show: what that means, and what to do. */
export const empty = (words, ...more) => element('div.empty', {}, element('p', {}, words), more);

export const panel = (title, ...children) =>
  element('section.panel', {}, title ? element('h2', {}, title) : null, children);

export const button = (words, onclick, kind = 'button') => element(kind, { type: 'button', onclick }, words);

/** A table whose rows become cards on narrow screens. `columns`: their names; rows: cells in that order. */
export function table(label, columns, rows) {
  return element(
    'div.table-scroll',
    {},
    element(
      'table.table',
      { 'aria-label': label },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          columns.map((name) => element('th', { scope: 'col' }, name)),
        ),
      ),
      element(
        'tbody',
        {},
        rows.map((cells) =>
          element(
            'tr',
            {},
            cells.map((cell, index) => element('td', { 'data-column': columns[index] }, element('div', {}, cell))),
          ),
        ),
      ),
    ),
  );
}

/** Name and value, one under the other. */
export function facts(pairs) {
  return element(
    'dl.facts',
    {},
    pairs.filter(Boolean).map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
}
