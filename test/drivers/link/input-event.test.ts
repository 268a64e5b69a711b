import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyEventReader, keyCode, type RecordSize, recordSizeFor } from '../../../drivers/link/input-event.ts';
import { pieces } from '../fake-place.ts';
import { droppedRecord, inputRecord, joined, keyRecords, stroke } from '../input-records.ts';

describe.each<RecordSize>([16, 24])('KeyEventReader with %i-byte records', (size) => {
  it('gives key events and leaves all others out', () => {
    const reader = new KeyEventReader(size);
    expect(reader.read(keyRecords(size, 'KEY_KP7', 1))).toEqual([{ kind: 'press', code: 71 }]);
    expect(reader.read(keyRecords(size, 'KEY_KP7', 2))).toEqual([{ kind: 'repeat', code: 71 }]);
    expect(reader.read(keyRecords(size, 'KEY_KP7', 0))).toEqual([{ kind: 'release', code: 71 }]);
    expect(reader.read(joined(inputRecord(size, 2, 0, 5), inputRecord(size, 0x11, 0, 1)))).toEqual([]);
  });

  it('forgets what the kernel has dropped, up to the next report', () => {
    const reader = new KeyEventReader(size);
    const events = reader.read(
      joined(
        droppedRecord(size),
        stroke(size, 'KEY_A').slice(0, size * 2),
        inputRecord(size, 0, 0, 0),
        keyRecords(size, 'KEY_B', 1),
      ),
    );
    expect(events).toEqual([{ kind: 'overrun' }, { kind: 'press', code: 48 }]);
  });

  it('says that it lost track when a record makes no sense', () => {
    const reader = new KeyEventReader(size);
    expect(reader.read(inputRecord(size, 0x20, 30, 1))).toEqual([{ kind: 'overrun' }]);
    expect(reader.read(inputRecord(size, 1, 30, 7))).toEqual([{ kind: 'overrun' }]);
  });

  it('gives the same events however the stream is cut', () => {
    const stream = joined(stroke(size, 'KEY_1'), droppedRecord(size), stroke(size, 'KEY_2'), stroke(size, 'KEY_3'));
    const whole = new KeyEventReader(size).read(stream);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (cuts) => {
        const reader = new KeyEventReader(size);
        expect(pieces(stream, cuts).flatMap((piece) => reader.read(piece))).toEqual(whole);
      }),
    );
  });
});

describe('key names', () => {
  it('are the kernel’s, or numbers', () => {
    expect(keyCode('KEY_KPENTER')).toBe(96);
    expect(keyCode('192')).toBe(192);
    for (const wrong of ['KEY_NONE', '', '0', '900', 'toString']) {
      expect(() => keyCode(wrong)).toThrow(/is not the name or number of a key/);
    }
  });

  it('have records of the program’s width, not the kernel’s', () => {
    expect(['x64', 'arm64', 'arm', 'ia32'].map(recordSizeFor)).toEqual([24, 24, 16, 16]);
  });
});
