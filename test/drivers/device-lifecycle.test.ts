import { describe, expect, it } from 'vitest';
import type { DeviceHealth } from '../../drivers/device.ts';
import {
  type Connection,
  createLinkDevice,
  type LinkDevice,
  type LinkDeviceOptions,
} from '../../drivers/device-lifecycle.ts';
import { milliseconds, seconds } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { ManualClock } from '../tools/manual-clock.ts';

/** A connection whose other end is the test. */
class Line implements Connection {
  closings = 0;
  readonly #listeners: ((reason: string) => void)[] = [];

  onClose(listener: (reason: string) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    this.closings += 1;
    this.break('closed by us');
  }

  break(reason: string): void {
    for (const listener of this.#listeners.splice(0)) listener(reason);
  }
}

const retry = { first: milliseconds(100), most: milliseconds(800), stableAfter: seconds(10), openTimeout: seconds(5) };

/** A device under test, the clock, and what the place it is plugged into does at each opening. */
function world(options: Partial<LinkDeviceOptions<Line>> = {}): {
  device: LinkDevice<Line>;
  clock: ManualClock;
  lines: Line[];
  attempts: number[];
  news: string[];
  place: { absent: string | null; pending: boolean };
} {
  const clock = new ManualClock();
  const lines: Line[] = [];
  const attempts: number[] = [];
  const place = { absent: null as string | null, pending: false };
  const device = createLinkDevice<Line>({
    name: 'thing',
    kind: 'thing',
    driver: 'test',
    clock,
    log: silentLogger,
    retry,
    opener: {
      description: 'the place',
      async open() {
        attempts.push(clock.monotonic());
        if (place.pending) await new Promise(() => undefined);
        if (place.absent !== null) throw new HoldfastError('link.absent', place.absent, { remedy: 'retry' });
        const line = new Line();
        lines.push(line);
        return line;
      },
    },
    ...options,
  });
  const news: string[] = [];
  device.onHealth(({ state, condition }: DeviceHealth) => news.push(`${state}: ${condition}`));
  return { device, clock, lines, attempts, news, place };
}

const last = <T>(items: readonly T[]): T => items[items.length - 1]!;

describe('createLinkDevice', () => {
  it('does nothing before it is started', () => {
    const { device, attempts } = world();
    expect(attempts).toEqual([]);
    expect(device.health()).toMatchObject({ state: 'absent', condition: 'not started', since: null });
  });

  it('goes from opening to ready to closed', async () => {
    const { device, news, lines } = world();
    await device.start();
    expect(device.link).toBe(last(lines));
    await device.stop();
    expect(news).toEqual(['opening: opening the place', 'ready: ready', 'closed: stopped']);
    expect(last(lines).closings).toBe(1);
    expect(device.link).toBeNull();
  });

  it('is absent, in the words of whoever looked, tries for ever, and says it once', async () => {
    const { device, clock, news, place, attempts } = world();
    place.absent = 'not plugged in: the place';
    await device.start();
    await clock.advance(seconds(10));
    expect(news).toEqual(['opening: opening the place', 'absent: not plugged in: the place']);
    const pauses = attempts.slice(1).map((at, index) => at - attempts[index]!);
    expect(pauses.slice(0, 6)).toEqual([100, 200, 400, 800, 800, 800]);
    expect(device.health().since).toBe(10_000);
    place.absent = null;
    await clock.advance(seconds(1));
    expect(device.health().state).toBe('ready');
    await device.stop();
  });

  it('gets over being unplugged at any time, with a new connection', async () => {
    const { device, clock, lines, news, place } = world();
    await device.start();
    place.absent = 'not plugged in: the place';
    last(lines).break('unplugged');
    expect(device.link).toBeNull();
    expect(device.health()).toMatchObject({ state: 'lost', condition: 'unplugged' });
    await clock.advance(seconds(3));
    place.absent = null;
    await clock.advance(seconds(1));
    expect(news.slice(2)).toEqual([
      'lost: unplugged',
      'reopening: unplugged',
      'reopening: not plugged in: the place',
      'ready: ready',
    ]);
    expect(lines).toHaveLength(2);
    expect(device.link).toBe(lines[1]);
    await device.stop();
  });

  it('waits longer each time for a device that dies at once, and starts over after a stable while', async () => {
    const { device, clock, lines, attempts } = world();
    await device.start();
    for (let round = 0; round < 4; round += 1) {
      last(lines).break('flapping');
      await clock.advance(seconds(1));
    }
    await clock.advance(seconds(11));
    last(lines).break('once');
    await clock.advance(milliseconds(100));
    // It broke at 0, 1000, 2000 and 3000, and again at 15000.
    expect(attempts.map((at) => at - attempts[0]!)).toEqual([0, 100, 1200, 2400, 3800, 15_100]);
    await device.stop();
  });

  it('is ready only when the driver has greeted the device', async () => {
    let greet: () => void = () => undefined;
    const { device, clock } = world({
      onConnected: () =>
        new Promise((resolve) => {
          greet = resolve;
        }),
    });
    const starting = device.start();
    await clock.advance(seconds(1));
    expect(device.health().state).toBe('opening');
    expect(device.link).toBeNull();
    greet();
    await starting;
    expect(device.health().state).toBe('ready');
    await device.stop();
  });

  it('counts a failed greeting as a failed attempt, and closes the connection', async () => {
    let answers = false;
    const gone: string[] = [];
    const { device, clock, lines } = world({
      async onConnected() {
        if (!answers) throw new HoldfastError('thing.silent', 'it does not answer', { remedy: 'operator' });
      },
      onDisconnected: (reason) => gone.push(reason),
    });
    await device.start();
    expect(device.health()).toMatchObject({ state: 'absent', condition: 'it does not answer' });
    expect(lines[0]?.closings).toBe(1);
    expect(gone).toEqual(['it does not answer']);
    answers = true;
    await clock.advance(milliseconds(100));
    expect(device.health().state).toBe('ready');
    await device.stop();
    expect(gone).toEqual(['it does not answer', 'stopped']);
  });

  it('gives up an opening or a greeting that takes too long', async () => {
    const opening = world();
    opening.place.pending = true;
    const started = opening.device.start();
    await opening.clock.advance(seconds(5));
    await started;
    expect(opening.device.health()).toMatchObject({ state: 'absent', condition: 'opening took too long' });
    await opening.device.stop();

    const greeting = world({ onConnected: () => new Promise(() => undefined) });
    const greeted = greeting.device.start();
    await greeting.clock.advance(seconds(5));
    await greeted;
    expect(greeting.device.health()).toMatchObject({ state: 'absent', condition: 'it did not answer in time' });
    expect(greeting.lines[0]?.closings).toBe(1);
    await greeting.device.stop();
  });

  it('is not ready when the connection broke during the greeting', async () => {
    const { device, lines, place } = world({
      onConnected: async (line) => {
        place.absent = 'gone';
        line.break('unplugged');
      },
    });
    await device.start();
    expect(device.health()).toMatchObject({ state: 'absent', condition: 'unplugged' });
    expect(lines).toHaveLength(1);
    await device.stop();
  });

  it('tells of trouble while connected, from the greeting on, and forgets it with the connection', async () => {
    const { device, clock, lines, news } = world({ onConnected: () => device.setTrouble('paper is out') });
    await device.start();
    expect(last(news)).toBe('ready: paper is out');
    device.setTrouble(null);
    device.setTrouble(null);
    device.setTrouble('the cover is open');
    expect(news.slice(-2)).toEqual(['ready: ready', 'ready: the cover is open']);
    last(lines).break('unplugged');
    expect(device.health().condition).toBe('unplugged');
    device.setTrouble('nobody can know this now');
    expect(device.health().condition).toBe('unplugged');
    await clock.advance(milliseconds(100));
    expect(device.health().condition).toBe('paper is out');
    await device.stop();
  });

  it('gives up a connection that the driver drops', async () => {
    const { device, clock, lines } = world();
    await device.start();
    device.drop('it talks nonsense');
    expect(device.health()).toMatchObject({ state: 'lost', condition: 'it talks nonsense' });
    expect(lines[0]?.closings).toBe(1);
    await clock.advance(milliseconds(100));
    expect(device.health().state).toBe('ready');
    device.drop('again');
    await device.stop();
    device.drop('without effect');
    expect(device.health().state).toBe('closed');
  });

  it('stops in the middle of anything, leaves nothing running, and can be started again', async () => {
    const during = world();
    during.place.pending = true;
    const starting = during.device.start();
    await during.device.stop();
    await starting;
    expect(during.device.health().state).toBe('closed');
    expect(during.clock.waiting).toBe(0);

    const between = world();
    between.place.absent = 'not there';
    await between.device.start();
    await between.device.stop();
    await between.clock.advance(seconds(60));
    expect(between.attempts).toHaveLength(1);
    expect(between.clock.waiting).toBe(0);
    between.place.absent = null;
    await between.device.start();
    expect(between.device.health().state).toBe('ready');
    await between.device.start();
    expect(between.lines).toHaveLength(1);
    await between.device.stop();
  });

  it('closes a connection that arrives after everybody has given up', async () => {
    let arrive: (line: Line) => void = () => undefined;
    const { device } = world({
      opener: {
        description: 'slow place',
        open: () =>
          new Promise((resolve) => {
            arrive = resolve;
          }),
      },
    });
    const starting = device.start();
    await device.stop();
    await starting;
    const late = new Line();
    arrive(late);
    await new Promise((resolve) => setImmediate(resolve));
    expect(late.closings).toBe(1);
  });

  it('survives a driver that throws while letting go, and a connection that will not close', async () => {
    const { device, clock, lines } = world({
      onDisconnected: () => {
        throw new Error('driver fault');
      },
    });
    await device.start();
    lines[0]!.close = () => Promise.reject(new Error('will not'));
    device.drop('enough');
    await clock.advance(milliseconds(100));
    expect(device.health().state).toBe('ready');
    await device.stop();
  });
});
