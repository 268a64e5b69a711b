import { ask } from '../api.js';
import { element, fill } from '../element.js';
import { complain, tell } from '../notices.js';
import { badge, empty, head, time } from '../parts.js';
import { age, count } from '../words.js';

/** So many are drawn at once; whoever has more has other worries than reading them all. */
const most = 200;

/** Everything that somebody should act on, worst first. */
export function alarmsScreen(context) {
  const list = element('ul.alarms', { 'aria-label': 'Alarms' });
  const note = element('p.muted', { role: 'status' }, 'Fetching…');
  const fresh = element('input', { type: 'checkbox', id: 'only-fresh', onchange: () => draw() });
  const view = element(
    'div',
    {},
    head('Alarms', 'Each ends by itself when the trouble is over.'),
    element(
      'div.filters',
      {},
      element('span.field-check', {}, fresh, element('label', { for: fresh.id }, 'Only what nobody sees to yet')),
      note,
    ),
    list,
  );
  let alarms = [];

  async function load() {
    try {
      ({ alarms } = await ask('GET', '/api/alarms'));
      context.mark('alarms', alarms.filter(({ acknowledged }) => acknowledged === null).length);
      draw();
    } catch (error) {
      fill(note, `${error.message}.`);
    }
  }

  function draw() {
    const shown = fresh.checked ? alarms.filter(({ acknowledged }) => acknowledged === null) : alarms;
    fill(
      note,
      shown.length === 0
        ? ''
        : shown.length > most
          ? `The ${most} worst of ${shown.length}`
          : count(shown.length, 'alarm'),
    );
    const focused = document.activeElement?.closest?.('[data-alarm]')?.getAttribute('data-alarm');
    fill(
      list,
      shown.length === 0
        ? element(
            'li',
            {},
            empty(
              alarms.length === 0 ? 'Nothing needs anybody. All terminals are well.' : 'Somebody sees to every alarm.',
            ),
          )
        : shown.slice(0, most).map((alarm) => alarmItem(alarm, context, load)),
    );
    if (focused) list.querySelector(`[data-alarm="${CSS.escape(focused)}"] button`)?.focus();
  }

  void load();
  /** What changes within two seconds is looked at once. */
  let timer = 0;
  const unwatch = context.onCollections((names) => {
    if (timer !== 0 || !(names.includes('alarms') || names.includes('everything'))) return;
    timer = setTimeout(() => {
      timer = 0;
      void load();
    }, 2000);
  });
  const close = () => {
    clearTimeout(timer);
    unwatch();
  };
  return { title: 'Alarms', element: view, close };
}

/** One alarm: what it is, what to do, and who sees to it. */
export function alarmItem(alarm, { may }, changed, isAtTerminal = false) {
  const { id, terminal, severity, words, nextStep, since, acknowledged } = alarm;
  const see = async () => {
    try {
      await ask('POST', '/api/alarms/acknowledge', { id });
      tell('Noted that you see to it.');
      await changed();
    } catch (error) {
      complain(error);
    }
  };
  return element(
    'li.alarm',
    { 'data-tone': severity === 'alarm' ? 'bad' : 'wait', 'data-alarm': id },
    element(
      'div.alarm-text',
      {},
      element(
        'p.alarm-words',
        {},
        badge(severity === 'alarm' ? 'bad' : 'wait', severity),
        ' ',
        isAtTerminal ? null : element('a', { href: `#/terminals/${terminal}` }, terminal),
        ' ',
        words,
      ),
      element('p', {}, nextStep),
      element(
        'p.muted',
        {},
        `for ${age(since)}, since `,
        time(since),
        acknowledged === null ? null : [`; ${acknowledged.by} sees to it since `, time(acknowledged.at)],
      ),
    ),
    acknowledged === null && may('operator')
      ? element(
          'button',
          { type: 'button', onclick: see, 'aria-label': `I see to it: ${terminal} ${words}` },
          'I see to it',
        )
      : null,
  );
}
