import { KeyEventReader, type RecordSize } from '../link/input-event.ts';
import type { LinkOpener } from '../link/link.ts';
import { createLineScanner, type LineScannerOptions } from './line-scanner.ts';
import type { Scanner } from './scanner.ts';
import { UsKeyboard } from './us-keyboard.ts';

export interface EvdevScannerOptions extends LineScannerOptions {
  readonly recordSize: RecordSize;
  /**
   * Lets somebody watch the line. It is the typed text that is watched, not the records: of a card reader that pretends to be
   * a keyboard nobody could recognize the card's number in those, and so nobody could hide it.
   */
  readonly watched?: (opener: LinkOpener) => LinkOpener;
}

/**
 * A USB scanner in keyboard mode (HID), read from its event device so that it needs no keyboard focus. It must be set to
 * the US layout and to end each code with Enter; from then on its characters are a line scanner's.
 */
export function createEvdevScanner({ watched, recordSize, ...options }: EvdevScannerOptions): Scanner {
  const typed = typedText(options.opener, recordSize);
  return createLineScanner({ ...options, driver: 'evdev', opener: watched === undefined ? typed : watched(typed) });
}

/** A link whose data is what was typed, instead of the records that say so. */
function typedText(opener: LinkOpener, recordSize: RecordSize): LinkOpener {
  return {
    description: opener.description,
    async open(signal) {
      const link = await opener.open(signal);
      const reader = new KeyEventReader(recordSize);
      const keyboard = new UsKeyboard();
      const listeners: ((bytes: Uint8Array) => void)[] = [];
      link.onData((bytes) => {
        const text = keyboard.type(reader.read(bytes));
        if (text.length > 0) for (const listener of listeners) listener(text);
      });
      return {
        write: (bytes, timeout) => link.write(bytes, timeout),
        onData: (listener) => listeners.push(listener),
        onClose: (listener) => link.onClose(listener),
        close: () => link.close(),
      };
    },
  };
}
