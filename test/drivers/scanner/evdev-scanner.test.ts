import { beforeEach, describe, expect, it } from 'vitest';
import { createEvdevScanner } from '../../../drivers/scanner/evdev-scanner.ts';
import type { Scan, Scanner } from '../../../drivers/scanner/scanner.ts';
import { milliseconds, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace } from '../fake-place.ts';
import { droppedRecord, joined, keyRecords, stroke, typedRecords } from '../input-records.ts';

const code = (text: string, symbology: string | null = null): Scan => ({ kind: 'code', text, symbology });

describe('createEvdevScanner', () => {
  let place: FakePlace;
  let clock: ManualClock;
  let scanner: Scanner;
  let scans: Scan[];
  const type = (text: string): void => place.send(typedRecords(24, text));

  beforeEach(async () => {
    place = new FakePlace();
    clock = new ManualClock();
    scanner = createEvdevScanner({ name: 'scanner', opener: place, recordSize: 24, clock, log: silentLogger });
    scans = [];
    scanner.onScan((scan) => scans.push(scan));
    await scanner.start();
    return () => scanner.stop();
  });

  it('reads what the scanner types, with capitals and marks', () => {
    type('4063000000018\r');
    type('HF-K1-00000042\r');
    place.send(
      joined(
        keyRecords(24, 'KEY_RIGHTSHIFT', 1),
        ...['KEY_1', 'KEY_MINUS', 'KEY_SLASH', 'KEY_APOSTROPHE'].map((name) => stroke(24, name)),
        keyRecords(24, 'KEY_RIGHTSHIFT', 0),
        ...['KEY_1', 'KEY_KP7', 'KEY_KPMINUS', 'KEY_BACKSLASH', 'KEY_KPENTER'].map((name) => stroke(24, name)),
      ),
    );
    expect(scans).toEqual([code('4063000000018'), code('HF-K1-00000042'), code('!_?"17-\\')]);
    expect(scanner.health()).toMatchObject({ kind: 'scanner', driver: 'evdev', state: 'ready' });
  });

  it('understands GS1 codes with typed group separators', () => {
    type(']C1010406300000001817261231\x1d10LOT7\r');
    type(']d210LOT7\x1d0104063000000018\r');
    type('\x1d0104063000000018\r');
    expect(scans).toEqual([code('04063000000018', ']C1'), code('04063000000018', ']d2'), code('04063000000018')]);
  });

  it('takes Enter, the number pad’s Enter and Tab for the end of a code', () => {
    for (const end of ['KEY_ENTER', 'KEY_KPENTER', 'KEY_TAB']) {
      type('96385074');
      place.send(stroke(24, end));
    }
    expect(scans).toEqual([code('96385074'), code('96385074'), code('96385074')]);
  });

  it('does not count auto-repeat as characters', () => {
    place.send(joined(keyRecords(24, 'KEY_1', 1), keyRecords(24, 'KEY_1', 2), keyRecords(24, 'KEY_1', 0)));
    type('2\r');
    expect(scans).toEqual([code('12')]);
  });

  it('never believes a code that lost events, and reads the next one', () => {
    type('40630');
    place.send(joined(keyRecords(24, 'KEY_LEFTSHIFT', 1), droppedRecord(24), stroke(24, 'KEY_9')));
    type('00018\r');
    type('cof-01\r');
    expect(scans).toEqual([
      { kind: 'unreadable', reason: 'the code contains bytes that are not text' },
      code('cof-01'),
    ]);
  });

  it('notices a scanner that types Alt codes', () => {
    const digits = ['KEY_KP0', 'KEY_KP6', 'KEY_KP5'].map((name) => stroke(24, name));
    place.send(
      joined(keyRecords(24, 'KEY_LEFTALT', 1), ...digits, keyRecords(24, 'KEY_LEFTALT', 0), stroke(24, 'KEY_ENTER')),
    );
    expect(scans.map(({ kind }) => kind)).toEqual(['unreadable']);
  });

  it('gives up a code that stops in the middle', async () => {
    type('4063');
    await clock.advance(milliseconds(300));
    type('12\r');
    expect(scans.map(({ kind }) => kind)).toEqual(['unreadable', 'code']);
  });

  it('forgets held keys and half a code when it is pulled out', async () => {
    type('40');
    place.send(keyRecords(24, 'KEY_LEFTSHIFT', 1));
    place.unplug();
    place.plugIn();
    await clock.advance(seconds(5));
    type('cof\r');
    expect(scans).toEqual([code('cof')]);
  });
});
