import { drawn, element } from './element.js';
import { clockTime, count, moment } from './words.js';

const left = 92;
const right = 12;
const bandHeight = 20;
const queueHeight = 120;
const rows = { connection: 14, delivery: 44, queue: 78 };
const height = rows.queue + queueHeight + 30;

const tones = {
  online: 'good',
  lost: 'bad',
  stopped: 'idle',
  restarting: 'wait',
  offline: 'wait',
  paused: 'wait',
  starting: 'idle',
};

/**
 * Connection, delivery and queue of a terminal over a time, drawn. `events` newest first; `since`: before this nothing is known, null: all is.
 *
 * @param {{events: any[], from: number, to: number, since: number | null, queue: {waiting: number, parked: number} | null, width: number}} wishes
 */
export function drawTimeline({ events, from, to, since, queue, width }) {
  const oldestFirst = [...events].reverse();
  const x = (at) => left + ((Math.min(to, Math.max(from, at)) - from) / (to - from)) * (width - left - right);
  const connection = bands(
    oldestFirst,
    ({ kind }) => (['online', 'lost', 'stopped', 'restarting'].includes(kind) ? kind : null),
    from,
    to,
  );
  const delivery = bands(oldestFirst, ({ kind, state }) => (kind === 'delivery' ? state : null), from, to);
  const depth = steps(oldestFirst, queue, from, to);
  const most = Math.max(1, ...depth.map(({ waiting, parked }) => waiting + parked));
  const jobs = oldestFirst.filter(({ at, entry }) => at >= from && entry.kind === 'job');
  const y = (number) => rows.queue + queueHeight - (number / niceTop(most)) * queueHeight;

  return element(
    'figure.figure',
    {},
    drawn(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': summary(connection, depth, to) },
      label('Connection', rows.connection),
      label('Delivery', rows.delivery),
      drawn('text.axis', { x: left - 10, y: rows.queue + 6, 'text-anchor': 'end' }, String(niceTop(most))),
      drawn('text.axis', { x: left - 10, y: rows.queue + queueHeight + 4, 'text-anchor': 'end' }, '0'),
      drawn('text.row-name', { x: left - 10, y: rows.queue + queueHeight / 2 + 4, 'text-anchor': 'end' }, 'Queue'),
      ticks(from, to, (width - left) / 62).map((at) => [
        drawn('line.tick', { x1: x(at), x2: x(at), y1: rows.connection, y2: rows.queue + queueHeight }),
        drawn(
          'text.axis',
          { x: x(at), y: height - 8, 'text-anchor': 'middle' },
          to - from > 2 * 86_400_000 ? moment(at).split(',')[0] : clockTime(at),
        ),
      ]),
      connection.map((band) => bandShape(band, rows.connection, x)),
      delivery.map((band) => bandShape(band, rows.delivery, x)),
      drawn('line.baseline', { x1: left, x2: width - right, y1: y(0), y2: y(0) }),
      drawn('path.queue', {
        d: area(
          depth.map(({ at, waiting, parked }) => [x(at), y(waiting + parked)]),
          y(0),
          x(to),
        ),
      }),
      drawn('path.parked', {
        d: area(
          depth.map(({ at, parked }) => [x(at), y(parked)]),
          y(0),
          x(to),
        ),
      }),
      jobs.map(({ at, entry }) =>
        drawn(
          'path.job',
          { d: `M${x(at)} ${rows.queue - 2}l-5 -7h10z` },
          drawn('title', {}, `${entry.job}: ${entry.state}, ${moment(at)}`),
        ),
      ),
    ),
    element(
      'figcaption.legend',
      {},
      key('good', 'online, delivers'),
      key('wait', 'shop out of reach, paused'),
      key('bad', 'connection lost, parked'),
      key('idle', 'switched off, or not known'),
      since === null ? null : element('span', {}, `Nothing older than ${moment(since)} is shown.`),
    ),
  );
}

const label = (words, top) =>
  drawn('text.row-name', { x: left - 10, y: top + bandHeight - 5, 'text-anchor': 'end' }, words);

const key = (tone, words) => element('span', {}, element('span.dot', { 'data-tone': tone }), words);

function bandShape({ state, start, end }, top, x) {
  const from = x(start);
  const shape = drawn(
    'rect.band',
    { x: from, y: top, width: Math.max(1.5, x(end) - from), height: bandHeight, rx: 3 },
    drawn('title', {}, `${state}, ${moment(start)} to ${moment(end)}`),
  );
  shape.dataset.tone = tones[state] ?? 'idle';
  return shape;
}

/** Spans of one state each, within the window. */
function bands(events, stateOf, from, to) {
  const found = [];
  let open = null;
  for (const { at, entry } of events) {
    const state = stateOf(entry);
    if (state === null || state === open?.state) continue;
    if (open !== null) found.push({ ...open, end: at });
    open = { state, start: at };
  }
  if (open !== null) found.push({ ...open, end: to });
  return found.filter(({ end }) => end > from).map((band) => ({ ...band, start: Math.max(from, band.start) }));
}

/** How deep the queue was from which moment on; the last one is what is known now. */
function steps(events, queue, from, to) {
  const all = events.flatMap(({ at, entry }) =>
    entry.kind === 'queue' ? [{ at, waiting: entry.waiting, parked: entry.parked }] : [],
  );
  const before = all.filter(({ at }) => at < from).at(-1);
  const inside = all.filter(({ at }) => at >= from);
  const begin = before === undefined ? [] : [{ ...before, at: from }];
  const now = queue === null ? [] : [{ at: to, waiting: queue.waiting, parked: queue.parked }];
  return [...begin, ...inside, ...now];
}

function area(points, base, end) {
  if (points.length === 0) return '';
  let path = `M${points[0][0]} ${base}`;
  let last = base;
  for (const [x, y] of points) {
    path += `L${x} ${last}L${x} ${y}`;
    last = y;
  }
  return `${path}L${end} ${last}L${end} ${base}Z`;
}

/** A round number that is not less. */
function niceTop(most) {
  const unit = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * unit).find((top) => top >= most) ?? most;
}

/** Round moments inside a window, in local time. */
function ticks(from, to, most) {
  const hours = [1, 2, 3, 6, 12, 24, 48, 72, 120].find((step) => (to - from) / (step * 3_600_000) <= most) ?? 168;
  const at = new Date(from);
  at.setMinutes(0, 0, 0);
  at.setHours(Math.ceil(at.getHours() / Math.min(hours, 24)) * Math.min(hours, 24));
  const found = [];
  for (let next = at.getTime(); next <= to; next += hours * 3_600_000) if (next > from) found.push(next);
  return found;
}

function summary(connection, depth, to) {
  const lost = connection.filter(({ state }) => state === 'lost').length;
  const most = Math.max(0, ...depth.map(({ waiting }) => waiting));
  return `Timeline until ${moment(to)}: ${lost === 0 ? 'the connection was not lost' : `the connection was lost ${count(lost, 'time')}`}, at most ${count(most, 'sale')} waited.`;
}
