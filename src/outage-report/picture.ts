import { box, type Colour, type Drawing, type Shape, text } from './drawing.ts';
import { type Bucket, type CardOutcome, cardOutcomes, type OutageSummary, type Span } from './summary.ts';

/** What only the fleet's controller knows of the time: when it was in touch with the terminal. */
export interface FleetSpans {
  readonly spans: readonly (Span & { readonly state: 'online' | 'lost' | 'stopped' })[];
}

const ink: Colour = '#1c2a28';
const muted: Colour = '#5a6866';
const line: Colour = '#d5d0c4';
const good: Colour = '#3c9a62';
const wait: Colour = '#d28b2a';
const bad: Colour = '#d0473f';
const idle: Colour = '#9aa3a1';
const soldColour: Colour = '#2f6f9f';

const width = 1400;
const left = 150;
const right = 40;
const plot = width - left - right;
const bandHeight = 24;
const queueHeight = 170;
const barsHeight = 70;
const cardsHeight = 80;

const cardColours: Readonly<Record<CardOutcome, Colour>> = {
  approved: good,
  provisional: wait,
  declined: '#8a4ba0',
  approvedLater: '#5fb6a8',
  declinedLater: bad,
};
const cardWords: Readonly<Record<CardOutcome, string>> = {
  approved: 'approved',
  provisional: 'taken without the bank',
  declined: 'declined',
  approvedLater: 'approved later',
  declinedLater: 'declined or charged back later',
};

