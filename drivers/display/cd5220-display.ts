import { type Clock, type Duration, milliseconds, minutes, seconds, type Timer } from '../../src/platform/clock.ts';
import { HoldfastError, messageOf } from '../../src/platform/errors.ts';
import type { Logger } from '../../src/platform/log.ts';
import { createLinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import type { Link, LinkOpener } from '../link/link.ts';
import { encodeRow } from './cd5220-charset.ts';
import { brightness, changes, initialize, isCd5220Size } from './cd5220-commands.ts';
import type { Display, DisplaySize } from './display.ts';

export interface Cd5220Options {
  readonly name: string;
  readonly opener: LinkOpener;
  readonly size: DisplaySize;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
  /** Everything is sent again this often, because a glitch on the cable would otherwise stay on the screen. */
  readonly redrawEvery?: Duration;
}

/** The slowest cable (2400 baud) needs 0.3 s for a whole screen; longer means that nobody takes the bytes. */
const writeTimeout = seconds(2);

/** How long {@link Display.beep} dims the display: the module has no buzzer, so that its bell is seen, not heard. */
const bellDuration = milliseconds(160);

/**
 * A pole display with the CD5220 command set. Only what changed is sent; while the cable is busy newer screens replace
 * older ones; after a re-plug the screen is drawn afresh. Throws `display.unsupported-size` for anything but 16×2 and 20×2.
 */
export function createCd5220Display(options: Cd5220Options): Display {
  const { size, clock } = options;
  if (!isCd5220Size(size)) {
    throw new HoldfastError(
      'display.unsupported-size',
      `A CD5220 display has 2 rows of 16 or 20 characters, not ${size.rows} of ${size.columns}.`,
      { remedy: 'operator', hint: 'Set the display’s size to 16x2 or 20x2.' },
    );
  }
  const blank = (): readonly Uint8Array[] => Array.from({ length: size.rows }, () => encodeRow('', size.columns));

  let wanted = blank();
  /** What the module shows; null: unknown. */
  let shown: readonly Uint8Array[] | null = null;
  let bells: number[] = [];
  let sending = false;
  let redraw: Timer | null = null;
  let bellEnd: Timer | null = null;

  const device = createLinkDevice({
    ...options,
    kind: 'display',
    driver: 'cd5220',
    async onConnected(link) {
      // Listening is what lets a serial port notice that it was unplugged; a display says nothing we need.
      link.onData(() => undefined);
      bells = [];
      shown = blank();
      await link.write(Uint8Array.from(initialize), writeTimeout);
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
    for (let link = device.link; link !== null; link = device.link) {
      const bytes = [...bells, ...changes(shown, wanted)];
      if (bytes.length === 0) break;
      bells = [];
      shown = wanted;
      await sendTo(link, bytes);
    }
    sending = false;
  }

  async function sendTo(link: Link, bytes: readonly number[]): Promise<void> {
    try {
      await link.write(Uint8Array.from(bytes), writeTimeout);
    } catch (error) {
      if (device.link === link) device.drop(`the display takes no text: ${messageOf(error)}`);
    }
  }

  return Object.assign(device, {
    size,
    show(rows: readonly string[]): void {
      wanted = Array.from({ length: size.rows }, (_, row) => encodeRow(rows[row] ?? '', size.columns));
      void send();
    },
    beep(): void {
      if (device.link === null || bellEnd !== null) return;
      bells.push(...brightness(1));
      bellEnd = clock.schedule(bellDuration, () => {
        bellEnd = null;
        bells.push(...brightness(4));
        void send();
      });
      void send();
    },
  });
}
