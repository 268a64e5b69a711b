import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { collectFacts } from '../../src/outage-report/collect.ts';
import { drawReport } from '../../src/outage-report/picture.ts';
import { reportFile, reportFormats } from '../../src/outage-report/report-file.ts';
import { summarise } from '../../src/outage-report/summarise.ts';
import { outageSummarySchema } from '../../src/outage-report/summary.ts';
import { instant } from '../../src/platform/clock.ts';
import { marketDay, SampleJournal, sampleWishes } from './sample-outage.ts';

const minute = 60_000;
const { from, to } = sampleWishes;
const at = (minutes: number): string => new Date(from + minutes * minute).toISOString();

async function summaryOf(journal: SampleJournal, wishes: Partial<typeof sampleWishes> = {}) {
  const wanted = { ...sampleWishes, ...wishes };
  return summarise(await collectFacts(journal.read(), wanted, () => undefined), wanted);
}

describe('what a journal says of a time', () => {
  it('adds up a day with an outage', async () => {
    const summary = await summaryOf(marketDay());
    outageSummarySchema.parse(summary);
    expect(summary.totals).toMatchObject({ sales: 96, salesTotal: '1142.40', returns: 0, delivered: 95 });
    expect(summary.left).toMatchObject({ waiting: 0, parked: 1, list: [{ name: 'K1-00000030', state: 'parked' }] });
    expect(summary.stalled).toEqual([{ from: at(120), to: at(240.2) }]);
    expect(summary.bucketLength).toBe(5 * minute);
    const sums = summary.buckets.reduce((sum, { sold, delivered }) => [sum[0]! + sold, sum[1]! + delivered], [0, 0]);
    expect(sums).toEqual([96, 95]);
    expect(Math.max(...summary.buckets.map(({ waiting }) => waiting))).toBe(25);
    expect(summary.totals.longestWait).toBe(121 * minute);
  });

  it('knows how deep the queue was at the beginning of a window, and goes on with it while nothing happens', async () => {
    const journal = new SampleJournal();
    for (const counter of [1, 2, 3]) journal.sell(counter, counter);
    journal.deliver(300, 1);
    const { buckets, stalled, totals, left } = await summaryOf(journal, { from: from + 60 * minute });
    expect(buckets[0]).toMatchObject({ waiting: 3, sold: 0 });
    expect(buckets.at(-1)).toMatchObject({ waiting: 2 });
    expect(stalled).toEqual([
      { from: at(60), to: at(300) },
      { from: at(300), to: at(480) },
    ]);
    expect(totals).toMatchObject({ sales: 0, delivered: 1 });
    expect(left.list.map(({ name }) => name)).toEqual(['K1-00000002', 'K1-00000003']);
  });

  it('takes what a person reinstates or withdraws for what it is', async () => {
    const journal = new SampleJournal();
    journal.sell(1, 1);
    journal.deliver(2, 1);
    journal.deliver(30, 1, 'waiting');
    journal.deliver(40, 1, 'parked');
    journal.deliver(50, 1, 'withdrawn');
    const { totals, left, buckets } = await summaryOf(journal);
    expect(totals.delivered).toBe(1);
    expect(left).toMatchObject({ waiting: 0, parked: 0 });
    expect(Math.max(...buckets.map(({ parked }) => parked))).toBe(1);
  });

  it('tells card payments apart: at once, without the bank, and what came later', async () => {
    const journal = new SampleJournal();
    journal.pay(10, 1, 'approved');
    journal.pay(20, 2, 'declined');
    journal.pay(30, 3, 'stored', 'forwarded', 'issuer-approved');
    journal.pay(40, 4, 'approved-offline', 'forwarded', 'issuer-declined');
    journal.pay(50, 5, 'cancelled');
    const { totals } = await summaryOf(journal);
    expect(totals.cards).toEqual({
      approved: { count: 1, total: '10.00' },
      provisional: { count: 2, total: '20.00' },
      declined: { count: 1, total: '10.00' },
      approvedLater: { count: 1, total: '10.00' },
      declinedLater: { count: 1, total: '10.00' },
    });
  });

  it('says the same of a long journal, of which it keeps only what the window needs', async () => {
    const journal = new SampleJournal();
    const begin = -40 * 1440;
    for (let counter = 1; counter <= 24_000; counter += 1) {
      const sold = begin + counter;
      journal.boot = `boot-${Math.floor(counter / 1000)}`;
      journal.sell(sold, counter);
      // One in the first hour waits for weeks.
      if (counter !== 50) journal.deliver(sold, counter);
    }
    journal.deliver(60, 50);
    const facts = await collectFacts(journal.read(), sampleWishes, () => undefined);
    expect(facts.length).toBeLessThan(30_000);
    const { totals, buckets } = summarise(facts, sampleWishes);
    expect(totals.delivered).toBe(1);
    expect(totals.longestWait).toBe((60 - begin - 50) * minute);
    expect(buckets[0]?.waiting).toBe(1);
  });

  it('believes the clock as it was set later, in that boot', async () => {
    const journal = new SampleJournal();
    journal.sell(-60 * 24, 1);
    journal.at(30, { kind: 'clock-corrected', from: instant(from - 1440 * minute), to: instant(from + 29 * minute) });
    journal.deliver(31, 1);
    const { totals } = await summaryOf(journal);
    expect(totals).toMatchObject({ sales: 1, delivered: 1, longestWait: 2 * minute });
  });
});

