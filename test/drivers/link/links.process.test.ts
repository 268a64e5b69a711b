import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deviceFileLink } from '../../../drivers/link/device-file-link.ts';
import { serialLink } from '../../../drivers/link/serial-link.ts';
import { tcpLink, unixSocketLink } from '../../../drivers/link/socket-link.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { linkContract } from '../../contract/link-contract.ts';
import { describeWith } from '../../tools/needs.ts';
import { socketRig, terminalRig } from './peers.ts';

const clock = new SystemClock('Europe/Berlin');
const serialSettings = {
  baudRate: 9600,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  flowControl: 'none',
} as const;

linkContract('tcpLink', () =>
  socketRig(
    (port) => ({ host: '127.0.0.1', port }),
    (port) => tcpLink({ host: '127.0.0.1', port }, clock),
  ),
);

linkContract('unixSocketLink', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'holdfast-socket-')), 'device');
  return socketRig(
    () => ({ path }),
    () => unixSocketLink(path, clock),
  );
});

describeWith('socat', 'links over a pseudo-terminal', () => {
  linkContract('serialLink', () => terminalRig((path) => serialLink({ ...serialSettings, path }, clock)));
  linkContract('deviceFileLink', () => terminalRig((path) => deviceFileLink(path, clock)));

  it('a serial port that another program has is said to be busy', async () => {
    const rig = await terminalRig((path) => serialLink({ ...serialSettings, path }, clock));
    const signal = new AbortController().signal;
    const link = await rig.opener.open(signal);
    await expect(rig.opener.open(signal)).rejects.toMatchObject({ code: 'link.busy', remedy: 'operator' });
    await link.close();
    await rig.dispose();
  });
});

describe('descriptions', () => {
  it('name the place as its manual does', () => {
    expect(serialLink({ ...serialSettings, path: '/dev/ttyUSB0' }, clock).description).toBe(
      'serial /dev/ttyUSB0 9600 8N1',
    );
    expect(tcpLink({ host: '192.168.0.50', port: 9100 }, clock).description).toBe('tcp 192.168.0.50:9100');
    expect(deviceFileLink('/dev/usb/lp0', clock).description).toBe('device /dev/usb/lp0');
  });
});
