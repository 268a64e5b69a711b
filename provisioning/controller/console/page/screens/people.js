import { ask, part } from '../api.js';
import { openDialog, showOnce } from '../dialog.js';
import { element } from '../element.js';
import { complain, tell } from '../notices.js';
import { badge, button, empty, head, panel, table, time } from '../parts.js';
import { watched } from '../watched.js';

const roles = [
  ['viewer', 'viewer: looks'],
  ['operator', 'operator: changes settings, orders jobs, makes claim codes'],
  ['admin', 'admin: also makes batches, shuts out, keeps users'],
];
const passwordHelp = 'At least 12 characters; a few words are easy to remember and hard to guess.';

/** Who may sign in. */
export function usersScreen(context) {
  const list = element('div');
  const view = element(
    'div',
    {},
    head(
      'Users',
      'Everything that somebody does is in the audit log under their name.',
      button('Add a user', () => add(), 'button.primary'),
    ),
    panel(null, list),
  );
  const load = watched(context, ['users'], list, async () => {
    const { users } = await ask('GET', '/api/users');
    return table(
      'Users',
      ['Name', 'Role', 'State', 'Since', ''],
      users.map((user) => [
        element('strong', {}, user.name),
        user.role,
        badge(user.disabled ? 'bad' : 'good', user.disabled ? 'shut out' : 'may sign in'),
        time(user.createdAt),
        element(
          'span.row-actions',
          {},
          button('Role', () => changeRole(user), 'button.quiet'),
          button('New password', () => changePassword(user), 'button.quiet'),
          button(user.disabled ? 'Let in again' : 'Shut out', () => shut(user), 'button.quiet'),
        ),
      ]),
    );
  });

  async function add() {
    await openDialog({
      title: 'Add a user',
      fields: [
        { name: 'name', label: 'Name', required: true, maxlength: 100 },
        {
          name: 'password',
          label: 'First password',
          kind: 'password',
          required: true,
          autocomplete: 'new-password',
          help: passwordHelp,
        },
        { name: 'role', label: 'Role', kind: 'select', options: roles },
      ],
      action: 'Add',
      submit: (wishes) => ask('POST', '/api/users', wishes),
    });
    await load();
  }
  const change = (user, wishes) => ask('PATCH', `/api/users/${part(user.name)}`, wishes);
  async function changeRole(user) {
    await openDialog({
      title: `Role of ${user.name}`,
      fields: [{ name: 'role', label: 'Role', kind: 'select', value: user.role, options: roles }],
      action: 'Save',
      submit: (wishes) => change(user, wishes),
    });
    await load();
  }
  async function changePassword(user) {
    await openDialog({
      title: `A new password for ${user.name}`,
      words: 'Whoever is signed in with the old one is signed out.',
      fields: [
        {
          name: 'password',
          label: 'Password',
          kind: 'password',
          required: true,
          autocomplete: 'new-password',
          help: passwordHelp,
        },
      ],
      action: 'Save',
      submit: (wishes) => change(user, wishes),
    });
    await load();
  }
  async function shut(user) {
    await change(user, { disabled: !user.disabled }).catch(complain);
    await load();
  }
  return { title: 'Users', element: view, close: load.close };
}

/** One’s own password and tokens. */
export function meScreen(context) {
  const list = element('div');
  const view = element(
    'div',
    {},
    head(
      context.session.user,
      `You are ${context.session.role}.`,
      button('Change my password', () => changePassword()),
      button('Make a token', () => makeToken(), 'button.primary'),
    ),
    panel(
      'Tokens for programs',
      element('p.muted', {}, 'For holdfast fleet …, Prometheus and scripts. A token has at most its maker’s role.'),
      list,
    ),
  );
  const load = watched(context, [], list, async () => {
    const { tokens } = await ask('GET', '/api/tokens');
    return tokens.length === 0
      ? empty('There is no token.')
      : table(
          'Tokens',
          ['For', 'Of', 'Role', 'Good until', 'Made', ''],
          tokens.map(({ id, label, user, role, expiresAt, createdAt }) => [
            label,
            user,
            role,
            expiresAt === null ? 'it is taken back' : time(expiresAt),
            time(createdAt),
            button('Take back', () => takeBack(id), 'button.quiet'),
          ]),
        );
  });

  async function changePassword() {
    const done = await openDialog({
      title: 'Change my password',
      words: 'You are signed out everywhere, and sign in anew.',
      fields: [
        { name: 'old', label: 'Old password', kind: 'password', required: true, autocomplete: 'current-password' },
        {
          name: 'new',
          label: 'New password',
          kind: 'password',
          required: true,
          autocomplete: 'new-password',
          help: passwordHelp,
        },
      ],
      action: 'Change it',
      submit: (wishes) => ask('POST', '/api/session/password', wishes),
    });
    if (done !== undefined) location.reload();
  }
  async function makeToken() {
    const made = await openDialog({
      title: 'Make a token',
      fields: [
        { name: 'label', label: 'What it is for', required: true, maxlength: 100 },
        { name: 'role', label: 'Role', kind: 'select', options: roles },
        {
          name: 'days',
          label: 'Good for so many days',
          kind: 'number',
          min: 1,
          help: 'Empty: until it is taken back.',
        },
      ],
      action: 'Make it',
      submit: (wishes) => ask('POST', '/api/tokens', wishes),
    });
    await load();
    if (made !== undefined)
      await showOnce({
        title: 'Copy the token now',
        words: 'It is shown this once.',
        content: element('code', {}, made.token),
      });
  }
  async function takeBack(id) {
    try {
      await ask('DELETE', `/api/tokens/${part(id)}`);
      tell('The token is worth nothing any more.');
    } catch (error) {
      complain(error);
    }
    await load();
  }
  return { title: 'You', element: view, close: load.close };
}
