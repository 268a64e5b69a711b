import { type Clock, type Duration, milliseconds, minutes, type Timer } from '../../src/platform/clock.ts';
import { HoldfastError, messageOf } from '../../src/platform/errors.ts';
import type { Logger } from '../../src/platform/log.ts';
import { type Connection, createLinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import { changedRuns, type Run } from './changed-runs.ts';
import { type CharacterRom, encodeRow } from './character-rom.ts';
import type { Display, DisplaySize } from './display.ts';

/** What one kind of display module must be able to do; {@link createCharacterDisplay} makes a {@link Display} of it. */
export interface DisplayModule<Line extends Connection> {
  readonly driver: string;
  readonly rom: CharacterRom;
  /** How many cells cost as much to send as one move of the cursor. */
  readonly moveCost: number;
  /** A fresh connection: brings the module, whatever state it is in, to a blank screen that obeys what follows. */
  greet(line: Line, signal: AbortSignal): Promise<void>;
  draw(line: Line, runs: readonly Run[]): Promise<void>;
  /** Makes the whole screen look different (dim, dark) while `ringing`: these modules have no buzzer. */
  bell(line: Line, ringing: boolean): Promise<void>;
  /** Before everything is drawn again: what else a glitch on the cable may have put wrong. Must not blank the screen. */
  resynchronize?(line: Line): Promise<void>;
}

export interface CharacterDisplayOptions<Line extends Connection> {
  readonly name: string;
  readonly opener: { readonly description: string; open(signal: AbortSignal): Promise<Line> };
  readonly size: DisplaySize;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
  /** Everything is sent again this often, because a glitch on the cable would otherwise stay on the screen. */
  readonly redrawEvery?: Duration;
}

/** How long {@link Display.beep} changes the look of the display: its bell is seen, not heard. */
const bellDuration = milliseconds(160);

/**
 * A display of rows of characters. Only what changed is sent; while the cable is busy newer screens replace older ones;
 * after a re-plug the screen is drawn afresh.
 */
export function createCharacterDisplay<Line extends Connection>(
  options: CharacterDisplayOptions<Line>,
  module: DisplayModule<Line>,
): Display {
  const { size, clock } = options;
  const encode = (rows: readonly string[]): readonly Uint8Array[] =>
    Array.from({ length: size.rows }, (_, row) => encodeRow(rows[row] ?? '', size.columns, module.rom));

  let wanted = encode([]);
  /** What the module shows; null: unknown. */
  let shown: readonly Uint8Array[] | null = null;
  let bells: boolean[] = [];
  let sending = false;
  let redraw: Timer | null = null;
  let bellEnd: Timer | null = null;

  const device = createLinkDevice<Line>({
    ...options,
    kind: 'display',
    driver: module.driver,
    async onConnected(line, signal) {
      bells = [];
      await module.greet(line, signal);
      shown = encode([]);
    },
    onDisconnected() {
      shown = null;
      redraw?.cancel();
      bellEnd?.cancel();
      redraw = bellEnd = null;
    },
  });
  device.onHealth(({ state }) => {
    if (state !== 'ready') return;
    scheduleRedraw();
    void send();
  });

  function scheduleRedraw(): void {
    redraw?.cancel();
    redraw = clock.schedule(options.redrawEvery ?? minutes(1), () => {
      shown = null;
      scheduleRedraw();
      void send();
    });
  }

  /** Sends until the module shows what is wanted; one at a time. */
  async function send(): Promise<void> {
    if (sending) return;
    sending = true;
    for (let line = device.link; line !== null; line = device.link) {
      const bell = bells.shift();
      const runs = changedRuns(shown, wanted, module.moveCost);
      if (bell === undefined && runs.length === 0) break;
      const afresh = shown === null;
      shown = wanted;
      await sendTo(line, afresh, bell, runs);
    }
    sending = false;
  }

  async function sendTo(line: Line, afresh: boolean, bell: boolean | undefined, runs: readonly Run[]): Promise<void> {
    try {
      if (afresh) await module.resynchronize?.(line);
      if (bell !== undefined) await module.bell(line, bell);
      if (runs.length > 0) await module.draw(line, runs);
    } catch (error) {
      if (device.link === line) device.drop(`the display takes no text: ${messageOf(error)}`);
    }
  }

  return Object.assign(device, {
    size,
    show(rows: readonly string[]): void {
      wanted = encode(rows);
      void send();
    },
    beep(): void {
      if (device.link === null || bellEnd !== null) return;
      bells.push(true);
      bellEnd = clock.schedule(bellDuration, () => {
        bellEnd = null;
        bells.push(false);
        void send();
      });
      void send();
    },
  });
}

/** Throws `display.unsupported-size` unless `size` is one of `sizes`; `kind` begins a sentence, e.g. "A CD5220 display". */
export function requireSize(kind: string, size: DisplaySize, sizes: readonly DisplaySize[]): void {
  if (sizes.some(({ columns, rows }) => columns === size.columns && rows === size.rows)) return;
  const possible = sizes.map(({ columns, rows }) => `${columns}x${rows}`);
  throw new HoldfastError(
    'display.unsupported-size',
    `${kind} can be ${possible.join(' or ')}, not ${size.columns}x${size.rows}.`,
    { remedy: 'operator', hint: `Set the display’s size to ${possible.join(' or ')}.` },
  );
}
