import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Device } from '../../drivers/device.ts';
import { createCd5220Display } from '../../drivers/display/cd5220-display.ts';
import { createDmDDisplay } from '../../drivers/display/dm-d-display.ts';
import { VirtualDisplay } from '../../drivers/display/virtual-display.ts';
import { VirtualDmD } from '../../drivers/display/virtual-dm-d.ts';
import { createAsciiKeypad } from '../../drivers/keypad/ascii-keypad.ts';
import type { Key } from '../../drivers/keypad/keypad.ts';
import type { LinkOpener } from '../../drivers/link/link.ts';
import { serialLink } from '../../drivers/link/serial-link.ts';
import { tcpLink, unixSocketLink } from '../../drivers/link/socket-link.ts';
import { createSimulatedPaymentTerminal } from '../../drivers/payment-terminal/simulated-payment-terminal.ts';
import { createLineScanner } from '../../drivers/scanner/line-scanner.ts';
import type { Scan } from '../../drivers/scanner/scanner.ts';
import { money } from '../../src/money/money.ts';
import { milliseconds, seconds } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import type { LinkRig } from '../contract/link-contract.ts';
import { describeWith } from '../tools/needs.ts';
import { socketRig, terminalRig } from './link/peers.ts';

/** Keypad, display, scanner and card terminal on the operating system's own interfaces, unplugged in the middle of things. */

const clock = new SystemClock('Europe/Berlin');
const retry = { first: milliseconds(10), most: milliseconds(50), stableAfter: seconds(60), openTimeout: seconds(8) };

function devicesOver(name: string, makeRig: () => Promise<LinkRig>): void {
  describe(`over ${name}`, () => {
    let rig: LinkRig;
    let device: Device;

    async function start<Kind extends Device>(
      create: (options: {
        name: string;
        opener: LinkOpener;
        clock: typeof clock;
        log: typeof silentLogger;
        retry: typeof retry;
      }) => Kind,
    ): Promise<Kind> {
      rig = await makeRig();
      const created = create({ name: 'device', opener: rig.opener, clock, log: silentLogger, retry });
      device = created;
      await created.start();
      await ready();
      return created;
    }
    const ready = (): Promise<void> => expect.poll(() => device.health().state, { timeout: 240_000 }).toBe('ready');
    async function replug(): Promise<void> {
      await rig.unplug();
      await expect.poll(() => device.health().state, { timeout: 240_000 }).not.toBe('ready');
      await rig.plugIn();
      await ready();
    }
    afterEach(async () => {
      await device.stop();
      await rig.dispose();
    });

    it('a keypad types on after garbage and a re-plug', async () => {
      const keypad = await start(createAsciiKeypad);
      const keys: Key[] = [];
      keypad.onKey((key) => keys.push(key));
      rig.send(Uint8Array.of(0x31, 0x00, 0xff, 0xfe, 0x1b, 0x5b));
      await expect.poll(() => keys).toEqual(['1']);
      await replug();
      rig.send(Buffer.from('2*3\r'));
      await expect.poll(() => keys.join(' '), { timeout: 240_000 }).toBe('1 2 times 3 enter');
    });

    it.each([
      ['CD5220', createCd5220Display, () => new VirtualDisplay({ size: { columns: 20, rows: 2 } })],
      ['Epson DM-D', createDmDDisplay, () => new VirtualDmD()],
    ] as const)('a display of the kind %s is drawn again after a re-plug', async (_, create, makeModule) => {
      const display = await start((options) => create({ ...options, size: { columns: 20, rows: 2 } }));
      const screen = (): readonly string[] => {
        const module = makeModule();
        module.receive(rig.received());
        return module.rows.map((row) => row.trimEnd());
      };
      display.show(['Größe XL  24,90 €', 'TOTAL     24,90 €']);
      await expect.poll(screen, { timeout: 240_000 }).toEqual(['Größe XL  24,90 €', 'TOTAL     24,90 €']);
      await rig.unplug();
      display.show(['still here', '']);
      await expect.poll(() => display.health().state, { timeout: 240_000 }).not.toBe('ready');
      await rig.plugIn();
      await expect.poll(screen, { timeout: 240_000 }).toEqual(['still here', '']);
    });

    it('a scanner loses the code that was cut in two, and no other', async () => {
      const scanner = await start(createLineScanner);
      const scans: Scan[] = [];
      scanner.onScan((scan) => scans.push(scan));
      rig.send(Buffer.from('4063000000018\r\n'));
      await expect.poll(() => scans.length, { timeout: 240_000 }).toBe(1);
      rig.send(Buffer.from('40630'));
      await replug();
      rig.send(Buffer.from('4063000000025\r\n'));
      const codes = (): string[] => scans.flatMap((scan) => (scan.kind === 'code' ? [scan.text] : []));
      await expect.poll(codes, { timeout: 240_000 }).toEqual(['4063000000018', '4063000000025']);
    });

    it('a payment is unknown when its cable is pulled, and the next one asks a fresh connection', async () => {
      const terminal = await start(createSimulatedPaymentTerminal);
      const paymentId = '0193597e-1111-7000-8000-000000000001';
      const payment = terminal.pay(
        { paymentId, amount: money('1.00'), currency: 'EUR', reference: 'K1-00000001', offline: 'forbidden' },
        () => undefined,
      );
      await expect.poll(() => rig.received().toString(), { timeout: 240_000 }).toContain('"type":"pay"');
      await replug();
      expect(await payment).toMatchObject({ kind: 'unknown' });
      const sent = rig.received().length;
      const status = terminal.status(paymentId);
      await expect.poll(() => rig.received().subarray(sent).toString(), { timeout: 240_000 }).toContain('"status"');
      rig.send(Buffer.from(`${JSON.stringify({ type: 'status', paymentId, outcome: 'not-found' })}\n`));
      expect(await status).toEqual({ kind: 'not-found' });
      expect(rig.received().toString().split('"type":"pay"')).toHaveLength(2);
    });
  });
}

devicesOver('TCP', () =>
  socketRig(
    (port) => ({ host: '127.0.0.1', port }),
    (port) => tcpLink({ host: '127.0.0.1', port }, clock),
  ),
);

devicesOver('a local socket', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'holdfast-device-')), 'device');
  return socketRig(
    () => ({ path }),
    () => unixSocketLink(path, clock),
  );
});

const serial = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;
describeWith('socat', 'on a serial port', () => {
  devicesOver('a pseudo-terminal', () => terminalRig((path) => serialLink({ ...serial, path }, clock)));
});
