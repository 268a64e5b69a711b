import type { Beeper } from '../../drivers/beeper/beeper.ts';
import type { Display } from '../../drivers/display/display.ts';
import type { Drawer } from '../../drivers/drawer/drawer.ts';
import { createPrinterDrawer } from '../../drivers/drawer/printer-drawer.ts';
import type { Keypad } from '../../drivers/keypad/keypad.ts';
import type { Lamp } from '../../drivers/lamp/lamp.ts';
import { deviceFileLink } from '../../drivers/link/device-file-link.ts';
import type { LinkOpener } from '../../drivers/link/link.ts';
import { serialLink } from '../../drivers/link/serial-link.ts';
import { tcpLink } from '../../drivers/link/socket-link.ts';
import { tappedLink } from '../../drivers/link/tapped-link.ts';
import type { PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import { paperWidths, usualPulse } from '../../drivers/printer/document.ts';
import { createEscposPrinter } from '../../drivers/printer/escpos-printer.ts';
import type { ReceiptPrinter } from '../../drivers/printer/receipt-printer.ts';
import { createStarPrinter } from '../../drivers/printer/star-printer.ts';
import { cas } from '../../drivers/scale/cas.ts';
import type { Scale } from '../../drivers/scale/scale.ts';
import { createSerialScale } from '../../drivers/scale/serial-scale.ts';
import { toledo8217 } from '../../drivers/scale/toledo-8217.ts';
import type { Scanner } from '../../drivers/scanner/scanner.ts';
import type { LinkConfig, TerminalConfig } from '../config/schema.ts';
import type { Clock } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { SystemDurableFiles } from '../platform/system-durable-files.ts';
import type { FrameMonitor } from './frame-monitor.ts';
import { createPaymentTerminal } from './payment-terminals.ts';
import {
  checkPlaces,
  createBeeper,
  createDisplay,
  createGpio,
  createHelpLamp,
  createKeypad,
  createScanner,
} from './person-devices.ts';

/** A terminal's hardware; null where none is configured. A till sells with whatever of it is there. */
export interface TerminalDevices {
  readonly keypad: Keypad | null;
  readonly display: Display | null;
  readonly customerDisplay: Display | null;
  readonly printer: ReceiptPrinter | null;
  readonly drawer: Drawer | null;
  readonly scanner: Scanner | null;
  readonly scale?: Scale | null;
  readonly beeper?: Beeper | null;
  readonly helpLamp?: Lamp | null;
  readonly paymentTerminal: PaymentTerminal | null;
}

/** The drivers that the configuration names. Nothing is opened yet. Throws `config.invalid` for what can't go together. */
export function createDevices(
  {
    devices: config,
    terminal: { id: terminalId },
    dataDir,
    prices: { currency },
  }: Pick<TerminalConfig, 'devices' | 'terminal' | 'dataDir' | 'prices'>,
  clock: Clock,
  log: Logger,
  frames: FrameMonitor,
  random: Random,
): TerminalDevices {
  checkPlaces(config);
  const opener = (link: LinkConfig): LinkOpener => openerFor(link, clock);
  const watched = (name: string, line: LinkOpener): LinkOpener =>
    tappedLink(line, frames.tap(name, name === cardTerminal));
  const common = (name: string, link: LinkConfig) => ({ name, opener: watched(name, opener(link)), clock, log });
  const parts = { clock, log, opener, watched, gpio: createGpio(config.gpio) };

  const printer =
    config.printer === null
      ? null
      : printerDrivers[config.printer.driver]({
          ...common('printer', config.printer.link),
          paper: paperWidths[config.printer.columns],
          answers: config.printer.answersStatus,
        });
  return {
    keypad: createKeypad(config.keypad, parts),
    display: createDisplay('display', config.display, parts),
    customerDisplay: createDisplay('customer display', config.customerDisplay, parts),
    printer,
    drawer: createDrawer(config, printer),
    beeper: createBeeper(config.beeper, parts),
    helpLamp: createHelpLamp(config.helpLamp, parts),
    scanner: createScanner(config.scanner, parts),
    scale:
      config.scale === null
        ? null
        : createSerialScale({
            ...common('scale', config.scale.link),
            protocol: config.scale.driver === 'cas' ? cas : toledo8217,
            unit: config.scale.unit,
          }),
    paymentTerminal: createPaymentTerminal(config.paymentTerminal, {
      name: cardTerminal,
      clock,
      random,
      log,
      opener: (link) => watched(cardTerminal, opener(link)),
      terminalId,
      currency,
      columns: config.printer?.columns ?? paperColumns,
      files: new SystemDurableFiles(dataDir),
    }),
  };
}

const printerDrivers = { escpos: createEscposPrinter, star: createStarPrinter } as const;

/** Card slips are laid out for this where there is no printer. */
const paperColumns = 42;

/** What travels to and from it is never shown. */
const cardTerminal = 'card terminal';

function createDrawer(config: TerminalConfig['devices'], printer: ReceiptPrinter | null): Drawer | null {
  const { drawer } = config;
  if (drawer === null) return null;
  if (printer === null) {
    throw new HoldfastError(
      'config.invalid',
      'devices.drawer is opened by the printer, but devices.printer is not set.',
      {
        remedy: 'operator',
        hint: 'Set devices.printer, or leave devices.drawer out.',
      },
    );
  }
  if (config.printer?.driver === 'star' && drawer.pin === 5) {
    throw new HoldfastError(
      'config.invalid',
      'devices.drawer.pin is 5, but a Star printer opens its drawer by pin 2.',
      {
        remedy: 'operator',
        hint: 'Set devices.drawer.pin to 2.',
      },
    );
  }
  return createPrinterDrawer({
    name: 'drawer',
    printer,
    pulse: { ...usualPulse, pin: drawer.pin },
    sensor: drawer.sensor,
  });
}

function openerFor(link: LinkConfig, clock: Clock): LinkOpener {
  switch (link.type) {
    case 'serial':
      return serialLink(link, clock);
    case 'tcp':
      return tcpLink(link, clock);
    case 'file':
      return deviceFileLink(link.path, clock);
  }
}
