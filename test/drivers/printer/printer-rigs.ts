import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinkOpener } from '../../../drivers/link/link.ts';
import { tcpLink } from '../../../drivers/link/socket-link.ts';
import { paperWidths } from '../../../drivers/printer/document.ts';
import { createEscposPrinter, defaultPrinterLimits } from '../../../drivers/printer/escpos-printer.ts';
import type { PrinterLimits } from '../../../drivers/printer/printer-conversation.ts';
import { VirtualPrinter } from '../../../drivers/printer/virtual-printer.ts';
import { startVirtualPrinterServer } from '../../../drivers/printer/virtual-printer-server.ts';
import { milliseconds, seconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import type { PrinterRig } from '../../contract/printer-contract.ts';
import { until } from '../wait.ts';

export const clock = new SystemClock('Europe/Berlin');

/** Short where a test waits for it to pass, generous where it must not pass. */
export const testLimits = { ...defaultPrinterLimits, answer: seconds(2), poll: milliseconds(100) };
export const testRetry = {
  first: milliseconds(20),
  most: milliseconds(100),
  stableAfter: seconds(10),
  openTimeout: seconds(20),
};

/** Driver and virtual printer over TCP. */
export async function tcpRig(limits: PrinterLimits = testLimits): Promise<PrinterRig> {
  const paper = new VirtualPrinter({ paper: paperWidths[48], log: silentLogger });
  const server = await startVirtualPrinterServer(paper, { host: '127.0.0.1', port: 0 });
  return {
    printer: driverOn(tcpLink({ host: server.host, port: server.port }, clock), limits),
    paper,
    setPower: (on) => server.setPower(on),
    interrupt: async () => server.dropConnection(),
    setCable: (plugged) => server.setCable(plugged),
    dispose: () => server.close(),
  };
}

/** Driver and virtual printer with a pseudo-terminal between them, made by socat. */
export async function terminalRig(openerOf: (path: string) => LinkOpener): Promise<PrinterRig> {
  const paper = new VirtualPrinter({ paper: paperWidths[48], log: silentLogger });
  const server = await startVirtualPrinterServer(paper, { host: '127.0.0.1', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-printer-'));
  const path = join(folder, 'tty');
  let socat: ChildProcess | null = null;
  const plugIn = async (): Promise<void> => {
    socat = spawn('socat', [`pty,raw,echo=0,link=${path}`, `tcp:127.0.0.1:${server.port}`], { stdio: 'ignore' });
    await until(() => existsSync(path));
  };
  const unplug = async (): Promise<void> => {
    const running = socat;
    socat = null;
    if (running === null || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
    rmSync(path, { force: true });
  };
  await plugIn();
  return {
    printer: driverOn(openerOf(path)),
    paper,
    async setPower(on) {
      if (!on) await unplug();
      await server.setPower(on);
      if (on) await plugIn();
    },
    async interrupt() {
      await unplug();
      await plugIn();
    },
    setCable: (plugged) => server.setCable(plugged),
    async dispose() {
      await unplug();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function driverOn(opener: LinkOpener, limits: PrinterLimits = testLimits): PrinterRig['printer'] {
  return createEscposPrinter({
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
