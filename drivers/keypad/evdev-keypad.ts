import type { Clock } from '../../src/platform/clock.ts';
import { EventBus } from '../../src/platform/events.ts';
import type { Logger } from '../../src/platform/log.ts';
import { createLinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import { KeyEventReader, keyCode, type RecordSize } from '../link/input-event.ts';
import type { LinkOpener } from '../link/link.ts';
import { keyNamed } from './key-names.ts';
import type { Key, Keypad } from './keypad.ts';

export interface EvdevKeypadOptions {
  readonly name: string;
  /** Opens the event device, e.g. a file under `/dev/input/by-id`. */
  readonly opener: LinkOpener;
  readonly recordSize: RecordSize;
  /** Changes to the usual layout: kernel name or number of a key → key, or `none`. */
  readonly layout?: Readonly<Record<string, string>>;
  /** Whether a key that is held down counts again, as often as the kernel says. */
  readonly repeat?: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
}

/** What USB number pads and keyboards send. Num Lock is the display's affair, not the key's: digits stay digits. */
const usualKeys: Readonly<Record<string, Key>> = {
  KEY_DOT: '.',
  KEY_COMMA: '.',
  KEY_KPDOT: '.',
  KEY_KPCOMMA: '.',
  KEY_KPASTERISK: 'times',
  KEY_X: 'times',
  KEY_NUMERIC_STAR: 'times',
  KEY_BACKSPACE: 'clear',
  KEY_DELETE: 'clear',
  KEY_ESC: 'clear',
  KEY_C: 'clear',
  KEY_CLEAR: 'clear',
  KEY_KPMINUS: 'clear',
  KEY_ENTER: 'enter',
  KEY_KPENTER: 'enter',
  KEY_KPEQUAL: 'enter',
  KEY_EQUAL: 'enter',
  KEY_OK: 'enter',
  KEY_KPPLUS: 'total',
  KEY_END: 'total',
  KEY_NUMERIC_POUND: 'total',
  KEY_KPSLASH: 'menu',
  KEY_SLASH: 'menu',
  KEY_M: 'menu',
  KEY_MENU: 'menu',
  KEY_TAB: 'menu',
  KEY_F1: 'menu',
};

const digits: readonly Key[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Throws `keypad.bad-layout` or `input.unknown-key`. */
function readLayout(changes: Readonly<Record<string, string>>): ReadonlyMap<number, Key> {
  const layout = new Map<number, Key>();
  for (const digit of digits) {
    for (const prefix of ['KEY_', 'KEY_KP', 'KEY_NUMERIC_']) layout.set(keyCode(prefix + digit), digit);
  }
  for (const [name, key] of Object.entries(usualKeys)) layout.set(keyCode(name), key);
  for (const [name, key] of Object.entries(changes)) {
    const named = keyNamed(key, name);
    if (named === null) layout.delete(keyCode(name));
    else layout.set(keyCode(name), named);
  }
  return layout;
}

/**
 * A keypad that the kernel knows as an input device: USB number pads and keyboards, and GPIO keypads that it scans itself
 * (`gpio-keys`, `matrix-keypad`). Debouncing is the kernel's or the keypad's.
 */
export function createEvdevKeypad(options: EvdevKeypadOptions): Keypad {
  const layout = readLayout(options.layout ?? {});
  const events = new EventBus<{ key: Key }>(options.log);
  const device = createLinkDevice({
    ...options,
    kind: 'keypad',
    driver: 'evdev',
    onConnected(link) {
      const reader = new KeyEventReader(options.recordSize);
      link.onData((bytes) => {
        for (const event of reader.read(bytes)) {
          if (event.kind !== 'press' && !(event.kind === 'repeat' && options.repeat === true)) continue;
          const key = layout.get(event.code);
          if (key !== undefined) events.emit('key', key);
        }
      });
    },
  });
  return Object.assign(device, { onKey: (listener: (key: Key) => void) => events.on('key', listener) });
}
