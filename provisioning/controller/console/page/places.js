import { element } from './element.js';
import { head } from './parts.js';
import { alarmsScreen } from './screens/alarms.js';
import { terminalScreen } from './screens/terminal.js';
import { terminalsScreen } from './screens/terminals.js';

/** What stands at the top of every page. */
export const tops = [
  { name: 'terminals', words: 'Terminals', role: 'viewer' },
  { name: 'alarms', words: 'Alarms', role: 'viewer' },
];

/** Address → screen: `(context, ...parts) => {title, element, close?}`. */
const screens = [
  [/^\/terminals$/, terminalsScreen],
  [/^\/terminals\/([^/]+)(?:\/([a-z-]+))?$/, terminalScreen],
  [/^\/alarms$/, alarmsScreen],
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
