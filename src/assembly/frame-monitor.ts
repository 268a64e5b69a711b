import type { LinkTap } from '../../drivers/link/tapped-link.ts';
import { withoutCardData } from '../../drivers/payment-terminal/card-data.ts';
import type { DeviceFrame } from '../control/protocol.ts';
import { type Clock, milliseconds, type Timer } from '../platform/clock.ts';

/** Bytes that follow each other this closely are shown as one frame. */
const gap = milliseconds(40);
/** A frame is shown at the latest when it has this many bytes. */
const longest = 512;

interface Gathered {
  readonly direction: 'sent' | 'received';
  readonly bytes: number[];
  readonly timer: Timer;
}

/**
 * What travels on the devices' lines, for whoever watches; costs nothing while nobody does. Card data never shows: of a card
 * terminal only the lengths, of other devices nothing that reads like a card number or a track.
 */
export class FrameMonitor {
  readonly #clock: Clock;
  readonly #watchers = new Set<(frame: DeviceFrame) => void>();
  readonly #gathered = new Map<string, Gathered>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  tap(device: string, hidesContent: boolean): LinkTap {
    return (direction, bytes) => {
      if (this.#watchers.size === 0) return;
      const before = this.#gathered.get(device);
      if (before !== undefined && before.direction !== direction) this.#show(device, hidesContent);
      this.#gather(device, direction, bytes, hidesContent);
    };
  }

  /** Returns what ends the watching. A watcher must not throw. */
  watch(watcher: (frame: DeviceFrame) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #gather(device: string, direction: 'sent' | 'received', bytes: Uint8Array, hidesContent: boolean): void {
    const before = this.#gathered.get(device);
    before?.timer.cancel();
    const all = [...(before?.bytes ?? []), ...bytes];
    const timer = this.#clock.schedule(gap, () => this.#show(device, hidesContent));
    this.#gathered.set(device, { direction, bytes: all, timer });
    if (all.length >= longest) this.#show(device, hidesContent);
  }

  #show(device: string, hidesContent: boolean): void {
    const gathered = this.#gathered.get(device);
    if (gathered === undefined) return;
    gathered.timer.cancel();
    this.#gathered.delete(device);
    const { direction, bytes } = gathered;
    const frame: DeviceFrame = {
      device,
      direction,
      at: new Date(this.#clock.now()).toISOString(),
      length: bytes.length,
      ...(hidesContent ? { hex: null, text: null } : content(Uint8Array.from(bytes))),
    };
    for (const watcher of this.#watchers) watcher(frame);
  }
}

/** Hexadecimal and readable; text that holds card data is shown masked, and then not in hexadecimal. */
function content(bytes: Uint8Array): { hex: string | null; text: string } {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '·');
  if (holdsCardData(text)) return { hex: null, text: withoutCardData(text, text.length) };
  return {
    hex: Buffer.from(bytes)
      .toString('hex')
      .replace(/(..)(?=.)/g, '$1 '),
    text,
  };
}

/** Tracks, and numbers that are as long as a card's, begin like one and have its check digit (GS1 strings begin with 0 or 1). */
function holdsCardData(text: string): boolean {
  const numbers = text.match(/(?<!\d)[2-9](?:[ ._-]?\d){14,18}(?!\d)/g) ?? [];
  return /\d{8,19}[=D^]/.test(text) || numbers.some((number) => hasLuhnDigit(number.replace(/\D/g, '')));
}

/** ISO/IEC 7812-1, annex B. */
function hasLuhnDigit(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
