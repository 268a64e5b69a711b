import { afterEach, describe, expect, it } from 'vitest';
import { createPrinterDrawer } from '../../drivers/drawer/printer-drawer.ts';
import { type PaperWidth, type ReceiptDocument, usualPulse } from '../../drivers/printer/document.ts';
import { paperText } from '../../drivers/printer/paper-text.ts';
import type { PrintJob } from '../../drivers/printer/printer.ts';
import type { ReceiptPrinter } from '../../drivers/printer/receipt-printer.ts';
import type { VirtualPrinter } from '../../drivers/printer/virtual-printer.ts';
import { milliseconds } from '../../src/platform/clock.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { until } from '../drivers/wait.ts';

const clock = new SystemClock('Europe/Berlin');

/** A printer driver and, at the other end of its line, the printer. */
export interface PrinterRig {
  readonly printer: ReceiptPrinter;
  readonly paper: VirtualPrinter;
  /** A document in the printer's language. */
  readonly compose: (document: ReceiptDocument, paper: PaperWidth) => Uint8Array;
  setPower(on: boolean): Promise<void>;
  /** The connection ends; what the printer has in memory stays there. It can be connected again at once. */
  interrupt(): Promise<void>;
  /** The line goes silent without ending. */
  setCable(plugged: boolean): void;
  dispose(): Promise<void>;
}

const lineHeight = 30;