describe('the picture of it', () => {
  it('is a whole SVG, PDF and PNG, with the figures in words', async () => {
    const fleet = {
      spans: [
        { from: at(0), to: at(118), state: 'online' as const },
        { from: at(118), to: at(239), state: 'lost' as const },
        { from: at(239), to: at(480), state: 'online' as const },
      ],
    };
    const drawing = drawReport(await summaryOf(marketDay()), fleet);
    const folder = fileURLToPath(new URL('../output/', import.meta.url));
    mkdirSync(folder, { recursive: true });
    const files = reportFormats.map((format) => {
      const file = reportFile(drawing, format);
      writeFileSync(`${folder}outage-report.${format}`, file);
      return Buffer.from(file);
    });
    const [svg, pdf, png] = files.map((file) => file.toString('latin1'));
    expect(svg).toContain('Sold 96 sales for 1142.40 EUR');
    expect(svg).toContain('Delivery stood still for 2 h 0 min.');
    expect(svg!.match(/<rect /g)!.length).toBe(svg!.match(/<rect [^>]*fill="#[0-9a-f]{6}"\/>/g)!.length);
    expect(svg).not.toMatch(/NaN|undefined|="-/);

    expect(pdf).not.toMatch(/NaN|undefined/);
    const length = Number(/\/Length (\d+) >>\nstream\n/.exec(pdf!)![1]);
    const start = pdf!.indexOf('stream\n') + 'stream\n'.length;
    expect(pdf!.slice(start + length, start + length + 10)).toBe('\nendstream');
    for (const [number, place] of [...pdf!.matchAll(/^(\d{10}) 00000 n /gm)].map(
      (found, index) => [index + 1, Number(found[1])] as const,
    )) {
      expect(pdf!.slice(place, place + 8)).toBe(`${number} 0 obj\n`);
    }

    const picture = PNG.sync.read(files[2]!);
    expect([picture.width, picture.height]).toEqual([drawing.width, drawing.height]);
    expect(png!.length).toBeGreaterThan(5000);
    const colours = new Set<number>();
    for (let index = 0; index < picture.data.length; index += 4) colours.add(picture.data.readUInt32BE(index));
    expect(colours.size).toBeGreaterThan(8);
  });

  it('can be drawn of a minute and of a year, of nothing at all, and in a zone that nobody knows', async () => {
    for (const length of [minute, 40 * minute, 26 * 60 * minute, 8 * 1440 * minute, 366 * 1440 * minute]) {
      const summary = await summaryOf(new SampleJournal(), { to: from + length, zone: 'Nowhere/Atall' });
      outageSummarySchema.parse(summary);
      const { shapes } = drawReport(summary, null);
      const times = shapes.filter((shape) => shape.kind === 'text' && shape.anchor === 'middle');
      expect(times.length).toBeLessThanOrEqual(14);
      expect(JSON.stringify(shapes)).not.toContain('null');
    }
    expect(to).toBeGreaterThan(from);
  });
});