/** A report as one picture: connection, delivery, queue, what was sold and delivered, card payments. */
export function drawReport(summary: OutageSummary, fleet: FleetSpans | null): Drawing {
  const from = Date.parse(summary.from);
  const to = Date.parse(summary.to);
  const x = (at: string | number): number => {
    const moment = typeof at === 'number' ? at : Date.parse(at);
    return left + (plot * (Math.min(to, Math.max(from, moment)) - from)) / (to - from);
  };
  const shapes: Shape[] = [];
  let top = 60;
  shapes.push(text(40, top, `What happened at ${summary.terminal}`, ink, { size: 'large', bold: true }));
  const [verdict, tone] = verdictOf(summary);
  shapes.push(text(width - right, top, verdict, tone, { bold: true, anchor: 'end' }));
  top += 32;
  const words = momentWords(summary.zone);
  shapes.push(text(40, top, `${words.whole(from)} to ${words.whole(to)}, ${summary.zone}`, muted));
  for (const sentence of sentencesOf(summary)) {
    top += 26;
    shapes.push(text(40, top, sentence, ink));
  }
  top += 36;
  const chartTop = top;

  const band = (name: string, spans: readonly (Span & { readonly colour: Colour })[], ground: Colour): void => {
    shapes.push(text(left - 14, top + 17, name, ink, { bold: true, anchor: 'end' }));
    shapes.push(box(left, top, plot, bandHeight, ground));
    for (const span of spans) {
      const start = x(span.from);
      shapes.push(box(start, top, Math.max(2, x(span.to) - start), bandHeight, span.colour));
    }
    top += bandHeight + 14;
  };
  if (fleet !== null) {
    const colours = { online: good, lost: bad, stopped: idle };
    band(
      'Connection',
      fleet.spans.map((span) => ({ ...span, colour: colours[span.state] })),
      '#e7e4dc',
    );
  }
  band(
    'Delivery',
    summary.stalled.map((span) => ({ ...span, colour: wait })),
    good,
  );

  const queueMost = niceTop(Math.max(...summary.buckets.map(({ waiting, parked }) => waiting + parked), 1));
  top += 10;
  shapes.push(...scale('Queue', top, queueHeight, queueMost));
  for (const [index, { waiting, parked }] of summary.buckets.entries()) {
    const total = (queueHeight * (waiting + parked)) / queueMost;
    const lower = (queueHeight * parked) / queueMost;
    const at = place(index, summary, x);
    if (waiting > 0) shapes.push(box(at.x, top + queueHeight - total, at.width, total - lower, wait));
    if (parked > 0) shapes.push(box(at.x, top + queueHeight - lower, at.width, lower, bad));
  }
  top += queueHeight + 24;

  const barsMost = niceTop(Math.max(...summary.buckets.map(({ sold, delivered }) => Math.max(sold, delivered)), 1));
  shapes.push(...scale('Sold', top, barsHeight, barsMost));
  shapes.push(text(left - 14, top + barsHeight + barsHeight / 2 + 6, 'Delivered', ink, { bold: true, anchor: 'end' }));
  for (const [index, { sold, delivered }] of summary.buckets.entries()) {
    const at = place(index, summary, x);
    const up = (barsHeight * sold) / barsMost;
    const down = (barsHeight * delivered) / barsMost;
    if (sold > 0) shapes.push(box(at.x, top + barsHeight - up, at.width, up, soldColour));
    if (delivered > 0) shapes.push(box(at.x, top + barsHeight + 1, at.width, down, good));
  }
  top += 2 * barsHeight + 24;

  const cardsMost = niceTop(Math.max(...summary.buckets.map(({ cards }) => sumOf(cards)), 1));
  shapes.push(...scale('Cards', top, cardsHeight, cardsMost));
  for (const [index, { cards }] of summary.buckets.entries()) {
    const at = place(index, summary, x);
    let under = top + cardsHeight;
    for (const outcome of cardOutcomes) {
      const high = (cardsHeight * cards[outcome]) / cardsMost;
      under -= high;
      if (high > 0) shapes.push(box(at.x, under, at.width, high, cardColours[outcome]));
    }
  }
  top += cardsHeight;

  const ticks = ticksOf(from, to, words.hourOf);
  const behind = ticks.map((at) => box(x(at), chartTop, 1, top - chartTop, line));
  for (const at of ticks) {
    shapes.push(
      text(x(at), top + 24, to - from > 2 * day ? words.day(at) : words.time(at), muted, { anchor: 'middle' }),
    );
  }
  top += 60;
  top = legend(shapes, top, fleet !== null);
  const made = `Made of the journal of ${summary.terminal} on ${words.whole(Date.parse(summary.madeAt))}`;
  shapes.push(
    text(40, top, fleet === null ? `${made}.` : `${made}; its connection as the fleet's controller saw it.`, muted),
  );
  const title = `What happened at ${summary.terminal}. ${verdict}. ${sentencesOf(summary).join(' ')}`;
  return { width, height: top + 30, title, shapes: [box(0, 0, width, top + 30, '#ffffff'), ...behind, ...shapes] };
}

const day = 86_400_000;

function verdictOf({ left: { waiting, parked } }: OutageSummary): readonly [words: string, tone: Colour] {
  if (waiting + parked === 0) return ['Everything it sold was in Magento at the end', '#14713b'];
  const words = [
    waiting > 0 ? `${waiting} not in Magento at the end` : null,
    parked > 0 ? `${parked} refused by Magento` : null,
  ];
  return [words.filter((each) => each !== null).join(', '), parked > 0 ? '#b3221b' : '#8f4a04'];
}

/** The figures in words. */
export function sentencesOf({ totals, currency, stalled }: OutageSummary): readonly string[] {
  const lost = stalled.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
  const cards = cardOutcomes
    .filter((outcome) => totals.cards[outcome].count > 0)
    .map((outcome) => `${totals.cards[outcome].count} ${cardWords[outcome]} (${totals.cards[outcome].total})`);
  return [
    `Sold ${totals.sales} sale${totals.sales === 1 ? '' : 's'} for ${totals.salesTotal} ${currency}${totals.returns > 0 ? `, took back ${totals.returns}` : ''}; ` +
      `Magento confirmed ${totals.delivered}, the longest after ${lengthWords(totals.longestWait)}. ` +
      (lost === 0 ? 'Delivery never stood still.' : `Delivery stood still for ${lengthWords(lost)}.`),
    cards.length === 0 ? 'No card payment.' : `Card payments: ${cards.join(', ')}.`,
  ];
}

function lengthWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return `${Math.round(milliseconds / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const sumOf = (cards: Bucket['cards']): number => cardOutcomes.reduce((sum, outcome) => sum + cards[outcome], 0);

function place(index: number, { from, bucketLength }: OutageSummary, x: (at: number) => number) {
  const start = x(Date.parse(from) + index * bucketLength);
  const end = x(Date.parse(from) + (index + 1) * bucketLength);
  // A gap between bars where there is room for one.
  return { x: start, width: Math.max(1, end - start - (end - start > 4 ? 1 : 0)) };
}

function scale(name: string, top: number, height: number, most: number): readonly Shape[] {
  return [
    text(left - 14, top + height / 2 + 6, name, ink, { bold: true, anchor: 'end' }),
    text(left - 14, top + 8, String(most), muted, { anchor: 'end' }),
    box(left, top + height, plot, 1, muted),
  ];
}

function legend(shapes: Shape[], begin: number, hasFleet: boolean): number {
  let top = begin;
  const keys: readonly (readonly [Colour, string])[] = [
    [good, hasFleet ? 'connected; delivering, delivered' : 'delivering, delivered'],
    [wait, 'nothing gets through; waiting'],
    [bad, hasFleet ? 'connection lost; refused' : 'refused by Magento'],
    [soldColour, 'sold'],
  ];
  const cards = cardOutcomes.map((outcome) => [cardColours[outcome], cardWords[outcome]] as const);
  for (const [name, row] of [['', keys] as const, ['Cards:', cards] as const]) {
    let at = 40;
    if (name !== '') {
      shapes.push(text(at, top, name, muted));
      at += 66;
    }
    for (const [colour, words] of row) {
      shapes.push(box(at, top - 12, 14, 14, colour), text(at + 21, top, words, muted));
      at += 21 + 10 * words.length + 26;
    }
    top += 30;
  }
  return top + 4;
}

/** A round number that is not less. */
function niceTop(most: number): number {
  const unit = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * unit).find((top) => top >= most) ?? most;
}

/** Whole hours or days inside a time, a dozen at most. */
function ticksOf(from: number, to: number, hourOf: (at: number) => number): readonly number[] {
  const minute = 60_000;
  const steps = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400, 43_200].map(
    (each) => each * minute,
  );
  const step = steps.find((each) => (to - from) / each <= 12) ?? day * 60;
  // Zones are off by quarters of an hour: what is whole there is so in minutes here.
  const first = Math.ceil(from / (15 * minute)) * 15 * minute;
  const fine = step < 15 * minute ? step : 15 * minute;
  const ticks: number[] = [];
  for (let at = step < 15 * minute ? Math.ceil(from / step) * step : first; at < to; at += fine) {
    if (step < 60 * minute ? at % step === 0 : (hourOf(at) * 60 * minute) % Math.min(step, day) === 0) {
      const previous = ticks.at(-1);
      if (previous === undefined || at - previous >= step * 0.9) ticks.push(at);
    }
  }
  return ticks;
}

function momentWords(zone: string) {
  const known = isZone(zone) ? zone : 'UTC';
  const of = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: known, hourCycle: 'h23' });
    return (at: number): string => format.format(at);
  };
  const time = of({ hour: '2-digit', minute: '2-digit' });
  return {
    whole: of({ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' }),
    time,
    day: of({ day: 'numeric', month: 'short' }),
    /** Of a day, with a part of it. */
    hourOf: (at: number): number => {
      const [hours = 0, minutes = 0] = time(at).split(':').map(Number);
      return hours + minutes / 60;
    },
  };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
