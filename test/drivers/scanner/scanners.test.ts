import { createEvdevScanner } from '../../../drivers/scanner/evdev-scanner.ts';
import { createLineScanner, type LineScannerOptions } from '../../../drivers/scanner/line-scanner.ts';
import type { Scanner } from '../../../drivers/scanner/scanner.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { scannerContract } from '../../contract/scanner-contract.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace } from '../fake-place.ts';
import { typedRecords } from '../input-records.ts';

function rigOf(create: (options: LineScannerOptions) => Scanner, bytesOf: (text: string) => Uint8Array | string) {
  const place = new FakePlace();
  const clock = new ManualClock();
  return {
    scanner: create({ name: 'scanner', opener: place, clock, log: silentLogger }),
    clock,
    send: (text: string) => place.send(bytesOf(text)),
    unplug: () => place.unplug(),
    plugIn: () => place.plugIn(),
  };
}

scannerContract('a serial scanner', () => rigOf(createLineScanner, (text) => text));
for (const recordSize of [16, 24] as const) {
  scannerContract(`a scanner that types, with ${recordSize}-byte records`, () =>
    rigOf(
      (options) => createEvdevScanner({ ...options, recordSize }),
      (text) => typedRecords(recordSize, text),
    ),
  );
}
