import { HoldfastError } from '../../../src/platform/errors.ts';

export interface GpioChip {
  /** e.g. `gpiochip0`; changes with the kernel. */
  readonly name: string;
  /** The driver's name for it, e.g. `pinctrl-bcm2711`; stays. */
  readonly label: string;
  readonly lines: number;
}

/** The chips behind the 40-pin connector: Raspberry Pi 1–3 and Zero, 4, 5 (raspberrypi/linux#6084). */
const raspberryLabels = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'];

/**
 * The chip with the configured label; `''` for the one behind a Raspberry Pi's connector, or the only one there is. Throws
 * `gpio.no-such-chip` naming those that exist.
 */
export function chooseChip<Chip extends GpioChip>(chips: readonly Chip[], label: string): Chip {
  const known = (name: string): Chip | undefined => chips.find((chip) => chip.label === name);
  const chosen =
    label !== ''
      ? known(label)
      : (raspberryLabels.map(known).find((chip) => chip !== undefined) ?? (chips.length === 1 ? chips[0] : undefined));
  if (chosen !== undefined) return chosen;
  const there = chips.map((chip) => chip.label).join(', ');
  throw new HoldfastError(
    'gpio.no-such-chip',
    label === ''
      ? `this machine has ${chips.length === 0 ? 'no GPIO chip' : `several GPIO chips (${there}) and none is a Raspberry Pi’s`}`
      : `this machine has no GPIO chip called ${label}${there === '' ? '' : `, only ${there}`}`,
    {
      remedy: 'operator',
      hint: 'Set devices.gpio.chip to the label of the chip ("gpiodetect" lists them).',
    },
  );
}
