import { describe, expect, it } from 'vitest';
import { FrameMonitor } from '../../src/assembly/frame-monitor.ts';
import type { DeviceFrame } from '../../src/control/protocol.ts';
import { milliseconds } from '../../src/platform/clock.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function watched(hidesContent = false) {
  const clock = new ManualClock();
  const monitor = new FrameMonitor(clock);
  const tap = monitor.tap('scanner', hidesContent);
  const frames: DeviceFrame[] = [];
  const stop = monitor.watch((frame) => frames.push(frame));
  return { clock, tap, frames, stop };
}

describe('the frame monitor', () => {
  it('shows bytes that follow each other closely as one frame', async () => {
    const { clock, tap, frames } = watched();
    tap('received', bytes('400'));
    await clock.advance(milliseconds(20));
    tap('received', bytes('1\r'));
    expect(frames).toEqual([]);
    await clock.advance(milliseconds(50));
    expect(frames).toMatchObject([{ device: 'scanner', direction: 'received', length: 5, text: '4001·' }]);
    expect(frames[0]?.hex).toBe('34 30 30 31 0d');
  });

  it('keeps question and answer apart, and ends a frame that never ends', async () => {
    const { tap, frames } = watched();
    tap('sent', bytes('W'));
    tap('received', bytes('\x02'));
    expect(frames.map(({ direction }) => direction)).toEqual(['sent']);
    tap('received', new Uint8Array(600));
    expect(frames.map(({ length }) => length)).toEqual([1, 601]);
  });

  it('shows nobody anything once nobody watches', async () => {
    const { clock, tap, frames, stop } = watched();
    stop();
    tap('sent', bytes('W'));
    await clock.advance(milliseconds(100));
    expect(frames).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('shows of a card terminal only how much was said', async () => {
    const { clock, tap, frames } = watched(true);
    tap('received', bytes('pan=4761739001010119'));
    await clock.advance(milliseconds(50));
    expect(frames).toMatchObject([{ length: 20, hex: null, text: null }]);
  });

  it.each([
    '4761739001010119',
    '4761 7390 0101 0119',
    ';4761739001010119=22122011143804400000?',
    '%B4761739001010119^X^22',
  ])('masks card data wherever it turns up: %s', async (secret) => {
    const { clock, tap, frames } = watched();
    // In two pieces, as a line may deliver it.
    tap('received', bytes(secret.slice(0, 8)));
    tap('received', bytes(`${secret.slice(8)}\r`));
    await clock.advance(milliseconds(50));
    const shown = JSON.stringify(frames);
    expect(frames).toHaveLength(1);
    expect(shown).not.toContain('390010');
    expect(shown).not.toContain(Buffer.from('390010').toString('hex'));
    expect(frames[0]?.hex).toBeNull();
  });

  it.each(['4006381333931', '0104006381333931', '20123456'])('leaves article numbers readable: %s', async (code) => {
    const { clock, tap, frames } = watched();
    tap('received', bytes(code));
    await clock.advance(milliseconds(50));
    expect(frames[0]?.text).toBe(code);
  });
});
