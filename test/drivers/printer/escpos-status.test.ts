import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusParser, withAnswer } from '../../../drivers/printer/escpos-status.ts';
import { obstacle, type PrinterStatus, unknownStatus } from '../../../drivers/printer/printer-status.ts';

const parse = (...bytes: number[]): ReturnType<StatusParser['push']> => new StatusParser().push(Uint8Array.from(bytes));

describe('StatusParser', () => {
  it('tells the kinds of answer apart by their fixed bits', () => {
    expect(parse(0x16, 0x10, 0x00, 0x03, 0x0f, 0x03, 0x13, 0x11)).toEqual([
      { kind: 'real-time', byte: 0x16 },
      {
        kind: 'automatic',
        status: { online: true, drawerPin: 'low', coverOpen: false, fault: 'none', paper: 'near-end' },
      },
      { kind: 'in-order', paper: 'near-end' },
    ]);
  });

  it('reads every bit of automatic status', () => {
    const status = (...bytes: number[]): unknown =>
      parse(...bytes, 0).map((event) => ('status' in event ? event.status : event))[0];
    expect(status(0x14, 0, 0)).toMatchObject({ drawerPin: 'high', online: true });
    expect(status(0x38, 0, 0)).toMatchObject({ online: false, coverOpen: true });
    expect(status(0x18, 0x08, 0)).toMatchObject({ fault: 'cutter' });
    expect(status(0x18, 0x20, 0)).toMatchObject({ fault: 'unrecoverable' });
    expect(status(0x18, 0x40, 0)).toMatchObject({ fault: 'recovering' });
    expect(status(0x18, 0, 0x0f)).toMatchObject({ paper: 'out' });
  });

  it('takes a real-time answer out of the middle of automatic status', () => {
    expect(parse(0x10, 0x00, 0x12, 0x00, 0x00).map(({ kind }) => kind)).toEqual(['real-time', 'automatic']);
  });

  it('is in step again with the next first byte after noise', () => {
    expect(parse(0x10, 0x00, 0xff, 0x10, 0x00, 0x00, 0x00).map(({ kind }) => kind)).toEqual([
      'noise',
      'noise',
      'noise',
      'automatic',
    ]);
    expect(parse(0x10, 0x10, 0x00, 0x00, 0x00).map(({ kind }) => kind)).toEqual(['noise', 'automatic']);
  });

  it('gives the same answers however the bytes are cut up', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(60)), (bytes, cuts) => {
        const parser = new StatusParser();
        const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const pieces = edges.slice(1).flatMap((end, index) => parser.push(bytes.subarray(edges[index], end)));
        expect(pieces).toEqual(parse(...bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('loses no byte and never throws, whatever comes down the line', () => {
    const length = { 'real-time': 1, automatic: 4, 'in-order': 1, noise: 1 } as const;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const flow = bytes.filter((byte) => byte === 0x11 || byte === 0x13).length;
        const taken = parse(...bytes).reduce((sum, { kind }) => sum + length[kind], 0);
        const left = bytes.length - flow - taken;
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left).toBeLessThan(4);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('withAnswer', () => {
  const told = (...answers: [1 | 2 | 3 | 4, number][]): PrinterStatus =>
    answers.reduce((status, [query, byte]) => withAnswer(status, query, byte), unknownStatus);

  it('reads every bit of the four answers', () => {
    expect(told([1, 0x16])).toMatchObject({ online: true, drawerPin: 'high' });
    expect(told([1, 0x1a])).toMatchObject({ online: false, drawerPin: 'low' });
    expect(told([2, 0x16])).toMatchObject({ coverOpen: true });
    expect(told([2, 0x32])).toMatchObject({ paper: 'out' });
    expect(told([2, 0x52])).toMatchObject({ fault: 'other' });
    expect(told([2, 0x52], [3, 0x1a])).toMatchObject({ fault: 'cutter' });
    expect(told([2, 0x52], [3, 0x12])).toMatchObject({ fault: 'other' });
    expect(told([3, 0x32])).toMatchObject({ fault: 'unrecoverable' });
    expect(told([3, 0x52])).toMatchObject({ fault: 'recovering' });
    expect(told([4, 0x1e])).toMatchObject({ paper: 'near-end' });
    expect(told([4, 0x7e])).toMatchObject({ paper: 'out' });
  });

  it('believes a printer without roll sensor that it stopped for want of paper, until it no longer says so', () => {
    const out = told([2, 0x32], [4, 0x12]);
    expect(out.paper).toBe('out');
    expect(withAnswer(withAnswer(out, 2, 0x12), 4, 0x12).paper).toBe('ok');
  });

  it('forgets a fault that is gone', () => {
    expect(told([2, 0x52], [3, 0x1a], [2, 0x12], [3, 0x12]).fault).toBe('none');
  });
});

describe('obstacle', () => {
  it('names what a person must do first', () => {
    const status = { ...unknownStatus, online: false };
    expect(obstacle(unknownStatus)).toBeNull();
    expect(obstacle({ ...unknownStatus, paper: 'near-end' })).toBeNull();
    expect(obstacle(status)).toBe('the printer is offline');
    expect(obstacle({ ...status, paper: 'out' })).toBe('paper is out');
    expect(obstacle({ ...status, paper: 'out', coverOpen: true })).toBe('the cover is open');
    expect(obstacle({ ...status, fault: 'cutter' })).toBe('the cutter is jammed');
    expect(obstacle({ ...status, fault: 'recovering' })).toContain('too hot');
  });
});
