import type { DeviceHealth } from '../device.ts';
import type { DrawerPulse } from '../printer/document.ts';
import type { ReceiptPrinter } from '../printer/receipt-printer.ts';
import type { Drawer } from './drawer.ts';

export interface PrinterDrawerOptions {
  readonly name: string;
  readonly printer: ReceiptPrinter;
  readonly pulse: DrawerPulse;
  /** Which level of the connector's pin 3 means open; `none` for a drawer without a switch. */
  readonly sensor: 'none' | 'high-is-open' | 'low-is-open';
}

/** A cash drawer plugged into the receipt printer. It lives and dies with the printer, which somebody else starts. */
export function createPrinterDrawer(options: PrinterDrawerOptions): Drawer {
  const { name, printer, pulse, sensor } = options;
  const own = (health: DeviceHealth): DeviceHealth => ({
    ...health,
    name,
    kind: 'drawer',
    driver: 'printer',
    // Paper is no concern of a drawer's.
    condition: health.state === 'ready' ? 'ready' : `its printer: ${health.condition}`,
  });
  return {
    name,
    start: async () => undefined,
    stop: async () => undefined,
    health: () => own(printer.health()),
    onHealth: (listener) => printer.onHealth((health) => listener(own(health))),
    open: () => printer.kick(pulse),
    get position() {
      if (sensor === 'none' || printer.drawerPin === 'unknown') return 'unknown';
      return (printer.drawerPin === 'high') === (sensor === 'high-is-open') ? 'open' : 'closed';
    },
  };
}
