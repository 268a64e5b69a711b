import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Scan, Scanner } from '../../drivers/scanner/scanner.ts';
import { milliseconds, seconds } from '../../src/platform/clock.ts';
import type { ManualClock } from '../tools/manual-clock.ts';

export interface ScannerRig {
  readonly scanner: Scanner;
  readonly clock: ManualClock;
  /** What the scanner sends for a text of digits, letters, `-`, `]`, GS and, at the end of a code, CR. */
  send(text: string): void;
  unplug(): void;
  plugIn(): void;
}

const code = (text: string, symbology: string | null = null): Scan => ({ kind: 'code', text, symbology });

/** What every {@link Scanner} must do, whatever it is wired to. */
export function scannerContract(name: string, makeRig: () => ScannerRig): void {
  describe(`${name} keeps the scanner contract`, () => {
    let rig: ScannerRig;
    let scans: Scan[];
    beforeEach(async () => {
      rig = makeRig();
      scans = [];
      rig.scanner.onScan((scan) => scans.push(scan));
      await rig.scanner.start();
    });
    afterEach(async () => {
      await rig.scanner.stop();
      expect(rig.clock.waiting).toBe(0);
    });

    it('gives codes as they are printed, in their order', () => {
      rig.send('4063000000018\r');
      rig.send('HF-K1-00000042\r96385074\r');
      expect(scans).toEqual([code('4063000000018'), code('HF-K1-00000042'), code('96385074')]);
    });

    it('takes the article out of a GS1 code, and refuses a wrong check digit', () => {
      rig.send(']C1010406300000001817261231\x1d10LOT7\r');
      rig.send(']C10104063000000019\r');
      expect(scans).toEqual([
        code('04063000000018', ']C1'),
        { kind: 'unreadable', reason: 'the check digit is wrong' },
      ]);
    });

    it('tells of a code that is too long, once, and reads the next one', () => {
      rig.send(`${'9'.repeat(500)}\r12\r`);
      expect(scans).toEqual([{ kind: 'unreadable', reason: 'the code is longer than 80 characters' }, code('12')]);
    });

    it('gives up half a code after a silence, or when the cable is pulled', async () => {
      rig.send('4063');
      await rig.clock.advance(milliseconds(500));
      rig.send('40');
      rig.unplug();
      expect(rig.scanner.health()).toMatchObject({ kind: 'scanner', state: 'lost' });
      await rig.clock.advance(seconds(1));
      rig.plugIn();
      await rig.clock.advance(seconds(6));
      rig.send('96385074\r');
      expect(scans.map((scan) => (scan.kind === 'code' ? scan.text : scan.kind))).toEqual(['unreadable', '96385074']);
    });
  });
}
