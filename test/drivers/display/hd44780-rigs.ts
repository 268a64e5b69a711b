import type { DisplaySize } from '../../../drivers/display/display.ts';
import { type Hd44780BusOpener, hd44780OverGpio, hd44780OverI2c } from '../../../drivers/display/hd44780-bus.ts';
import type { Hd44780Rom } from '../../../drivers/display/hd44780-charset.ts';
import { VirtualBackpack, VirtualHd44780 } from '../../../drivers/display/virtual-hd44780.ts';
import { ConnectionEnd } from '../../../drivers/link/connection-end.ts';
import { MemoryGpioChip, memoryGpio } from '../../../drivers/link/gpio/memory-gpio.ts';
import type { I2cDevice } from '../../../drivers/link/i2c/i2c.ts';
import type { ManualClock } from '../../tools/manual-clock.ts';

export interface Hd44780Rig {
  readonly opener: Hd44780BusOpener;
  readonly module: VirtualHd44780;
  readonly problems: string[];
  /** Pulses of E so far; two are one byte. */
  readonly pulses: () => number;
  /** A spike on E that the till did not send: the module takes half a byte too many. */
  disturb(): void;
  /** Every transfer fails, as without the module, until it is plugged in again. */
  unplug(): void;
  plugIn(): void;
}

interface RigOptions {
  readonly size: DisplaySize;
  readonly rom: Hd44780Rom;
  readonly clock: ManualClock;
}

/** One SMBus "send byte" at 100 kHz: address and byte, nine clocks each. */
const transferTime = 180;

export function gpioRig({ size, rom, clock }: RigOptions): Hd44780Rig {
  const problems: string[] = [];
  const chip = new MemoryGpioChip();
  const pins = { rs: 26, e: 19, data: [13, 6, 5, 11] } as const;
  const module = new VirtualHd44780({
    size,
    rom,
    now: () => clock.monotonic() * 1_000,
    onError: (problem) => problems.push(problem),
  });
  let pulses = 0;
  let enabled = 0;
  const pinsNow = (e: number) => ({
    rs: chip.level(pins.rs),
    e,
    bits: pins.data.reduce((bits, line, index) => bits | (chip.level(line) << index), 0),
  });
  chip.onActivity(() => {
    const e = chip.level(pins.e);
    if (enabled === 1 && e === 0) pulses += 1;
    enabled = e;
    module.setPins(pinsNow(e));
  });
  let present = true;
  const inner = memoryGpio(chip);
  return {
    module,
    problems,
    pulses: () => pulses,
    disturb() {
      module.setPins(pinsNow(1));
      module.setPins(pinsNow(0));
    },
    unplug: () => {
      present = false;
    },
    plugIn: () => {
      present = true;
    },
    opener: hd44780OverGpio(
      {
        description: inner.description,
        async open(signal) {
          if (!present) throw new Error('no GPIO here');
          return inner.open(signal);
        },
      },
      pins,
    ),
  };
}

export function i2cRig({ size, rom, clock }: RigOptions): Hd44780Rig {
  const problems: string[] = [];
  const onError = (problem: string): void => {
    problems.push(problem);
  };
  let spent = 0;
  let pulses = 0;
  let last = 0;
  const module = new VirtualHd44780({ size, rom, now: () => clock.monotonic() * 1_000 + spent, onError });
  const backpack = new VirtualBackpack(module, onError);
  let present = true;
  const end = new ConnectionEnd();
  const device: I2cDevice = {
    onClose: (listener) => end.onClose(listener),
    close: async () => undefined,
    async sendByte(byte) {
      if (!present) throw new Error('nothing answers at address 0x27 of I²C bus 1');
      spent += transferTime;
      if ((last & 4) !== 0 && (byte & 4) === 0) pulses += 1;
      last = byte;
      backpack.receive(byte);
    },
  };
  return {
    module,
    problems,
    pulses: () => pulses,
    disturb() {
      backpack.receive(last | 4);
      backpack.receive(last);
    },
    unplug: () => {
      present = false;
    },
    plugIn: () => {
      present = true;
    },
    opener: hd44780OverI2c({ description: 'address 0x27 of I²C bus 1', open: async () => device }),
  };
}
