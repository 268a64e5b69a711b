import { ask, part } from '../api.js';
import { openDialog, showOnce } from '../dialog.js';
import { element } from '../element.js';
import { complain, tell } from '../notices.js';
import { badge, button, empty, head, panel, table, time } from '../parts.js';
import { qrPicture } from '../qr-picture.js';
import { watched } from '../watched.js';
import { clockTime } from '../words.js';

const deviceStates = {
  asking: { tone: 'wait', words: 'asks to be let in' },
  pending: { tone: 'wait', words: 'is joining' },
  member: { tone: 'good', words: 'in the fleet' },
  revoked: { tone: 'bad', words: 'shut out' },
};

/** How devices get into the fleet: claim codes, batches, and devices that ask. */
export function joiningScreen(context) {
  const place = element('div');
  const view = element(
    'div',
    {},
    head(
      'Joining',
      'A claim code lets one device in, a batch’s credential many.',
      context.may('operator') ? button('Make a claim code', () => makeCode(load), 'button.primary') : null,
      context.may('admin') ? button('Make a batch', () => makeBatch(load)) : null,
    ),
    place,
  );
  const load = watched(context, ['claims', 'devices'], place, async () => {
    const [{ claims }, { devices }] = await Promise.all([ask('GET', '/api/claims'), ask('GET', '/api/devices')]);
    const asking = devices.filter(({ state }) => state === 'asking');
    context.mark('joining', asking.length);
    return [
      asking.length === 0 ? null : panel('Devices that ask to be let in', devicesTable(asking, context, load)),
      panel(
        'Claims',
        claims.length === 0
          ? empty(
              'No claim is open. Make a code and type it at the device within five minutes; or a batch for many devices.',
            )
          : claimsTable(claims, context, load),
      ),
      panel(
        'Devices',
        devices.length === 0
          ? empty('No device has asked yet.')
          : devicesTable(
              devices.filter(({ state }) => state !== 'asking'),
              context,
              load,
            ),
      ),
    ];
  });
  return { title: 'Joining', element: view, close: load.close };
}

const isOpen = ({ revoked, expiresAt, limit, used }) =>
  !revoked && (expiresAt === null || expiresAt > Date.now()) && (limit === null || used < limit);

const claimsTable = (claims, { may }, load) =>
  table(
    'Claims',
    ['Claim', 'State', 'For', 'Used', 'Made', ''],
    claims.map((claim) => [
      element('code', {}, claim.name),
      isOpen(claim)
        ? badge('good', claim.expiresAt === null ? 'open' : `open until ${clockTime(claim.expiresAt)}`)
        : badge('idle', claim.revoked ? 'revoked' : 'over'),
      claim.terminal !== null
        ? `${claim.terminal}${claim.replaces ? ', in place of its device' : ''}`
        : `new numbers ${claim.prefix}…${claim.group === null ? '' : `, group ${claim.group}`}${claim.approval === 'manual' ? ', each by a person’s word' : ''}`,
      claim.limit === null ? String(claim.used) : `${claim.used} of ${claim.limit}`,
      [time(claim.createdAt), element('span.muted', {}, ` by ${claim.createdBy}`)],
      may('admin') && isOpen(claim)
        ? button(
            'Revoke',
            () => act('POST', `/api/claims/${part(claim.name)}/revoke`, `${claim.name} lets nobody in any more.`, load),
            'button.quiet',
          )
        : '',
    ]),
  );

/** More are seldom looked at; the terminals' own pages tell of their devices. */
const mostDevices = 200;

const devicesTable = (devices, { may }, load) =>
  table(
    'Devices',
    ['Device', 'State', 'Terminal', 'By', 'Last asked', ''],
    [...devices]
      .sort((one, other) => other.at - one.at)
      .slice(0, mostDevices)
      .map(({ device, model, serial, state, terminal, claim, at }) => [
        [element('strong', {}, model), element('span.muted', {}, ` ${serial}, key ${device.slice(0, 8)}`)],
        badge(deviceStates[state].tone, deviceStates[state].words),
        terminal === null ? '' : element('a', { href: `#/terminals/${terminal}` }, terminal),
        claim,
        time(at),
        element(
          'span.row-actions',
          {},
          may('operator') && state === 'asking'
            ? button(
                'Let in',
                () =>
                  act('POST', `/api/devices/${part(device)}/approve`, 'It is let in when it asks the next time.', load),
                'button.primary',
              )
            : null,
          may('admin') && (state === 'revoked' || state === 'asking')
            ? button(
                'Forget',
                () =>
                  act('DELETE', `/api/devices/${part(device)}`, 'Forgotten: it may come back by a new claim.', load),
                'button.quiet',
              )
            : null,
        ),
      ]),
  );

