import type { Device } from '../../drivers/device.ts';
import type { Key } from '../../drivers/keypad/keypad.ts';
import type { PrintJob, PrintOutcome } from '../../drivers/printer/printer.ts';
import type { Scan } from '../../drivers/scanner/scanner.ts';
import type { TerminalDevices } from '../../src/assembly/devices.ts';
import type { CardReader } from './card-reader.ts';
import type { Chance } from './chance.ts';
import type { SimulatedTime } from './time.ts';

/** What the devices at the counter let people see. */
export interface Onlooker {
  displayed(rows: readonly string[]): void;
  /** Some of a document came out of the printer, all of it if `whole`. */
  printed(job: PrintJob, whole: boolean): void;
}

/** What is wrong with the devices at the moment. */
export interface DeviceTrouble {
  readonly paperOut: boolean;
  /** Share of documents in the middle of which the printer is lost. */
  readonly printerLost: number;
  /** Share of pulses that don't open the drawer. */
  readonly drawerStuck: number;
}

export const noDeviceTrouble: DeviceTrouble = { paperOut: false, printerLost: 0, drawerStuck: 0 };

/** The devices on the counter. They outlive the till's power; the drivers of a life that ended hear and say nothing more. */
export class Counter {
  trouble: DeviceTrouble = noDeviceTrouble;
  rows: readonly string[] = [];
  readonly #time: SimulatedTime;
  readonly #chance: Chance;
  readonly #onlooker: Onlooker;
  readonly #reader: CardReader;
  readonly #withCash: boolean;
  #key: (key: Key) => void = () => {};
  #scan: (scan: Scan) => void = () => {};

  constructor(time: SimulatedTime, chance: Chance, onlooker: Onlooker, reader: CardReader, withCash: boolean) {
    this.#time = time;
    this.#chance = chance;
    this.#onlooker = onlooker;
    this.#reader = reader;
    this.#withCash = withCash;
  }

  press(key: Key): void {
    this.#key(key);
  }

  scan(text: string): void {
    this.#scan({ kind: 'code', text, symbology: null });
  }

  /** The till is without power: the display is dark. */
  darken(): void {
    this.rows = [];
    this.#key = () => {};
    this.#scan = () => {};
  }

  drivers(alive: () => boolean): TerminalDevices {
    return {
      keypad: {
        ...device('keypad', 'keypad'),
        onKey: (listener) => {
          this.#key = (key) => alive() && listener(key);
          return () => {
            this.#key = () => {};
          };
        },
      },
      scanner: {
        ...device('scanner', 'scanner'),
        onScan: (listener) => {
          this.#scan = (scan) => alive() && listener(scan);
          return () => {
            this.#scan = () => {};
          };
        },
      },
      display: {
        ...device('display', 'display'),
        size: { columns: 20, rows: 4 },
        show: (rows) => {
          if (!alive()) return;
          this.rows = rows;
          this.#onlooker.displayed(rows);
        },
        beep() {},
      },
      customerDisplay: null,
      printer: {
        ...device('printer', 'printer'),
        columns: 32,
        paper: 'unknown',
        drawerPin: 'unknown',
        print: (job) => this.#print(job),
        kick: async () => true,
      },
      drawer: this.#withCash
        ? {
            ...device('drawer', 'drawer'),
            position: 'unknown',
            open: async () => !this.#chance.happens(this.trouble.drawerStuck),
          }
        : null,
      paymentTerminal: { ...device('card terminal', 'payment terminal'), ...this.#reader.driver(alive) },
    };
  }

  /** Without the till's power a document that was begun still comes out: the printer has it. */
  async #print(job: PrintJob): Promise<PrintOutcome> {
    if (this.trouble.paperOut) {
      await this.#time.sleep(800);
      return { kind: 'not-printed', reason: 'paper is out' };
    }
    await this.#time.sleep(this.#chance.between(300, 2_500));
    if (!this.#chance.happens(this.trouble.printerLost)) {
      this.#onlooker.printed(job, true);
      return { kind: 'printed' };
    }
    if (this.#chance.happens(0.5)) this.#onlooker.printed(job, false);
    return { kind: 'unknown', reason: 'printer was lost' };
  }
}

function device(name: string, kind: string): Device {
  return {
    name,
    start: async () => {},
    stop: async () => {},
    health: () => ({ name, kind, driver: 'simulated', state: 'ready', condition: 'ready', since: null }),
    onHealth: () => () => {},
  };
}
