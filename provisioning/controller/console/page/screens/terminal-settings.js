import { ask, part } from '../api.js';
import { element, fill } from '../element.js';
import { badge, button, empty, panel, table } from '../parts.js';
import { editSetting, removeSetting, shownValue } from '../setting-editor.js';
import { keepingPlace } from '../watched.js';
import { outcomes } from '../words.js';

/** What a terminal is wanted to be, by whom, and what became of it. */
export function settingsPart({ terminal, path, context, reload }) {
  const place = element('div');
  const view = panel(
    'Settings from the fleet',
    element(
      'p.muted',
      {},
      'A terminal’s own settings lie over its group’s. What neither decides, the terminal’s file or the default does.',
    ),
    place,
  );
  const target = { words: terminal, path: `${path}/settings` };
  return {
    element: view,
    async show({ row, version, settings, secrets, reported, desiredVersion }) {
      const { groups } = await ask('GET', '/api/groups').catch(() => ({ groups: [] }));
      const group = groups.find(({ name }) => name === row.group);
      const keys = [
        ...new Set([
          ...Object.keys(settings),
          ...secrets,
          ...Object.keys(group?.settings ?? {}),
          ...(group?.secrets ?? []),
        ]),
      ].sort();
      const isUpToDate = reported !== null && desiredVersion !== null && reported.version >= desiredVersion;
      const edit = (key) => editSetting({ target, key, value: settings[key], expectedVersion: version }).then(reload);
      keepingPlace(place, () =>
        fill(
          place,
          element(
            'p',
            {},
            desiredVersion === null || desiredVersion === 0
              ? 'Nothing is decided for it here.'
              : isUpToDate
                ? [badge('good', 'up to date'), ` It has version ${desiredVersion}.`]
                : [
                    badge('wait', 'on the way'),
                    ` Version ${desiredVersion} is wanted, ${reported === null ? 'it has not said what it has' : `it has ${reported.version}`}. It fetches them when it is online.`,
                  ],
          ),
          keys.length === 0
            ? empty('No setting is decided here or by its group.')
            : table(
                `Settings of ${terminal}`,
                ['Setting', 'Value', 'Decided by', 'At the terminal', ''],
                keys.map((key) => {
                  const isOwn = key in settings || secrets.includes(key);
                  const outcome = reported?.outcomes[key];
                  return [
                    element('code', {}, key),
                    secrets.includes(key) || (!(key in settings) && group?.secrets.includes(key))
                      ? element('span.muted', {}, 'secret, not shown')
                      : element('code', {}, shownValue(isOwn ? settings[key] : group?.settings[key])),
                    isOwn
                      ? 'this terminal'
                      : element('a', { href: `#/settings/${part(row.group)}` }, `group ${row.group}`),
                    outcome === undefined
                      ? element('span.muted', {}, 'not said')
                      : [
                          badge(outcomes[outcome.state].tone, outcomes[outcome.state].words),
                          outcome.state === 'rejected' ? ` ${outcome.reason}` : '',
                        ],
                    context.may('operator')
                      ? element(
                          'span.row-actions',
                          {},
                          button(isOwn ? 'Change' : 'Decide here', () => edit(key), 'button.quiet'),
                          isOwn
                            ? button(
                                'Remove',
                                () => removeSetting({ target, key, expectedVersion: version }).then(reload),
                                'button.quiet',
                              )
                            : null,
                        )
                      : '',
                  ];
                }),
              ),
          context.may('operator')
            ? element(
                'p',
                {},
                button('Decide a setting', () => edit(null), 'button.primary'),
              )
            : null,
        ),
      );
    },
  };
}
