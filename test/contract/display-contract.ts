import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Display } from '../../drivers/display/display.ts';
import { minutes, seconds } from '../../src/platform/clock.ts';
import type { ManualClock } from '../tools/manual-clock.ts';

/** A display, the module of software that it draws on, and the hand on the plug. */
export interface DisplayRig {
  readonly display: Display;
  readonly clock: ManualClock;
  /** What a person sees. */
  rows(): readonly string[];
  /** Whether the module looks different from usual (dim or dark): its bell. */
  ringing(): boolean;
  /** What the module has complained of. */
  problems(): readonly string[];
  /** The module's power is gone and comes back: its text is lost, and nobody tells the driver. */
  blink(): void;
  unplug(): void;
  /** The same place, a module that knows nothing. */
  plugIn(): void;
}

/** What every {@link Display} must do, whatever it is wired to. */
export function displayContract(name: string, makeRig: () => DisplayRig): void {
  describe(`${name} keeps the display contract`, () => {
    let rig: DisplayRig;
    const drawn = (): Promise<void> => rig.clock.advance(seconds(2));
    const texts = (): string[] => rig.rows().map((row) => row.trimEnd());
    const start = async (): Promise<void> => {
      const started = rig.display.start();
      await drawn();
      await started;
    };
    beforeEach(() => {
      rig = makeRig();
    });
    afterEach(async () => {
      await rig.display.stop();
      expect(rig.problems()).toEqual([]);
      expect(rig.clock.waiting).toBe(0);
    });

    it('fills exactly its size: cuts what is too long, blanks what is missing', async () => {
      await start();
      const { columns, rows } = rig.display.size;
      const full = Array.from({ length: rows }, (_, row) => String.fromCharCode(0x61 + row).repeat(columns));
      rig.display.show([...full.map((row) => `${row}more`), 'one more row']);
      await drawn();
      expect(rig.rows()).toEqual(full);
      rig.display.show(['x']);
      await drawn();
      expect(rig.rows()).toEqual(Array.from({ length: rows }, (_, row) => (row === 0 ? 'x' : '').padEnd(columns)));
    });

    it('shows euro and umlauts, and control characters as blanks', async () => {
      await start();
      rig.display.show(['Öl 2 ß 3,50 €\x1b\x0c.', 'é ä ü Ü']);
      await drawn();
      expect(texts().slice(0, 2)).toEqual(['Öl 2 ß 3,50 €  .', 'é ä ü Ü']);
    });

    it('shows the last of many screens', async () => {
      await start();
      for (let count = 0; count <= 200; count += 1) rig.display.show([`count ${count}`, `${count} again`]);
      await drawn();
      expect(texts().slice(0, 2)).toEqual(['count 200', '200 again']);
    });

    it('keeps what it was told for a module that comes later', async () => {
      rig.unplug();
      await start();
      rig.display.show(['early']);
      rig.display.beep();
      expect(rig.display.health()).toMatchObject({ kind: 'display', state: 'absent' });
      rig.plugIn();
      await rig.clock.advance(seconds(6));
      expect(rig.display.health().state).toBe('ready');
      expect(texts()[0]).toBe('early');
    });

    it('draws again within a minute what a disturbance wiped out', async () => {
      await start();
      rig.display.show(['TOTAL 12.50 €']);
      await drawn();
      rig.blink();
      expect(texts()[0]).not.toBe('TOTAL 12.50 €');
      await rig.clock.advance(minutes(1));
      await drawn();
      expect(texts()[0]).toBe('TOTAL 12.50 €');
    });

    it('rings for a moment, once, and keeps its text', async () => {
      await start();
      rig.display.show(['unknown article']);
      await drawn();
      expect(rig.ringing()).toBe(false);
      rig.display.beep();
      rig.display.beep();
      let times = 0;
      let before = false;
      for (let step = 0; step < 100; step += 1) {
        await rig.clock.advance(seconds(0.01));
        if (rig.ringing() && !before) times += 1;
        before = rig.ringing();
      }
      expect(times).toBe(1);
      expect(before).toBe(false);
      expect(texts()[0]).toBe('unknown article');
    });

    it('can be stopped and started again', async () => {
      await start();
      rig.display.show(['first']);
      await drawn();
      await rig.display.stop();
      expect(rig.display.health().state).toBe('closed');
      rig.display.show(['second']);
      await start();
      await drawn();
      expect(texts()[0]).toBe('second');
    });
  });
}
