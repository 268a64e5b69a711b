import { createCd5220Display } from '../../../drivers/display/cd5220-display.ts';
import type { Display } from '../../../drivers/display/display.ts';
import { createDmDDisplay } from '../../../drivers/display/dm-d-display.ts';
import { createHd44780Display } from '../../../drivers/display/hd44780-display.ts';
import { VirtualDisplay } from '../../../drivers/display/virtual-display.ts';
import { VirtualDmD } from '../../../drivers/display/virtual-dm-d.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { type DisplayRig, displayContract } from '../../contract/display-contract.ts';
import { ManualClock } from '../../tools/manual-clock.ts';
import { FakePlace } from '../fake-place.ts';
import { gpioRig, i2cRig } from './hd44780-rigs.ts';

type PoleOptions = Parameters<typeof createCd5220Display>[0];
interface PoleModule {
  readonly rows: readonly string[];
  readonly brightness: number;
  receive(bytes: Uint8Array): void;
}

function poleRig(
  create: (options: PoleOptions) => Display,
  makeModule: (onError: (problem: string) => void) => PoleModule,
): DisplayRig {
  const place = new FakePlace();
  const clock = new ManualClock();
  const problems: string[] = [];
  let module: PoleModule;
  const plug = (): void => {
    module = makeModule((problem) => problems.push(problem));
    place.onWrite = (bytes) => module.receive(bytes);
  };
  plug();
  return {
    display: create({ name: 'display', opener: place, size: { columns: 20, rows: 2 }, clock, log: silentLogger }),
    clock,
    rows: () => module.rows,
    ringing: () => module.brightness < 4,
    problems: () => problems,
    blink: () => module.receive(Uint8Array.of(0x0c)),
    unplug: () => place.unplug(),
    plugIn() {
      plug();
      place.plugIn();
    },
  };
}

displayContract('CD5220', () =>
  poleRig(createCd5220Display, (onError) => new VirtualDisplay({ size: { columns: 20, rows: 2 }, onError })),
);
displayContract('Epson DM-D', () => poleRig(createDmDDisplay, (onError) => new VirtualDmD({ onError })));

for (const [wires, makeWires] of [
  ['GPIO', gpioRig],
  ['I²C', i2cRig],
] as const) {
  for (const size of [
    { columns: 16, rows: 2 },
    { columns: 20, rows: 4 },
  ]) {
    displayContract(`HD44780 ${size.columns}×${size.rows} over ${wires}`, () => {
      const clock = new ManualClock();
      const rig = makeWires({ size, rom: 'A00', clock });
      return {
        display: createHd44780Display({
          name: 'display',
          opener: rig.opener,
          size,
          rom: 'A00',
          clock,
          log: silentLogger,
        }),
        clock,
        rows: () => rig.module.rows,
        ringing: () => !rig.module.lit,
        problems: () => rig.problems,
        blink: () => rig.module.powerOn(),
        unplug: () => rig.unplug(),
        plugIn: () => rig.plugIn(),
      };
    });
  }
}
