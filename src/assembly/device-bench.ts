import type { Beeper } from '../../drivers/beeper/beeper.ts';
import type { Device } from '../../drivers/device.ts';
import type { Display } from '../../drivers/display/display.ts';
import type { Drawer } from '../../drivers/drawer/drawer.ts';
import type { Key, Keypad } from '../../drivers/keypad/keypad.ts';
import type { Lamp } from '../../drivers/lamp/lamp.ts';
import type { PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import type { Printer, PrintJob } from '../../drivers/printer/printer.ts';
import type { Scale, Weighing } from '../../drivers/scale/scale.ts';
import type { Scan, Scanner } from '../../drivers/scanner/scanner.ts';
import type { DeviceFrame, DeviceStatus, DeviceTestResult } from '../control/protocol.ts';
import type { Journal } from '../journal/journal.ts';
import { type Clock, seconds } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import { uuidv7 } from '../platform/ids.ts';
import { systemRandom } from '../platform/system-random.ts';
import type { TerminalDevices } from './devices.ts';
import type { FrameMonitor } from './frame-monitor.ts';

export interface DeviceBenchParts {
  readonly devices: TerminalDevices;
  readonly journal: Pick<Journal, 'append' | 'openShift'>;
  readonly clock: Clock;
  /** null: what travels on the lines can't be watched, because the devices are not on lines of ours. */
  readonly frames: FrameMonitor | null;
  readonly testPage: () => PrintJob;
  /** Draws the till's own screens again after a test has written on them. */
  readonly redraw: () => void;
}

/** How long a person may take to scan something or to press keys. */
const patience = seconds(20);
const patternTime = seconds(4);

type Tell = (words: string) => void;
type Test = (tell: Tell, signal: AbortSignal) => Promise<DeviceTestResult>;

/**
 * Trying out one device of a running terminal, for the person with the screwdriver. A keypad or scanner under test does not
 * reach the till: the till listens through {@link keypad} and {@link scanner}.
 */
export class DeviceBench {
  readonly #parts: DeviceBenchParts;
  readonly #tests: ReadonlyMap<Device, Test>;
  readonly #underTest = new Set<Device>();
  /** What the till is given in place of the devices themselves. */
  readonly keypad: Keypad | null;
  readonly scanner: Scanner | null;

  constructor(parts: DeviceBenchParts) {
    this.#parts = parts;
    this.#tests = this.#testsOf(parts.devices);
    const { keypad, scanner } = parts.devices;
    const free = (device: Device): boolean => !this.#underTest.has(device);
    this.keypad = keypad && {
      ...lifeOf(keypad),
      onKey: (listener) => keypad.onKey((key) => (free(keypad) ? listener(key) : undefined)),
    };
    this.scanner = scanner && {
      ...lifeOf(scanner),
      onScan: (listener) => scanner.onScan((scan) => (free(scanner) ? listener(scan) : undefined)),
    };
  }

  list(): DeviceStatus[] {
    return [...this.#tests.keys()].map((device) => {
      const { name, kind, driver, state, condition, since } = device.health();
      return { name, kind, driver, state, condition, since };
    });
  }

  /** Throws `device.unknown`, and `device.busy` while it is being tested already. Ends early when `signal` aborts. */
  async test(name: string, tell: Tell, signal: AbortSignal): Promise<DeviceTestResult> {
    const [device, testDevice] = this.#find(name);
    if (this.#underTest.has(device)) {
      throw new HoldfastError('device.busy', `The ${device.name} is being tested already.`, { remedy: 'retry' });
    }
    const { state, condition } = device.health();
    if (state !== 'ready') return failed(`${state}: ${condition}`);
    this.#underTest.add(device);
    try {
      return await testDevice(tell, signal);
    } finally {
      this.#underTest.delete(device);
    }
  }

  /** Tells every frame of one device (null: of all) until `signal` aborts. Throws `device.unknown`. */
  async monitor(name: string | null, tell: (frame: DeviceFrame) => void, signal: AbortSignal): Promise<void> {
    const wanted = name === null ? null : this.#find(name)[0].name;
    const stop = this.#parts.frames?.watch((frame) => {
      if (wanted === null || frame.device === wanted) tell(frame);
    });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    stop?.();
  }

  /** Also with hyphens: `customer-display`. */
  #find(name: string): [Device, Test] {
    const devices = [...this.#tests];
    const found = devices.find(([device]) => device.name === name || withHyphens(device.name) === name);
    if (found !== undefined) return found;
    const names = devices.map(([device]) => withHyphens(device.name)).join(', ');
    throw new HoldfastError('device.unknown', `This terminal has no device "${name}".`, {
      remedy: 'operator',
      hint: names === '' ? 'None is configured.' : `It has: ${names}.`,
    });
  }

  /** Every configured device, in the order in which people name them. */
  #testsOf(devices: TerminalDevices): Map<Device, Test> {
    const { keypad, display, customerDisplay, printer, drawer, scanner, scale, beeper, helpLamp, paymentTerminal } =
      devices;
    const tests = new Map<Device, Test>();
    if (keypad) tests.set(keypad, (tell, signal) => this.#testKeypad(keypad, tell, signal));
    if (display) tests.set(display, (tell, signal) => this.#testDisplay(display, tell, signal));
    if (customerDisplay) tests.set(customerDisplay, (tell, signal) => this.#testDisplay(customerDisplay, tell, signal));
    if (printer) tests.set(printer, (tell) => this.#testPrinter(printer, tell));
    if (drawer) tests.set(drawer, (tell) => this.#testDrawer(drawer, tell));
    if (scanner) tests.set(scanner, (tell, signal) => this.#testScanner(scanner, tell, signal));
    if (scale) tests.set(scale, (tell) => testScale(scale, tell));
    if (beeper) tests.set(beeper, (tell) => this.#testBeeper(beeper, tell));
    if (helpLamp) tests.set(helpLamp, (tell) => this.#testLamp(helpLamp, tell));
    if (paymentTerminal)
      tests.set(paymentTerminal, (tell) => testPaymentTerminal(paymentTerminal, this.#parts.clock, tell));
    return tests;
  }

  async #testPrinter(printer: Printer, tell: Tell): Promise<DeviceTestResult> {
    tell('printing a test page');
    const outcome = await printer.print(this.#parts.testPage());
    switch (outcome.kind) {
      case 'printed':
        return passed('the printer says that it has printed and cut it; is the text as wide as the paper?');
      case 'sent':
        return passed('sent; this printer can’t say whether it printed, so look');
      case 'not-printed':
      case 'unknown':
        return failed(outcome.reason);
    }
  }

  /** Recorded first, like every opening without a sale. */
  async #testDrawer(drawer: Drawer, tell: Tell): Promise<DeviceTestResult> {
    const { journal, clock } = this.#parts;
    await journal.append({ kind: 'drawer-opened', shiftId: journal.openShift?.shiftId ?? null, reason: 'no-sale' });
    tell('recorded as an opening without a sale; sending the pulse');
    if (!(await drawer.open())) return failed('the pulse could not be sent');
    await clock.sleep(seconds(1));
    switch (drawer.position) {
      case 'open':
        return passed('its switch says that it is open');
      case 'closed':
        return failed('its switch says that it is closed: is it locked, or devices.drawer.sensor the wrong way round?');
      case 'unknown':
        return passed('the pulse was sent; it has no switch to ask, so look');
    }
  }

  async #testDisplay(display: Display, tell: Tell, signal: AbortSignal): Promise<DeviceTestResult> {
    const { columns, rows } = display.size;
    tell(`showing a pattern on all ${rows} rows and ${columns} columns, with a beep`);
    display.show(Array.from({ length: rows }, (_, row) => pattern(row, columns)));
    display.beep();
    await this.#parts.clock.sleep(patternTime, signal);
    this.#parts.redraw();
    return passed('shown; were all rows full, with the letters upright and the euro sign right?');
  }

  async #testBeeper(beeper: Beeper, tell: Tell): Promise<DeviceTestResult> {
    tell('one long tone (done), then three short ones (refused)');
    beeper.sound('done');
    beeper.sound('refused');
    await this.#parts.clock.sleep(seconds(1));
    return passed('sounded; did you hear both?');
  }

  async #testLamp(lamp: Lamp, tell: Tell): Promise<DeviceTestResult> {
    tell('blinking for three seconds');
    lamp.show(true);
    await this.#parts.clock.sleep(seconds(3));
    lamp.show(false);
    return passed('it was told to blink; did you see it?');
  }

  async #testKeypad(keypad: Keypad, tell: Tell, signal: AbortSignal): Promise<DeviceTestResult> {
    tell('press every key once, ENTER last; the till does not hear them');
    const seen = new Set<Key>();
    await this.#within(signal, (done) =>
      keypad.onKey((key) => {
        seen.add(key);
        tell(`key ${key}`);
        if (key === 'enter') done();
      }),
    );
    return seen.size === 0 ? failed('no key arrived') : passed(`${seen.size} different keys arrived`);
  }

  async #testScanner(scanner: Scanner, tell: Tell, signal: AbortSignal): Promise<DeviceTestResult> {
    tell('scan something; the till does not hear it');
    const scans: Scan[] = [];
    await this.#within(signal, (done) =>
      scanner.onScan((scan) => {
        scans.push(scan);
        done();
      }),
    );
    const [scan] = scans;
    if (scan === undefined) return failed('no scan arrived');
    if (scan.kind === 'unreadable') return failed(`what arrived is no code: ${scan.reason}`);
    return passed(`${scan.text}${scan.symbology === null ? '' : ` (symbology ${scan.symbology})`}`);
  }

  /** Until `listen` says it is done, the person's patience is over, or `signal` aborts. */
  async #within(signal: AbortSignal, listen: (done: () => void) => () => void): Promise<void> {
    const enough = new AbortController();
    const end = (): void => enough.abort();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const stop = listen(end);
    await this.#parts.clock.sleep(patience, enough.signal);
    stop();
    signal.removeEventListener('abort', end);
  }
}

