import { type Clock, type Duration, milliseconds } from '../../src/platform/clock.ts';
import { messageOf } from '../../src/platform/errors.ts';
import type { Logger } from '../../src/platform/log.ts';
import { createLinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import type { GpioOpener, GpioOutputs, GpioPort } from '../link/gpio/gpio.ts';
import type { Beeper } from './beeper.ts';

export interface GpioBeeperOptions {
  readonly name: string;
  readonly gpio: GpioOpener;
  /** As the chip counts, e.g. the BCM number. */
  readonly line: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
}

/** On, off, on, …: lengths of tones and of the silences between them. */
const tones: Readonly<Record<'refused' | 'done', readonly Duration[]>> = {
  refused: [80, 80, 80, 80, 80].map(milliseconds),
  done: [250].map(milliseconds),
};

/** What may be waiting to be heard; more would only be noise. */
const mostWaiting = 2;

/** An active buzzer (one that sounds by itself while it has power) behind a transistor on a GPIO line. */
export function createGpioBeeper(options: GpioBeeperOptions): Beeper {
  const { clock, log, line, name } = options;
  let outputs: GpioOutputs | null = null;
  let waiting = 0;
  let turn: Promise<void> = Promise.resolve();

  const device = createLinkDevice<GpioPort>({
    name,
    kind: 'beeper',
    driver: 'gpio',
    opener: options.gpio,
    clock,
    log,
    ...(options.retry === undefined ? {} : { retry: options.retry }),
    async onConnected(port) {
      outputs = await port.requestOutputs([line], [0]);
    },
    onDisconnected() {
      outputs = null;
    },
  });

  async function play(what: 'refused' | 'done'): Promise<void> {
    const buzzer = outputs;
    if (buzzer === null) return;
    try {
      let level: 0 | 1 = 1;
      for (const length of tones[what]) {
        await buzzer.write([level]);
        await clock.sleep(length);
        level = level === 1 ? 0 : 1;
      }
      await buzzer.write([0]);
    } catch (error) {
      log.debug({ device: name, error: messageOf(error) }, 'the beeper could not be sounded');
    }
  }

  return Object.assign(device, {
    sound(what: 'refused' | 'done'): void {
      if (waiting >= mostWaiting) return;
      waiting += 1;
      turn = turn
        .then(() => play(what))
        .finally(() => {
          waiting -= 1;
        });
    },
  });
}
