import { beforeEach, describe, expect, it } from 'vitest';
import { DeviceBench } from '../../src/assembly/device-bench.ts';
import { testPage } from '../../src/assembly/test-page.ts';
import { seconds } from '../../src/platform/clock.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import {
  FakeDisplay,
  FakeDrawer,
  FakeKeypad,
  FakePrinter,
  FakeScale,
  FakeScanner,
  FakeTerminal,
} from '../till/fakes/devices.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryJournal } from '../tools/memory-journal.ts';

const clock = new ManualClock();
const never = new AbortController().signal;
const keypad = new FakeKeypad();
const scanner = new FakeScanner();
const display = new FakeDisplay({ columns: 20, rows: 4 });
const drawer = new FakeDrawer();
const scale = new FakeScale();
const paymentTerminal = new FakeTerminal();
let printer: BenchPrinter;
let journal: MemoryJournal;
let bench: DeviceBench;
let words: string[];
let redrawn: number;
const tell = (said: string): void => void words.push(said);

/** The till's printers can open a drawer. */
class BenchPrinter extends FakePrinter {
  readonly drawerPin = 'unknown';
  async kick(): Promise<boolean> {
    return true;
  }
}

beforeEach(() => {
  words = [];
  redrawn = 0;
  printer = new BenchPrinter();
  journal = new MemoryJournal(clock);
  bench = new DeviceBench({
    devices: { keypad, scanner, display, customerDisplay: null, printer, drawer, scale, paymentTerminal },
    journal,
    clock,
    frames: null,
    testPage: () => ({ id: 'test page', bytes: Uint8Array.of(1, 2, 3) }),
    redraw: () => {
      redrawn += 1;
    },
  });
});

describe('the device bench', () => {
  it('lists what is configured', () => {
    expect(bench.list().map(({ name }) => name)).toEqual([
      'keypad',
      'display',
      'printer',
      'drawer',
      'scanner',
      'scale',
      'payment-terminal',
    ]);
  });

  it('refuses a device that is not there, and names those that are', async () => {
    const refusal = await bench.test('fax', tell, never).catch((error: unknown) => error);
    expect(isHoldfastError(refusal, 'device.unknown') && refusal.hint).toMatch(/^It has: keypad, display, printer/);
  });

  it('prints a test page and says what the printer says', async () => {
    expect(await bench.test('printer', tell, never)).toMatchObject({ passed: true });
    expect(printer.jobs.map(({ id }) => id)).toEqual(['test page']);
    printer.outcome = { kind: 'not-printed', reason: 'paper is out' };
    expect(await bench.test('printer', tell, never)).toEqual({ passed: false, words: 'paper is out' });
    printer.outcome = { kind: 'sent' };
    expect(await bench.test('printer', tell, never)).toMatchObject({ passed: true, words: /look/ });
  });

  it('opens the drawer only after it is recorded as an opening without a sale', async () => {
    const testing = bench.test('drawer', tell, never);
    await clock.advance(seconds(1));
    expect(await testing).toMatchObject({ passed: true });
    expect(journal.kept.at(-1)?.entry).toMatchObject({ kind: 'drawer-opened', reason: 'no-sale' });
    const opened = drawer.opened;
    journal.append = () => Promise.reject(new Error('disk full'));
    await expect(bench.test('drawer', tell, never)).rejects.toThrow('disk full');
    expect(drawer.opened).toBe(opened);
  });

  it('fills every place of a display, beeps, and lets the till draw again', async () => {
    const testing = bench.test('display', tell, never);
    expect(display.rows.map((row) => row.length)).toEqual([20, 20, 20, 20]);
    expect(new Set(display.rows).size).toBe(4);
    expect(display.beeps).toBe(1);
    await clock.advance(seconds(4));
    expect(await testing).toMatchObject({ passed: true });
    expect(redrawn).toBe(1);
  });

  it('shows a scan and keeps it from the till', async () => {
    const sold: string[] = [];
    bench.scanner?.onScan((scan) => sold.push(scan.kind === 'code' ? scan.text : scan.kind));
    const testing = bench.test('scanner', tell, never);
    scanner.scan({ kind: 'code', text: '4006381333931', symbology: ']E0' });
    expect(await testing).toEqual({ passed: true, words: '4006381333931 (symbology ]E0)' });
    expect(sold).toEqual([]);
    scanner.scan({ kind: 'code', text: '4006381333931', symbology: null });
    expect(sold).toEqual(['4006381333931']);
  });

  it('gives up when nobody scans, and when the asker hangs up', async () => {
    const patient = bench.test('scanner', tell, never);
    await clock.advance(seconds(20));
    expect(await patient).toEqual({ passed: false, words: 'no scan arrived' });
    const gone = new AbortController();
    const asked = bench.test('scanner', tell, gone.signal);
    gone.abort();
    expect(await asked).toEqual({ passed: false, words: 'no scan arrived' });
  });

  it('shows keys until ENTER and keeps them from the till', async () => {
    const heard: string[] = [];
    bench.keypad?.onKey((key) => heard.push(key));
    const testing = bench.test('keypad', tell, never);
    for (const key of ['1', '1', 'times', 'enter'] as const) keypad.press(key);
    expect(await testing).toEqual({ passed: true, words: '3 different keys arrived' });
    expect(words.slice(1)).toEqual(['key 1', 'key 1', 'key times', 'key enter']);
    keypad.press('2');
    expect(heard).toEqual(['2']);
  });

  it('tests one thing at a time on a device', async () => {
    const first = bench.test('scanner', tell, never);
    await expect(bench.test('scanner', tell, never)).rejects.toMatchObject({ code: 'device.busy' });
    scanner.scan({ kind: 'unreadable', reason: 'the code is empty' });
    expect(await first).toEqual({ passed: false, words: 'what arrived is no code: the code is empty' });
  });

  it('weighs', async () => {
    scale.says = { kind: 'weight', weight: 0.5, unit: 'kg', net: true };
    expect(await bench.test('scale', tell, never)).toMatchObject({ passed: true, words: /^0.5 kg net;/ });
    scale.says = { kind: 'no-answer', reason: 'silent' };
    expect(await bench.test('scale', tell, never)).toEqual({ passed: false, words: 'silent' });
  });

  it('asks the card terminal without charging anything', async () => {
    expect(await bench.test('payment-terminal', tell, never)).toMatchObject({ passed: true });
    expect(paymentTerminal.asked).toEqual([]);
    paymentTerminal.deaf = true;
    expect(await bench.test('payment-terminal', tell, never)).toEqual({ passed: false, words: 'no answer' });
    paymentTerminal.deaf = false;
  });
});

it('a test page has what receipts have', () => {
  const { elements } = testPage({ terminalId: 'K1', at: '2026-11-23T09:00:00Z', columns: 32 });
  const kinds = new Set(elements.map(({ kind }) => kind));
  for (const kind of ['text', 'left-right', 'rule', 'barcode', 'qr', 'cut'] as const) expect(kinds).toContain(kind);
});
