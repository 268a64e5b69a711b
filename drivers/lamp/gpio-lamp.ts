import { type Clock, milliseconds, type Timer } from '../../src/platform/clock.ts';
import { messageOf } from '../../src/platform/errors.ts';
import type { Logger } from '../../src/platform/log.ts';
import { createLinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import type { GpioOpener, GpioOutputs, GpioPort } from '../link/gpio/gpio.ts';
import type { Lamp } from './lamp.ts';

export interface GpioLampOptions {
  readonly name: string;
  readonly gpio: GpioOpener;
  /** As the chip counts, e.g. the BCM number. */
  readonly line: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
}

/** Half a blink: seen from the corner of an eye, and no nuisance. */
const half = milliseconds(500);

/** A light-emitting diode or a lamp's relay on a GPIO line; lit while the line is high. */
export function createGpioLamp(options: GpioLampOptions): Lamp {
  const { clock, log, line, name } = options;
  let outputs: GpioOutputs | null = null;
  let wanted = false;
  let level: 0 | 1 = 0;
  let timer: Timer | null = null;

  const device = createLinkDevice<GpioPort>({
    name,
    kind: 'lamp',
    driver: 'gpio',
    opener: options.gpio,
    clock,
    log,
    ...(options.retry === undefined ? {} : { retry: options.retry }),
    async onConnected(port) {
      outputs = await port.requestOutputs([line], [level]);
    },
    onDisconnected() {
      outputs = null;
    },
  });

  const stopDevice = device.stop.bind(device);

  function write(next: 0 | 1): void {
    level = next;
    outputs?.write([next]).catch((error: unknown) => {
      log.debug({ device: name, error: messageOf(error) }, 'the lamp could not be switched');
    });
  }

  function blink(): void {
    write(level === 1 ? 0 : 1);
    timer = clock.schedule(half, blink);
  }

  return Object.assign(device, {
    show(lit: boolean): void {
      if (lit === wanted) return;
      wanted = lit;
      timer?.cancel();
      timer = null;
      if (lit) blink();
      else write(0);
    },
    async stop(): Promise<void> {
      timer?.cancel();
      timer = null;
      await outputs?.write([0]).catch(() => undefined);
      await stopDevice();
    },
  });
}
