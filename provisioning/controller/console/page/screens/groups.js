import { ask, part } from '../api.js';
import { openDialog } from '../dialog.js';
import { element } from '../element.js';
import { tell } from '../notices.js';
import { button, empty, head, panel, table } from '../parts.js';
import { editSetting, removeSetting, shownValue } from '../setting-editor.js';
import { watched } from '../watched.js';
import { count } from '../words.js';

/** Groups, and what all terminals of one are wanted to be. */
export function groupsScreen(context) {
  const list = element('div');
  const view = element(
    'div',
    {},
    head(
      'Settings',
      'A group’s settings hold for all terminals in it; a terminal’s own lie over them.',
      context.may('operator') ? button('Make a group', () => make(), 'button.primary') : null,
    ),
    panel('Groups', list),
  );
  const load = watched(context, ['groups', 'terminals'], list, async () => {
    const { groups } = await ask('GET', '/api/groups');
    return groups.length === 0
      ? empty('There is no group yet. Make one, put terminals into it, and decide for all of them at once.')
      : table(
          'Groups',
          ['Group', 'Name', 'Terminals', 'Settings decided'],
          groups.map(({ name, label, terminals, settings, secrets }) => [
            element('a', { href: `#/settings/${name}` }, name),
            label,
            String(terminals),
            String(Object.keys(settings).length + secrets.length),
          ]),
        );
  });

  async function make() {
    const name = await openDialog({
      title: 'Make a group',
      fields: [
        {
          name: 'name',
          label: 'Short name',
          required: true,
          pattern: '[a-z0-9]([a-z0-9\\-]*[a-z0-9])?',
          maxlength: 40,
          help: 'Small letters, digits and "-".',
        },
        { name: 'label', label: 'What it is', maxlength: 100 },
      ],
      action: 'Make it',
      submit: async (wishes) => {
        await ask('POST', '/api/groups', wishes);
        return wishes.name;
      },
    });
    if (name !== undefined) location.hash = `#/settings/${name}`;
  }

  return { title: 'Settings', element: view, close: load.close };
}

/** One group’s settings. */
export function groupScreen(context, name) {
  const place = element('div', {}, head(name, null));
  const target = { words: `group ${name}`, path: `/api/groups/${part(name)}/settings` };
  const load = watched(context, ['groups', 'terminals'], place, async () => {
    const { groups } = await ask('GET', '/api/groups');
    const group = groups.find((each) => each.name === name);
    if (group === undefined)
      return empty(`There is no group ${name} (any more).`, element('a', { href: '#/settings' }, 'To the groups'));
    const { label, version, terminals, settings, secrets } = group;
    const keys = [...Object.keys(settings), ...secrets].sort();
    const edit = (key) => editSetting({ target, key, value: settings[key], expectedVersion: version }).then(load);
    return [
      element('p.trail', {}, element('a', { href: '#/settings' }, 'Settings'), ' ›'),
      head(
        `Group ${name}`,
        [label, label === '' ? '' : ': ', count(terminals, 'terminal')],
        context.may('operator') ? button('Decide a setting', () => edit(null), 'button.primary') : null,
        context.may('admin') && terminals === 0 ? button('Remove the group', () => remove(), 'button.danger') : null,
      ),
      panel(
        null,
        keys.length === 0
          ? empty('Nothing is decided for this group yet.')
          : table(
              `Settings of group ${name}`,
              ['Setting', 'Value', ''],
              keys.map((key) => [
                element('code', {}, key),
                secrets.includes(key)
                  ? element('span.muted', {}, 'secret, not shown')
                  : element('code', {}, shownValue(settings[key])),
                context.may('operator')
                  ? element(
                      'span.row-actions',
                      {},
                      button('Change', () => edit(key), 'button.quiet'),
                      button(
                        'Remove',
                        () => removeSetting({ target, key, expectedVersion: version }).then(load),
                        'button.quiet',
                      ),
                    )
                  : '',
              ]),
            ),
      ),
    ];
  });

  async function remove() {
    const done = await openDialog({
      title: `Remove group ${name}?`,
      words: 'No terminal is in it.',
      action: 'Remove it',
      danger: true,
      submit: () => ask('DELETE', `/api/groups/${part(name)}`),
    });
    if (done === undefined) return;
    tell(`Group ${name} is removed.`);
    location.hash = '#/settings';
  }

  return { title: `Group ${name}`, element: place, close: load.close };
}