async function act(method, path, words, load) {
  try {
    await ask(method, path);
    tell(words);
  } catch (error) {
    complain(error);
  }
  await load();
}

const groupField = async () => {
  const { groups } = await ask('GET', '/api/groups').catch(() => ({ groups: [] }));
  return {
    name: 'group',
    label: 'Group',
    kind: 'select',
    options: [['', 'none'], ...groups.map(({ name }) => [name, name])],
    help: 'Its settings hold from the first moment.',
  };
};

const isNew = ({ who }) => who === 'new';
const isReplacement = ({ who }) => who === 'replaces';

async function makeCode(load) {
  const code = await openDialog({
    title: 'Make a claim code',
    words: 'Good for five minutes, for one device.',
    fields: [
      {
        name: 'who',
        label: 'The device becomes',
        kind: 'select',
        options: [
          ['new', 'a new terminal'],
          ['number', 'the terminal with this number'],
          ['replaces', 'a terminal whose device is broken'],
        ],
      },
      {
        name: 'terminal',
        label: 'Number',
        required: true,
        maxlength: 12,
        pattern: '[A-Z0-9]([A-Z0-9\\-]*[A-Z0-9])?',
        placeholder: 'e.g. K7',
        when: ({ who }) => who !== 'new',
      },
      {
        name: 'last',
        label: 'Last receipt on paper, its counter',
        kind: 'number',
        min: 0,
        when: isReplacement,
        help: 'Empty: it goes on 1,000 numbers behind what it reported last, so that none is given twice.',
      },
      { ...(await groupField()), when: isNew },
    ],
    action: 'Make the code',
    submit: ({ who, terminal, last, group }) =>
      ask('POST', '/api/claims/codes', {
        terminal: who === 'new' ? null : terminal,
        replaces: who === 'replaces',
        lastReceiptCounter: who === 'replaces' ? last : null,
        group: who === 'new' && group !== '' ? group : null,
      }),
  });
  await load();
  if (code === undefined) return;
  await showOnce({
    title: 'Type this at the terminal, or scan it',
    words: `Good until ${clockTime(code.expiresAt)}. A new device asks for it on its display; a till that sells already takes it by MENU and the claim code.`,
    content: [
      element('p.claim-code', {}, code.code),
      code.qrRows === null ? null : qrPicture(code.qrRows, 'The same as a QR code for the terminal’s scanner'),
    ],
  });
}

async function makeBatch(load) {
  const batch = await openDialog({
    title: 'Make a batch',
    words:
      'One credential for many devices, written into their files before they leave the house. It reaches enrolment and nothing else.',
    fields: [
      {
        name: 'name',
        label: 'Name',
        required: true,
        pattern: '[a-z0-9]([a-z0-9\\-]*[a-z0-9])?',
        maxlength: 30,
        placeholder: 'e.g. spring',
      },
      { name: 'prefix', label: 'Numbers begin with', value: 'K', pattern: '[A-Z0-9\\-]{0,8}' },
      await groupField(),
      { name: 'limit', label: 'At most so many devices', kind: 'number', min: 1, help: 'Empty: any number.' },
      { name: 'hours', label: 'Good for so many hours', kind: 'number', min: 1, help: 'Empty: until it is revoked.' },
      { name: 'manual', label: 'A person lets each device in', kind: 'checkbox' },
    ],
    action: 'Make the batch',
    submit: ({ manual, group, ...rest }) =>
      ask('POST', '/api/claims/batches', {
        ...rest,
        group: group === '' ? null : group,
        approval: manual ? 'manual' : 'auto',
      }),
  });
  await load();
  if (batch === undefined) return;
  await showOnce({
    title: 'Write this down now',
    words: 'It is shown this once. It goes into every device’s file (docs/fleet.md):',
    content: element('code', {}, JSON.stringify({ claim: { username: batch.username, password: batch.password } })),
  });
}
