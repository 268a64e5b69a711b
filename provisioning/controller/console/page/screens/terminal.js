import { ask, part } from '../api.js';
import { openDialog } from '../dialog.js';
import { element, fill } from '../element.js';
import { tell } from '../notices.js';
import { badge, button, empty, time } from '../parts.js';
import { memberships, presences } from '../words.js';
import { healthPart } from './terminal-health.js';
import { historyPart } from './terminal-history.js';
import { jobsPart } from './terminal-jobs.js';
import { reportPart } from './terminal-report.js';
import { settingsPart } from './terminal-settings.js';

/** The parts of a terminal's page: `(place) => {element, show(detail), close?}`. */
const parts = [
  ['', 'Now', healthPart],
  ['history', 'History', historyPart],
  ['settings', 'Settings', settingsPart],
  ['jobs', 'Jobs', jobsPart],
  ['report', 'Outage report', reportPart],
];

/** All that is known of one terminal. */
export function terminalScreen(context, terminal, wanted = '') {
  const path = `/api/terminals/${part(terminal)}`;
  const title = element('h1', { tabindex: -1 }, terminal);
  const about = element('div.terminal-about');
  const actions = element('div.head-actions');
  const view = element(
    'div.terminal',
    {},
    element('p.trail', {}, element('a', { href: '#/terminals' }, 'Terminals'), ' ›'),
    element('header.head', {}, element('div', {}, title, about), actions),
    element(
      'nav.tabs',
      { 'aria-label': `Parts of ${terminal}` },
      parts.map(([name, words]) =>
        element(
          'a',
          {
            href: `#/terminals/${terminal}${name === '' ? '' : `/${name}`}`,
            'aria-current': name === wanted ? 'page' : null,
          },
          words,
        ),
      ),
    ),
  );
  const [, , make] = parts.find(([name]) => name === wanted) ?? parts[0];
  const place = { terminal, path, context, reload: () => load() };
  const shown = make(place);
  view.append(shown.element);
  let detail = null;

  async function load() {
    try {
      detail = await ask('GET', path);
    } catch (error) {
      if (error.status === 404)
        fill(
          shown.element,
          empty(
            `There is no terminal ${terminal} (any more).`,
            element('p', {}, element('a', { href: '#/terminals' }, 'To the terminals')),
          ),
        );
      else if (detail === null)
        fill(shown.element, empty(`${error.message}. ${error.hint ?? ''}`, button('Try again', load)));
      return;
    }
    drawHead();
    shown.show(detail);
  }

  function drawHead() {
    const { row, device, revoked } = detail;
    const { tone, words } = presences[row.presence];
    fill(
      about,
      row.label === '' ? null : element('strong', {}, row.label),
      row.membership === 'enrolled' ? badge(tone, words) : badge('idle', memberships[row.membership]),
      row.membership === 'enrolled' && row.presence !== 'never'
        ? element('span.muted', {}, 'since ', time(row.presenceSince))
        : null,
      row.group === null
        ? element('span.muted', {}, 'in no group')
        : element('span', {}, 'group ', element('a', { href: `#/settings/${row.group}` }, row.group)),
      device === null ? null : element('span.muted', {}, device.model),
      revoked === null ? null : element('span.muted', {}, `shut out by ${revoked.by}: ${revoked.why}`),
    );
    fill(
      actions,
      context.may('operator') ? button('Name and group', () => rename(detail, place)) : null,
      context.may('admin') && row.membership === 'enrolled'
        ? button('Shut out', () => revoke(place), 'button.danger')
        : null,
      context.may('admin') && (row.membership === 'expected' || row.membership === 'revoked')
        ? button('Forget', () => forget(place), 'button.danger')
        : null,
    );
  }

  void load();
  const ends = [
    context.fleet.onChange((numbers) => {
      if (numbers === null || numbers.includes(terminal)) later();
    }),
    context.onCollections((names) => {
      if (names.includes('everything') || names.includes('desired') || names.includes('jobs')) later();
    }),
  ];
  /** Telemetry comes in pieces: what comes within a second is looked at once. */
  let timer = 0;
  function later() {
    if (timer !== 0) return;
    timer = setTimeout(() => {
      timer = 0;
      void load();
    }, 1000);
  }
  return {
    title: terminal,
    element: view,
    close() {
      for (const end of ends) end();
      clearTimeout(timer);
      shown.close?.();
    },
  };
}

async function rename({ row, version }, { terminal, path, reload }) {
  const { groups } = await ask('GET', '/api/groups').catch(() => ({ groups: [] }));
  await openDialog({
    title: `Name and group of ${terminal}`,
    words: 'The group’s settings hold for all terminals in it; the terminal’s own lie over them.',
    fields: [
      {
        name: 'label',
        label: 'Name',
        value: row.label,
        maxlength: 100,
        placeholder: 'where it stands, e.g. Fish market, stall 3',
      },
      {
        name: 'group',
        label: 'Group',
        kind: 'select',
        value: row.group ?? '',
        options: [['', 'none'], ...groups.map(({ name }) => [name, name])],
      },
    ],
    action: 'Save',
    submit: ({ label, group }) =>
      ask('PATCH', path, { label, group: group === '' ? null : group, expectedVersion: version }),
  });
  await reload();
}

async function revoke({ terminal, path, reload }) {
  const done = await openDialog({
    title: `Shut ${terminal} out for good?`,
    words:
      'For a device that was stolen or sold. Its credentials are worth nothing from this moment on. It can still sell, but nobody hears of it here; sales on it are not lost (docs/recovery.md).',
    fields: [{ name: 'why', label: 'Why', required: true, maxlength: 300 }],
    action: 'Shut it out',
    danger: true,
    submit: ({ why }) => ask('POST', `${path}/revoke`, { why }),
  });
  if (done !== undefined) tell(`${terminal} is shut out.`);
  await reload();
}

async function forget({ terminal, path }) {
  const done = await openDialog({
    title: `Forget ${terminal}?`,
    words: 'Its number becomes free. No device is this terminal now.',
    action: 'Forget it',
    danger: true,
    submit: () => ask('DELETE', path),
  });
  if (done === undefined) return;
  tell(`${terminal} is forgotten.`);
  location.hash = '#/terminals';
}