/** What every receipt printer driver must do, over whatever line. */
export function printerContract(name: string, makeRig: () => Promise<PrinterRig>): void {
  describe(`${name} keeps the printer contract`, () => {
    let rig: PrinterRig;
    const ready = async (): Promise<void> => {
      rig = await makeRig();
      await rig.printer.start();
      expect(rig.printer.health()).toMatchObject({ state: 'ready', condition: 'ready' });
    };
    const job = (id: string, lines = 3): PrintJob => {
      const text = Array.from({ length: lines }, (_, index) => `${id} line ${index + 1}`).join('\n');
      const document: ReceiptDocument = { title: id, elements: [{ kind: 'text', text }, { kind: 'cut' }] };
      return { id, bytes: rig.compose(document, rig.paper.paperWidth) };
    };
    const printed = (): string[] =>
      rig.paper.receipts.map((receipt) => paperText(receipt, rig.paper.paperWidth).split(' ', 1).join());
    afterEach(async () => {
      await rig.printer.stop();
      expect(rig.paper.problems).toEqual([]);
      await rig.dispose();
    });

    it('proves that a receipt is on paper, one after the other', async () => {
      await ready();
      const outcomes = await Promise.all(['a', 'b', 'c'].map((id) => rig.printer.print(job(id))));
      expect(outcomes).toEqual([{ kind: 'printed' }, { kind: 'printed' }, { kind: 'printed' }]);
      expect(printed()).toEqual(['a', 'b', 'c']);
      expect(rig.printer.paper).toBe('ok');
    });

    it('prints a receipt longer than any memory on the way', async () => {
      await ready();
      expect(await rig.printer.print(job('long', 2000))).toEqual({ kind: 'printed' });
      expect(rig.paper.receipts[0]?.elements).toHaveLength(2000);
    });

    it('starts without a printer, says so, and is ready when one appears', async () => {
      rig = await makeRig();
      await rig.setPower(false);
      await rig.printer.start();
      expect(rig.printer.health().state).toBe('absent');
      expect(rig.printer.health().condition).toMatch(/not plugged in|nothing answers|does not answer/);
      expect(await rig.printer.print(job('a'))).toMatchObject({ kind: 'not-printed' });
      await rig.setPower(true);
      await until(() => rig.printer.health().state === 'ready');
      expect(await rig.printer.print(job('b'))).toEqual({ kind: 'printed' });
      expect(printed()).toEqual(['b']);
    });

    it('does not begin without paper, with the cover open, or with a jammed cutter', async () => {
      await ready();
      const refused = async (words: string): Promise<void> => {
        expect(await rig.printer.print(job('x'))).toEqual({ kind: 'not-printed', reason: words });
        expect(rig.printer.health().condition).toBe(words);
      };
      rig.paper.loadPaper(0);
      await refused('paper is out');
      expect(rig.printer.paper).toBe('out');
      rig.paper.loadPaper();
      rig.paper.setCover(true);
      await refused('the cover is open');
      rig.paper.setCover(false);
      rig.paper.setFault('cutter');
      await refused('the cutter is jammed');
      rig.paper.setFault('unrecoverable');
      await refused('the printer reports a fault; switch it off and on again');
      rig.paper.setFault('none');
      expect(await rig.printer.print(job('y'))).toEqual({ kind: 'printed' });
      expect(printed()).toEqual(['y']);
      expect(rig.printer.health().condition).toBe('ready');
    });

    it('says by itself that paper is nearly out, and out', async () => {
      await ready();
      rig.paper.loadPaper(5000);
      await until(() => rig.printer.health().condition === 'paper is nearly out');
      expect(rig.printer.paper).toBe('near-end');
      rig.paper.loadPaper(0);
      await until(() => rig.printer.health().condition === 'paper is out');
      rig.paper.loadPaper();
      await until(() => rig.printer.health().condition === 'ready');
    });

    it('does not claim a receipt that ran out of paper, and goes on cleanly with a new roll', async () => {
      await ready();
      rig.paper.loadPaper(5 * lineHeight);
      expect(await rig.printer.print(job('torn', 40))).toEqual({ kind: 'unknown', reason: 'paper is out' });
      expect(await rig.printer.print(job('next'))).toEqual({ kind: 'not-printed', reason: 'paper is out' });
      rig.paper.loadPaper();
      await until(() => rig.printer.health().condition === 'ready');
      expect(await rig.printer.print(job('copy', 40))).toEqual({ kind: 'printed' });
      // The printer itself finished what it still had in its memory.
      expect(printed()).toEqual(['torn', 'copy']);
    });

    it('does not take an answer to an earlier receipt for the proof of a later one', async () => {
      await ready();
      expect(await rig.printer.print(job('zero'))).toEqual({ kind: 'printed' });
      rig.paper.setSlow(true);
      const first = rig.printer.print(job('first'));
      await until(() => rig.paper.waiting > 0);
      await rig.interrupt();
      expect(await first).toMatchObject({ kind: 'unknown' });
      await until(() => rig.printer.health().state === 'ready');
      const second = rig.printer.print(job('second', 60));
      // Time for a driver that trusts too early to send it.
      await clock.sleep(milliseconds(300));
      // The first is finished now and its old question answered, but for the second there is not enough paper.
      rig.paper.loadPaper(20 * lineHeight);
      rig.paper.setSlow(false);
      expect(await second).toEqual({ kind: 'unknown', reason: 'paper is out' });
      expect(printed()).toEqual(['zero', 'first']);
    });

    it('gives up on a printer that never comes to the next receipt', async () => {
      await ready();
      expect(await rig.printer.print(job('zero'))).toEqual({ kind: 'printed' });
      rig.paper.setSlow(true);
      const first = rig.printer.print(job('first'));
      await until(() => rig.paper.waiting > 0);
      await rig.interrupt();
      expect(await first).toMatchObject({ kind: 'unknown' });
      await until(() => rig.printer.health().state === 'ready');
      expect(await rig.printer.print(job('second'))).toEqual({
        kind: 'not-printed',
        reason: 'the printer is still busy with an earlier document',
      });
      rig.paper.setSlow(false);
    });

    it('notices that the printer was switched off, and sends nothing stale when it is back', async () => {
      await ready();
      await rig.setPower(false);
      await until(() => rig.printer.health().state !== 'ready');
      expect(await rig.printer.print(job('lost'))).toMatchObject({ kind: 'not-printed' });
      await rig.setPower(true);
      await until(() => rig.printer.health().state === 'ready');
      expect(await rig.printer.print(job('fresh'))).toEqual({ kind: 'printed' });
      expect(printed()).toEqual(['fresh']);
    });

    it('notices a line that has gone silent', async () => {
      await ready();
      rig.setCable(false);
      expect(await rig.printer.print(job('into the void'))).toEqual({
        kind: 'not-printed',
        reason: 'the printer does not answer; is it switched on?',
      });
      expect(['lost', 'reopening']).toContain(rig.printer.health().state);
      rig.setCable(true);
      await until(() => rig.printer.health().state === 'ready');
    });

    it('notices silence while idle', async () => {
      await ready();
      rig.setCable(false);
      await until(() => rig.printer.health().state !== 'ready');
      expect(rig.printer.health().condition).toMatch(/does not answer|nothing answers|not plugged/);
      rig.setCable(true);
    });

    it('opens the drawer, also without paper, and knows when it is open', async () => {
      await ready();
      const drawer = createPrinterDrawer({
        name: 'drawer',
        printer: rig.printer,
        pulse: usualPulse,
        sensor: 'high-is-open',
      });
      const pulses: number[] = [];
      rig.paper.on('drawer', ({ pin }) => pulses.push(pin));
      expect(drawer.position).toBe('closed');
      expect(await drawer.open()).toBe(true);
      await until(() => drawer.position === 'open');
      rig.paper.closeDrawer();
      await until(() => drawer.position === 'closed');
      rig.paper.loadPaper(0);
      expect(await drawer.open()).toBe(true);
      await until(() => rig.paper.state.drawer === 'open');
      expect(pulses).toEqual([2, 2]);
      // Nothing was kept in the printer to open it once more.
      rig.paper.loadPaper();
      await until(() => rig.printer.health().condition === 'ready');
      expect(await rig.printer.print(job('z'))).toEqual({ kind: 'printed' });
      expect(pulses).toEqual([2, 2]);
    });

    it('does not open the drawer, now or later, when there is no printer', async () => {
      await ready();
      const drawer = createPrinterDrawer({ name: 'drawer', printer: rig.printer, pulse: usualPulse, sensor: 'none' });
      await rig.setPower(false);
      await until(() => rig.printer.health().state !== 'ready');
      expect(await drawer.open()).toBe(false);
      expect(drawer.health()).toMatchObject({ name: 'drawer', kind: 'drawer', driver: 'printer' });
      expect(drawer.health().condition).toMatch(/^its printer: /);
      await rig.setPower(true);
      await until(() => rig.printer.health().state === 'ready');
      expect(await rig.printer.print(job('a'))).toEqual({ kind: 'printed' });
      expect(rig.paper.state.drawer).toBe('closed');
      expect(drawer.position).toBe('unknown');
    });

    it('stops for good', async () => {
      await ready();
      await rig.printer.stop();
      expect(rig.printer.health().state).toBe('closed');
      expect(await rig.printer.print(job('late'))).toEqual({ kind: 'not-printed', reason: 'stopped' });
    });
  });
}
