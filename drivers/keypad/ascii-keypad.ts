import type { Clock } from '../../src/platform/clock.ts';
import { EventBus } from '../../src/platform/events.ts';
import type { Logger } from '../../src/platform/log.ts';
import { createLinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import type { LinkOpener } from '../link/link.ts';
import { AsciiKeyDecoder, asciiLayout } from './ascii-keys.ts';
import type { Key, Keypad } from './keypad.ts';

export interface AsciiKeypadOptions {
  readonly name: string;
  readonly opener: LinkOpener;
  /** Changes to the usual layout, see {@link asciiLayout}. */
  readonly layout?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
}

/** A keypad that sends one ASCII character a key. Throws `keypad.bad-layout` at once; absent hardware is no error. */
export function createAsciiKeypad(options: AsciiKeypadOptions): Keypad {
  const layout = asciiLayout(options.layout);
  const events = new EventBus<{ key: Key }>(options.log);
  const device = createLinkDevice({
    ...options,
    kind: 'keypad',
    driver: 'ascii',
    onConnected(link) {
      const decoder = new AsciiKeyDecoder(layout);
      link.onData((bytes) => {
        for (const key of decoder.decode(bytes)) events.emit('key', key);
      });
    },
  });
  return Object.assign(device, { onKey: (listener: (key: Key) => void) => events.on('key', listener) });
}