function lifeOf(device: Device): Device {
  return {
    name: device.name,
    start: () => device.start(),
    stop: () => device.stop(),
    health: () => device.health(),
    onHealth: (listener) => device.onHealth(listener),
  };
}

async function testScale(scale: Scale, tell: Tell): Promise<DeviceTestResult> {
  tell('weighing');
  const weighing = await scale.weigh();
  return { passed: weighing.kind !== 'no-answer', words: weighingWords(weighing) };
}

function weighingWords(weighing: Weighing): string {
  switch (weighing.kind) {
    case 'weight':
      return `${weighing.weight} ${weighing.unit}${weighing.net ? ' net' : ''}; does its display say so too?`;
    case 'nothing':
      return 'nothing is on it; put something on it and test again';
    case 'moving':
      return 'it answers, but does not come to rest';
    case 'overload':
      return 'it answers: overload';
    case 'under-zero':
      return 'it answers: less than zero; set it to zero';
    case 'no-answer':
      return weighing.reason;
  }
}

/** Asks after a payment that never was: no card is asked for and no money moves. */
async function testPaymentTerminal(terminal: PaymentTerminal, clock: Clock, tell: Tell): Promise<DeviceTestResult> {
  tell('asking after a payment that never was; no card is needed');
  // Of this very moment, so that it can be in nobody's books.
  const status = await terminal.status(uuidv7(clock, systemRandom));
  if (status.kind === 'not-found') return passed('it answers and knows of no such payment');
  if (status.kind === 'unknown') {
    // Some can't be asked after a payment at all, but answer.
    const diagnosis = await terminal.diagnose?.();
    return diagnosis?.kind === 'well' ? passed(diagnosis.words) : failed(diagnosis?.words ?? status.reason);
  }
  return failed(`it claims "${status.kind}" for a payment that never was`);
}

/** Every column used, each row another; with the characters that displays get wrong. */
function pattern(row: number, columns: number): string {
  const marked = `${row + 1} ÄÖÜäöüß€ 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ`;
  return marked.slice(0, columns).padEnd(columns, '#');
}

const withHyphens = (name: string): string => name.replaceAll(' ', '-');

const passed = (words: string): DeviceTestResult => ({ passed: true, words });
const failed = (words: string): DeviceTestResult => ({ passed: false, words });
