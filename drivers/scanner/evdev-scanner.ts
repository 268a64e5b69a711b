import { KeyEventReader, type RecordSize } from '../link/input-event.ts';
import type { LinkOpener } from '../link/link.ts';
import { createLineScanner, type LineScannerOptions } from './line-scanner.ts';
import type { Scanner } from './scanner.ts';
import { UsKeyboard } from './us-keyboard.ts';

export interface EvdevScannerOptions extends LineScannerOptions {
  readonly recordSize: RecordSize;
}

/**
 * A USB scanner in keyboard mode (HID), read from its event device so that it needs no keyboard focus. It must be set to
 * the US layout and to end each code with Enter; from then on its characters are a line scanner's.
 */
export function createEvdevScanner(options: EvdevScannerOptions): Scanner {
  return createLineScanner({ ...options, driver: 'evdev', opener: typedText(options.opener, options.recordSize) });
}

/** A link whose data is what was typed, instead of the records that say so. */
function typedText(opener: LinkOpener, recordSize: RecordSize): LinkOpener {
  return {
    description: opener.description,
    async open(signal) {
      const link = await opener.open(signal);
      const reader = new KeyEventReader(recordSize);
      const keyboard = new UsKeyboard();
      return {
        write: (bytes, timeout) => link.write(bytes, timeout),
        onData: (listener) =>
          link.onData((bytes) => {
            const text = keyboard.type(reader.read(bytes));
            if (text.length > 0) listener(text);
          }),
        onClose: (listener) => link.onClose(listener),
        close: () => link.close(),
      };
    },
  };
}
