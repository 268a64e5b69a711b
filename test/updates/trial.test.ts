import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../src/platform/clock.ts';
import type { Order } from '../../src/updates/launch-state.ts';
import { missingIn, type TrialFacts, watchTrial } from '../../src/updates/trial.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const before = { devices: ['keypad', 'printer'], snapshot: true, journal: true };
const wanted = { before, contact: 'required' } as const;
const well: TrialFacts = { devices: ['printer', 'keypad', 'display'], snapshot: true, journal: 'whole', contact: true };

it('a release is good when it can do all that the one before could, and reaches its server', () => {
  expect(missingIn(well, wanted)).toEqual([]);
  const nothing: TrialFacts = { devices: ['keypad'], snapshot: false, journal: 'one-copy', contact: false };
  expect(missingIn(nothing, wanted)).toEqual([
    'the printer, which was ready before, is not',
    'the journal is written in one copy only',
    'there is nothing to sell from',
    'the server was not reached',
  ]);
  // What was not there before is not held against it.
  const poor: Pick<Order, 'before' | 'contact'> = {
    before: { devices: ['keypad'], snapshot: false, journal: false },
    contact: 'not-needed',
  };
  expect(missingIn(nothing, poor)).toEqual([]);
  expect(missingIn({ ...nothing, journal: 'stopped' }, poor)).toEqual(['the journal can’t be written']);
});

describe('a trial', () => {
  const settings = { steadyFor: seconds(60), within: minutes(15) };

  async function run(look: (at: number) => TrialFacts, signal = new AbortController().signal) {
    const clock = new ManualClock();
    const start = clock.monotonic();
    let ended: { readonly verdict: string; readonly words: string; readonly after: number } | null = null;
    const watching = watchTrial(() => look(clock.monotonic() - start), wanted, settings, clock, signal).then((end) => {
      if (end !== null) ended = { ...end, after: clock.monotonic() - start };
    });
    for (let step = 0; step < 3_000 && ended === null && !signal.aborted; step += 1) await clock.advance(seconds(1));
    await watching;
    return ended as { readonly verdict: string; readonly words: string; readonly after: number } | null;
  }

  it('ends well after a minute without a break', async () => {
    expect(await run(() => well)).toMatchObject({ verdict: 'good', after: 60_000 });
    // Whatever is lost in between begins the minute anew.
    const flapping = (at: number): TrialFacts => (at === 50_000 ? { ...well, devices: ['keypad'] } : well);
    expect(await run(flapping)).toMatchObject({ verdict: 'good', after: 111_000 });
  });

  it('ends badly after a quarter of an hour, and says what was missing', async () => {
    const mute: TrialFacts = { ...well, contact: false, devices: ['keypad'] };
    expect(await run(() => mute)).toEqual({
      verdict: 'bad',
      words: 'The printer, which was ready before, is not; the server was not reached, in 15 minutes.',
      after: 900_000,
    });
    // Well at last, shortly before its end: it gets its minute.
    expect(await run((at) => (at < 890_000 ? mute : well))).toMatchObject({ verdict: 'good', after: 950_000 });
  });

  it('is over without a verdict when the terminal stops', async () => {
    const end = new AbortController();
    const running = run(() => {
      end.abort();
      return well;
    }, end.signal);
    expect(await running).toBeNull();
  });
});
