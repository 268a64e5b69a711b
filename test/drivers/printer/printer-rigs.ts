import type { LinkOpener } from '../../../drivers/link/link.ts';
import { tcpLink } from '../../../drivers/link/socket-link.ts';
import type { PrinterLimits } from '../../../drivers/printer/conversation.ts';
import { paperWidths } from '../../../drivers/printer/document.ts';
import { composeEscpos } from '../../../drivers/printer/escpos-composer.ts';
import { createEscposPrinter } from '../../../drivers/printer/escpos-printer.ts';
import { defaultPrinterLimits } from '../../../drivers/printer/receipt-printer.ts';
import { composeStar } from '../../../drivers/printer/star-composer.ts';
import { createStarPrinter } from '../../../drivers/printer/star-printer.ts';
import { VirtualPrinter } from '../../../drivers/printer/virtual-printer.ts';
import { startVirtualPrinterServer } from '../../../drivers/printer/virtual-printer-server.ts';
import { EscposTalk, type PrinterTalk, StarTalk, type StarTalkOptions } from '../../../drivers/printer/virtual-talk.ts';
import { milliseconds, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import type { PrinterRig } from '../../contract/printer-contract.ts';
import { pseudoPort } from '../pseudo-port.ts';

export const clock = new SystemClock('Europe/Berlin');

/** Short where a test waits for it to pass, generous where it must not pass. */
export const testLimits = { ...defaultPrinterLimits, answer: seconds(2), poll: milliseconds(100) };
export const testRetry = {
  first: milliseconds(20),
  most: milliseconds(100),
  stableAfter: seconds(10),
  openTimeout: seconds(20),
};

/** What differs between the makes of printers. */
export interface PrinterMake {
  readonly create: typeof createEscposPrinter;
  readonly compose: PrinterRig['compose'];
  readonly talk: () => PrinterTalk;
}

export const escposMake: PrinterMake = {
  create: createEscposPrinter,
  compose: composeEscpos,
  talk: () => new EscposTalk(),
};

export const starMake = (options: StarTalkOptions): PrinterMake => ({
  create: createStarPrinter,
  compose: composeStar,
  talk: () => new StarTalk(options),
});

/** Driver and virtual printer over TCP. */
export async function tcpRig(make: PrinterMake = escposMake, limits: PrinterLimits = testLimits): Promise<PrinterRig> {
  const paper = new VirtualPrinter({ paper: paperWidths[48], log: silentLogger, talk: make.talk() });
  const server = await startVirtualPrinterServer(paper, { host: '127.0.0.1', port: 0 });
  return {
    printer: driverOn(make, tcpLink({ host: server.host, port: server.port }, clock), limits),
    paper,
    compose: make.compose,
    setPower: (on) => server.setPower(on),
    interrupt: async () => server.dropConnection(),
    setCable: (plugged) => server.setCable(plugged),
    dispose: () => server.close(),
  };
}

/** Driver and virtual printer with a pseudo-terminal between them. */
export async function terminalRig(
  openerOf: (path: string) => LinkOpener,
  make: PrinterMake = escposMake,
): Promise<PrinterRig> {
  const paper = new VirtualPrinter({ paper: paperWidths[48], log: silentLogger, talk: make.talk() });
  const server = await startVirtualPrinterServer(paper, { host: '127.0.0.1', port: 0 });
  const port = await pseudoPort(`tcp:127.0.0.1:${server.port}`, () => !server.connected);
  return {
    printer: driverOn(make, openerOf(port.path)),
    paper,
    compose: make.compose,
    async setPower(on) {
      if (!on) await port.unplug();
      await server.setPower(on);
      if (on) await port.plugIn();
    },
    async interrupt() {
      await port.unplug();
      await port.plugIn();
    },
    setCable: (plugged) => server.setCable(plugged),
    async dispose() {
      await port.dispose();
      await server.close();
    },
  };
}

function driverOn(make: PrinterMake, opener: LinkOpener, limits: PrinterLimits = testLimits): PrinterRig['printer'] {
  return make.create({
    name: 'printer',
    opener,
    paper: paperWidths[48],
    answers: true,
    clock,
    log: silentLogger,
    retry: testRetry,
    limits,
  });
}
