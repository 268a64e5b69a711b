import { describe, expect, it } from 'vitest';
import { deviceFileLink } from '../../../drivers/link/device-file-link.ts';
import { serialLink } from '../../../drivers/link/serial-link.ts';
import { tcpLink } from '../../../drivers/link/socket-link.ts';
import { paperWidths } from '../../../drivers/printer/document.ts';
import { composeEscpos } from '../../../drivers/printer/escpos-composer.ts';
import { createEscposPrinter } from '../../../drivers/printer/escpos-printer.ts';
import { hours, milliseconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { printerContract } from '../../contract/printer-contract.ts';
import { describeWith } from '../../tools/needs.ts';
import { Peer } from '../link/peers.ts';
import { until } from '../wait.ts';
import { clock, escposMake, tcpRig, terminalRig, testLimits, testRetry } from './printer-rigs.ts';

printerContract('an ESC/POS printer on TCP', () => tcpRig());

describeWith('socat', 'printers over a pseudo-terminal', () => {
  const settings = { baudRate: 19200, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;
  printerContract('an ESC/POS printer on a serial port', () =>
    terminalRig((path) => serialLink({ ...settings, path }, clock)),
  );
  printerContract('an ESC/POS printer on a device file', () => terminalRig((path) => deviceFileLink(path, clock)));
});

describe('an ESC/POS printer', () => {
  const document = { title: 'x', elements: [{ kind: 'text', text: 'hello' }, { kind: 'cut' }] } as const;
  const bytes = composeEscpos(document, paperWidths[48]);

  const driverOn = async (peer: Peer, answers: boolean): Promise<ReturnType<typeof createEscposPrinter>> => {
    const port = await peer.listen({ host: '127.0.0.1', port: 0 });
    return createEscposPrinter({
      name: 'printer',
      opener: tcpLink({ host: '127.0.0.1', port }, clock),
      paper: paperWidths[48],
      answers,
      clock,
      log: silentLogger,
      retry: testRetry,
      limits: { ...testLimits, drain: milliseconds(300) },
    });
  };

  it('reports by itself, also after a receipt has reset it', async () => {
    const rig = await tcpRig(escposMake, { ...testLimits, poll: hours(1) });
    await rig.printer.start();
    expect(await rig.printer.print({ id: 'a', bytes })).toEqual({ kind: 'printed' });
    rig.paper.loadPaper(0);
    await until(() => rig.printer.health().condition === 'paper is out');
    await rig.printer.stop();
    await rig.dispose();
  });

  it('that cannot answer is sent a receipt, and that is all that is claimed', async () => {
    const peer = new Peer();
    const printer = await driverOn(peer, false);
    await printer.start();
    expect(await printer.print({ id: 'a', bytes })).toEqual({ kind: 'sent' });
    await until(() => peer.received().length === bytes.length);
    expect(peer.received().equals(Buffer.from(bytes))).toBe(true);
    expect(printer.paper).toBe('unknown');
    await printer.stop();
    await peer.close();
  });

  it('that stops taking data leaves the outcome unknown, and the connection is given up', async () => {
    const peer = new Peer();
    const printer = await driverOn(peer, false);
    await printer.start();
    peer.stopReading();
    const huge = Buffer.alloc(32 << 20, 0x0a);
    const outcome = await printer.print({ id: 'a', bytes: huge });
    expect(outcome).toEqual({ kind: 'unknown', reason: 'The device has stopped taking data.' });
    await printer.stop();
    await peer.close();
  });

  it('that never says a word is not ready', async () => {
    const peer = new Peer();
    const printer = await driverOn(peer, true);
    await printer.start();
    expect(printer.health()).toMatchObject({
      state: 'absent',
      condition: 'the printer does not answer; is it switched on?',
    });
    await printer.stop();
    await peer.close();
  });

  it('that talks nonsense is not ready, and does no harm', async () => {
    const peer = new Peer();
    const printer = await driverOn(peer, true);
    const starting = printer.start();
    await until(() => peer.connections > 0);
    for (let round = 0; round < 20; round += 1) peer.send(Buffer.from([0x80 + round, 0xff, 0x90, 0x11, 0x13, 0xec]));
    await starting;
    expect(printer.health().state).toBe('absent');
    await printer.stop();
    await peer.close();
  });
});
