import { messageOf } from '../../../src/platform/errors.ts';
import { type GpioOpener, gpioUnavailable } from './gpio.ts';

/** The first of several ways to the pins that this machine has, looked for at each opening. */
export function anyGpio(ways: readonly GpioOpener[]): GpioOpener {
  return {
    description: 'GPIO',
    async open(signal) {
      const failures: unknown[] = [];
      for (const way of ways) {
        try {
          return await way.open(signal);
        } catch (error) {
          failures.push(error);
        }
      }
      throw gpioUnavailable(
        `GPIO can’t be used: ${failures.map(messageOf).join('; ')}`,
        'One of these must work: see docs/hardware/gpio.md.',
        failures[0],
      );
    },
  };
}
