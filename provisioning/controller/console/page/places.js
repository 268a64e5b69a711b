import { element } from './element.js';
import { head } from './parts.js';
import { alarmsScreen } from './screens/alarms.js';
import { auditScreen } from './screens/audit.js';
import { deskScreen } from './screens/desk.js';
import { groupScreen, groupsScreen } from './screens/groups.js';
import { joiningScreen } from './screens/joining.js';
import { meScreen, usersScreen } from './screens/people.js';
import { releasesScreen } from './screens/releases.js';
import { rolloutScreen, rolloutsScreen } from './screens/rollouts.js';
import { terminalScreen } from './screens/terminal.js';
import { terminalsScreen } from './screens/terminals.js';

/** What stands at the top of every page. */
export const tops = [
  { name: 'terminals', words: 'Terminals', role: 'viewer' },
  { name: 'alarms', words: 'Alarms', role: 'viewer' },
  { name: 'desk', words: 'After the outage', role: 'viewer' },
  { name: 'rollouts', words: 'Rollouts', role: 'viewer' },
  { name: 'settings', words: 'Settings', role: 'viewer' },
  { name: 'joining', words: 'Joining', role: 'viewer' },
  { name: 'users', words: 'Users', role: 'admin' },
  { name: 'audit', words: 'Audit', role: 'admin' },
];

/** Address → screen: `(context, ...parts) => {title, element, close?}`. */
const screens = [
  [/^\/terminals$/, terminalsScreen],
  [/^\/terminals\/([^/]+)(?:\/([a-z-]+))?$/, terminalScreen],
  [/^\/alarms$/, alarmsScreen],
  [/^\/desk(?:\/([a-z]+))?$/, deskScreen],
  [/^\/rollouts$/, rolloutsScreen],
  [/^\/rollouts\/([^/]+)$/, rolloutScreen],
  [/^\/releases$/, releasesScreen],
  [/^\/settings$/, groupsScreen],
  [/^\/settings\/([^/]+)$/, groupScreen],
  [/^\/joining$/, joiningScreen],
  [/^\/users$/, usersScreen],
  [/^\/audit$/, auditScreen],
  [/^\/me$/, meScreen],
];

export function screenFor(path, context) {
  for (const [pattern, make] of screens) {
    const found = pattern.exec(path);
    if (found !== null) return make(context, ...found.slice(1));
  }
  return {
    title: 'Not here',
    element: element(
      'div',
      {},
      head('There is nothing here', `No part of the console has the address ${path}.`),
      element('a', { href: '#/terminals' }, 'To the terminals'),
    ),
  };
}
