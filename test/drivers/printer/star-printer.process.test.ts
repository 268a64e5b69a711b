import { describe, expect, it } from 'vitest';
import { serialLink } from '../../../drivers/link/serial-link.ts';
import { milliseconds } from '../../../src/platform/clock.ts';
import { printerContract } from '../../contract/printer-contract.ts';
import { until } from '../wait.ts';
import { clock, starMake, tcpRig, terminalRig, testLimits } from './printer-rigs.ts';

printerContract('a Star printer on the network', () => tcpRig(starMake({ network: true })));

const settings = { baudRate: 19200, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' } as const;
printerContract('a Star printer on a serial port', () =>
  terminalRig((path) => serialLink({ ...settings, path }, clock), starMake({})),
);

printerContract('an early Star printer, which does not count', () => tcpRig(starMake({ version: 1 })));

describe('a Star printer', () => {
  it('proves more receipts than its counter can count', async () => {
    const rig = await tcpRig(starMake({ network: true }), { ...testLimits, poll: milliseconds(20) });
    await rig.printer.start();
    const bytes = rig.compose(
      { title: 'x', elements: [{ kind: 'text', text: 'x' }, { kind: 'cut' }] },
      rig.paper.paperWidth,
    );
    for (let receipt = 0; receipt < 40; receipt += 1) {
      expect(await rig.printer.print({ id: String(receipt), bytes })).toEqual({ kind: 'printed' });
    }
    expect(rig.paper.receipts).toHaveLength(40);
    await rig.printer.stop();
    expect(rig.paper.problems).toEqual([]);
    await rig.dispose();
  });

  it('that was on before, with status of its own accord, is understood from the first byte', async () => {
    const rig = await tcpRig(starMake({ network: true }));
    rig.paper.loadPaper(0);
    await rig.printer.start();
    await until(() => rig.printer.health().condition === 'paper is out');
    await rig.printer.stop();
    await rig.dispose();
  });
});
