import { createAsciiKeypad } from '../../../drivers/keypad/ascii-keypad.ts';
import { createEvdevKeypad } from '../../../drivers/keypad/evdev-keypad.ts';
import type { Key } from '../../../drivers/keypad/keypad.ts';
import { createMatrixKeypad, usualMatrixLayout } from '../../../drivers/keypad/matrix-keypad.ts';
import { keyByte } from '../../../drivers/keypad/virtual-keypad.ts';
import type { GpioPort } from '../../../drivers/link/gpio/gpio.ts';
import { MemoryGpioChip, memoryGpio } from '../../../drivers/link/gpio/memory-gpio.ts';
import { milliseconds } from '../../../src/platform/clock.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { type KeypadRig, keypadContract } from '../../contract/keypad-contract.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace } from '../fake-place.ts';
import { stroke } from '../input-records.ts';

const usual = (clock: ManualClock) => ({ name: 'keypad', clock, log: silentLogger });

function linkRig(
  make: (place: FakePlace, clock: ManualClock) => KeypadRig['keypad'],
  bytesOf: (key: Key) => Uint8Array,
) {
  const place = new FakePlace();
  const clock = new ManualClock();
  return {
    keypad: make(place, clock),
    clock,
    press: async (key: Key) => place.send(bytesOf(key)),
    unplug: () => place.unplug(),
    plugIn: () => place.plugIn(),
  };
}

keypadContract('a serial keypad', () =>
  linkRig((opener, clock) => createAsciiKeypad({ ...usual(clock), opener }), keyByte),
);

const padKeys: Readonly<Partial<Record<Key, string>>> = {
  '.': 'DOT',
  times: 'ASTERISK',
  clear: 'MINUS',
  enter: 'ENTER',
  total: 'PLUS',
  menu: 'SLASH',
};
for (const recordSize of [16, 24] as const) {
  keypadContract(`a USB number pad with ${recordSize}-byte records`, () =>
    linkRig(
      (opener, clock) => createEvdevKeypad({ ...usual(clock), opener, recordSize }),
      (key) => stroke(recordSize, `KEY_KP${padKeys[key] ?? key}`),
    ),
  );
}

keypadContract('a key matrix', () => {
  const chip = new MemoryGpioChip();
  const clock = new ManualClock();
  const rows = [5, 6, 13, 19];
  const columns = [12, 16, 20, 21];
  const inner = memoryGpio(chip);
  let present = true;
  const ports: GpioPort[] = [];
  const press = async (key: Key): Promise<void> => {
    const row = usualMatrixLayout.findIndex((text) => text.split(' ').includes(key));
    const column = usualMatrixLayout[row]?.split(' ').indexOf(key) ?? -1;
    for (const pressed of [true, false]) {
      chip.connect(rows[row] ?? -1, columns[column] ?? -1, pressed);
      await clock.advance(milliseconds(60));
    }
  };
  return {
    keypad: createMatrixKeypad({
      ...usual(clock),
      rows,
      columns,
      layout: usualMatrixLayout,
      gpio: {
        description: inner.description,
        async open(signal) {
          if (!present) throw new Error('no GPIO here');
          const port = await inner.open(signal);
          ports.push(port);
          return port;
        },
      },
    }),
    clock,
    press,
    async unplug() {
      present = false;
      await ports.at(-1)?.close();
    },
    plugIn: () => {
      present = true;
    },
  };
});
