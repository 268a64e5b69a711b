import { type Clock, type Duration, type Monotonic, milliseconds, type Timer } from '../../src/platform/clock.ts';
import { EventBus } from '../../src/platform/events.ts';
import type { Logger } from '../../src/platform/log.ts';
import { createLinkDevice, type RetryPolicy } from '../device-lifecycle.ts';
import type { LinkOpener } from '../link/link.ts';
import { LineFramer } from './line-framer.ts';
import type { Scan, Scanner } from './scanner.ts';

export interface LineScannerOptions {
  readonly name: string;
  /** What health calls the driver: `line` unless said otherwise. */
  readonly driver?: string;
  readonly opener: LinkOpener;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retry?: RetryPolicy;
  /** A silence this long inside a code ends it (at 9600 baud a code's characters come 1 ms apart). */
  readonly silence?: Duration;
  /** The same code again within this time is taken for one scan seen twice. None by default: two scans are two articles. */
  readonly ignoreRepeatsWithin?: Duration;
}

/** A scanner that sends each code as a line of text: serial and USB-CDC scanners in their factory setting. */
export function createLineScanner(options: LineScannerOptions): Scanner {
  const { clock } = options;
  const silence = options.silence ?? milliseconds(200);
  const repeatWindow = options.ignoreRepeatsWithin ?? milliseconds(0);
  const events = new EventBus<{ scan: Scan }>(options.log);
  let last: { readonly text: string; readonly at: Monotonic } | null = null;
  let quiet: Timer | null = null;

  function deliver(scan: Scan): void {
    if (scan.kind === 'code') {
      const at = clock.monotonic();
      const repeated = last !== null && last.text === scan.text && at - last.at < repeatWindow;
      last = { text: scan.text, at };
      if (repeated) return;
    }
    events.emit('scan', scan);
  }

  const device = createLinkDevice({
    ...options,
    kind: 'scanner',
    driver: options.driver ?? 'line',
    onConnected(link) {
      const framer = new LineFramer();
      link.onData((bytes) => {
        quiet?.cancel();
        quiet = null;
        for (const scan of framer.receive(bytes)) deliver(scan);
        if (!framer.partial) return;
        quiet = clock.schedule(silence, () => {
          quiet = null;
          const scan = framer.idle();
          if (scan !== null) deliver(scan);
        });
      });
    },
    onDisconnected() {
      // Half a code from before the cable was pulled is nobody's code.
      quiet?.cancel();
      quiet = null;
    },
  });
  return Object.assign(device, { onScan: (listener: (scan: Scan) => void) => events.on('scan', listener) });
}
