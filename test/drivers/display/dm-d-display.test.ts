import { beforeEach, describe, expect, it } from 'vitest';
import { createCd5220Display } from '../../../drivers/display/cd5220-display.ts';
import type { Display } from '../../../drivers/display/display.ts';
import { createDmDDisplay } from '../../../drivers/display/dm-d-display.ts';
import { VirtualDisplay } from '../../../drivers/display/virtual-display.ts';
import { VirtualDmD } from '../../../drivers/display/virtual-dm-d.ts';
import { milliseconds, minutes, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace, settled } from '../fake-place.ts';

const size = { columns: 20, rows: 2 };

describe('createDmDDisplay', () => {
  let place: FakePlace;
  let clock: ManualClock;
  let module: VirtualDmD;
  let problems: string[];
  let display: Display;
  const plugModule = (): void => {
    module = new VirtualDmD({ onError: (problem) => problems.push(problem) });
    place.onWrite = (bytes) => module.receive(bytes);
  };

  beforeEach(async () => {
    place = new FakePlace();
    clock = new ManualClock();
    problems = [];
    plugModule();
    display = createDmDDisplay({ name: 'customer display', opener: place, size, clock, log: silentLogger });
    await display.start();
    return async () => {
      await display.stop();
      expect(clock.waiting).toBe(0);
    };
  });

  it('shows rows with umlauts and the euro sign, without a cursor', async () => {
    display.show(['Käse 2 × 3,50 €     and more', 'Größe: Übergröße']);
    await settled();
    expect(module.rows).toEqual(['Käse 2 x 3,50 €     ', 'Größe: Übergröße    ']);
    expect(module.cursorShown).toBe(false);
    expect(problems).toEqual([]);
  });

  it('sends only what changed', async () => {
    display.show(['TOTAL          12.50', 'cash or card']);
    await settled();
    const before = place.writes.length;
    display.show(['TOTAL          12.75', 'cash or card']);
    await settled();
    expect(place.writes.slice(before).map((bytes) => [...bytes])).toEqual([[0x1f, 0x24, 19, 1, 0x37, 0x35]]);
  });

  it('draws everything afresh on a module that was plugged in anew, and repairs glitches', async () => {
    display.show(['first', 'second']);
    await settled();
    place.unplug();
    plugModule();
    place.plugIn();
    await clock.advance(seconds(5));
    expect(module.rows.map((row) => row.trim())).toEqual(['first', 'second']);
    module.receive(Buffer.from('\x1f$\x01\x01XYZ', 'latin1'));
    expect(module.rows[0]?.trim()).toBe('XYZst');
    await clock.advance(minutes(1));
    await settled();
    expect(module.rows[0]?.trim()).toBe('first');
    expect(problems).toEqual([]);
  });

  it('rings its bell by dimming', async () => {
    display.beep();
    await settled();
    expect(module.brightness).toBe(1);
    await clock.advance(milliseconds(200));
    await settled();
    expect(module.brightness).toBe(4);
  });

  it('gives up a cable that takes no bytes', async () => {
    const conditions: string[] = [];
    display.onHealth(({ condition }) => conditions.push(condition));
    place.onWrite = () => {
      throw new Error('stuck');
    };
    display.show(['x']);
    await settled();
    expect(conditions).toContain('the display takes no text: stuck');
  });

  it('is only 20×2', () => {
    const options = { name: 'd', opener: place, clock, log: silentLogger };
    expect(() => createDmDDisplay({ ...options, size: { columns: 16, rows: 2 } })).toThrow(/can be 20x2, not 16x2/);
  });
});

describe('two displays at once', () => {
  it('show the trader one thing and the customer another, and neither waits for the other', async () => {
    const clock = new ManualClock();
    const places = [new FakePlace(), new FakePlace()] as const;
    const customer = new VirtualDmD();
    const trader = new VirtualDisplay({ size });
    places[0].onWrite = (bytes) => trader.receive(bytes);
    places[1].onWrite = (bytes) => customer.receive(bytes);
    const displays = [
      createCd5220Display({ name: 'display', opener: places[0], size, clock, log: silentLogger }),
      createDmDDisplay({ name: 'customer display', opener: places[1], size, clock, log: silentLogger }),
    ] as const;
    await Promise.all(displays.map((display) => display.start()));
    places[0].holdWrites();
    displays[0].show(['PLU 12', 'COFFEE']);
    displays[1].show(['Coffee        3,50 €', 'Total         3,50 €']);
    await settled();
    expect(customer.rows).toEqual(['Coffee        3,50 €', 'Total         3,50 €']);
    places[0].releaseWrites();
    await settled();
    expect(trader.rows.map((row) => row.trim())).toEqual(['PLU 12', 'COFFEE']);
    await Promise.all(displays.map((display) => display.stop()));
  });
});

describe('VirtualDmD', () => {
  it.each([
    ['\x1bZ', 'unknown command: 1b 5a'],
    ['\x1f$\x15\x01', 'cursor outside the screen: 1f 24 15 01'],
    ['\x1fX\x09', 'brightness must be 1 to 4: 1f 58 09'],
    ['\x1bt\x05', 'a code page that we never mean: 1b 74 05'],
    ['\x07', 'neither text nor a command: 07'],
    ['\x1b&\x02~~\x01\x00', 'bad character definition'],
  ])('tells of %j', (bytes, words) => {
    const problems: string[] = [];
    new VirtualDmD({ onError: (problem) => problems.push(problem) }).receive(Buffer.from(bytes, 'latin1'));
    expect(problems.join()).toContain(words);
  });
});
