import { ask } from '../api.js';
import { element, fill } from '../element.js';
import { button, empty, panel, time } from '../parts.js';
import { drawTimeline } from '../timeline.js';
import { eventWords } from '../words.js';

const hour = 3_600_000;
const windows = [
  [6 * hour, '6 hours'],
  [24 * hour, '24 hours'],
  [7 * 24 * hour, '7 days'],
  [30 * 24 * hour, '30 days'],
];
const pageSize = 500;
/** Pages asked for to reach the beginning of a window. */
const mostPages = 6;
const mostLines = 200;

/** Kept while other terminals are looked at. */
let wanted = 24 * hour;

/** What happened to a terminal: its connection, its queue, and all events in words. */
export function historyPart({ terminal, path }) {
  const chart = element('div.timeline');
  const lines = element('ol.events', { 'aria-label': `What happened to ${terminal}, newest first` });
  const choice = element(
    'div.choice',
    { role: 'group', 'aria-label': 'How far back' },
    windows.map(([length, words]) => button(words, () => choose(length))),
  );
  const view = element('div', {}, panel(null, choice, chart), panel('All that happened', lines));
  let detail = null;

  function choose(length) {
    wanted = length;
    void draw();
  }

  async function draw() {
    for (const [index, [length]] of windows.entries())
      choice.children[index].setAttribute('aria-pressed', String(length === wanted));
    const now = Date.now();
    try {
      const { events, isWhole } = await readBack(path, now - wanted);
      fill(
        chart,
        drawTimeline({
          events,
          from: now - wanted,
          to: now,
          since: isWhole ? null : (events.at(-1)?.at ?? null),
          queue: detail?.health.queue ?? null,
          width: Math.min(1400, Math.max(320, chart.clientWidth)),
        }),
      );
      const inside = events.filter(({ at }) => at >= now - wanted).slice(0, mostLines);
      fill(
        lines,
        inside.length === 0
          ? element('li', {}, empty('Nothing happened in this time.'))
          : inside.map(({ at, entry }) => element('li', {}, time(at), element('span', {}, eventWords(entry)))),
      );
    } catch (error) {
      fill(chart, empty(`${error.message}.`, button('Try again', draw)));
    }
  }

  return {
    element: view,
    show(shown) {
      detail = shown;
      void draw();
    },
  };
}

/** The events of a window and, so that it is known how things stood at its beginning, some before it. Newest first. */
async function readBack(path, from) {
  const events = [];
  for (let page = 0; page < mostPages; page += 1) {
    const before = events.at(-1)?.id;
    const { events: more } = await ask(
      'GET',
      `${path}/events?limit=${pageSize}${before === undefined ? '' : `&before=${encodeURIComponent(before)}`}`,
    );
    events.push(...more);
    if (more.length < pageSize) return { events, isWhole: true };
    if (events.at(-1).at < from && knowsBeginning(events, from)) return { events, isWhole: true };
  }
  return { events, isWhole: false };
}

const presenceKinds = new Set(['online', 'lost', 'stopped', 'restarting']);

const knowsBeginning = (events, from) => events.some(({ at, entry }) => at < from && presenceKinds.has(entry.kind));
