import { HoldfastError } from '../../../src/platform/errors.ts';
import type { Connection } from '../../device-lifecycle.ts';

export type Level = 0 | 1;

export interface InputOptions {
  /**
   * The pull-up inside the chip. `onoff` can't set it (sysfs has no file for it): there it must come from the board's
   * set-up, e.g. `gpio=5,6=ip,pu` in a Raspberry Pi's config.txt, or from a resistor.
   */
  readonly pull?: 'up' | 'none';
  /**
   * Told of a line's level after it changed. Several changes in quick succession may be told as one, or as none when the
   * level is the old one again: a level, never a count of edges (measured with onoff 6.0.3).
   */
  readonly onChange?: (line: number, level: Level) => void;
}

export interface GpioInputs {
  /** The levels now, in the order in which the lines were requested; of lines with `onChange`, those last told. */
  read(): Promise<readonly Level[]>;
}

/** `open-drain`: level 1 lets go of the line instead of driving it, so that two lines that touch never fight. */
export type GpioDrive = 'push-pull' | 'open-drain';

export interface GpioOutputs {
  /** One level per requested line. Resolves when they are applied; lines that keep their level are not touched. */
  write(levels: readonly Level[]): Promise<void>;
}

/**
 * How long reading or writing takes: `direct`, microseconds, like a file; `piped`, a round trip to another process;
 * `process-each`, a new process for each write, and in between nobody holds the lines.
 */
export type GpioPace = 'direct' | 'piped' | 'process-each';

/** The general-purpose pins of one chip, numbered as the chip does (on a Raspberry Pi: the BCM number). */
export interface GpioPort extends Connection {
  readonly pace: GpioPace;
  /** Rejects `gpio.line-busy`, `gpio.unknown-line` or `gpio.unavailable`. */
  requestInputs(lines: readonly number[], options?: InputOptions): Promise<GpioInputs>;
  /** As {@link requestInputs}; the lines have their `initial` levels when it resolves. */
  requestOutputs(lines: readonly number[], initial: readonly Level[], drive?: GpioDrive): Promise<GpioOutputs>;
}

export interface GpioOpener {
  /** e.g. `GPIO pinctrl-bcm2711 (onoff)`. */
  readonly description: string;
  /** Rejects `gpio.unavailable` or `gpio.no-such-chip`. */
  open(signal: AbortSignal): Promise<GpioPort>;
}

export function gpioUnavailable(message: string, hint: string, cause?: unknown): HoldfastError {
  return new HoldfastError('gpio.unavailable', message, { remedy: 'operator', hint, cause });
}

export function lineBusy(line: number | string, cause?: unknown): HoldfastError {
  return new HoldfastError('gpio.line-busy', `GPIO ${line} is in use by another program or device.`, {
    remedy: 'operator',
    cause,
    hint: 'Give each device its own pins in the configuration, and stop other programs that use them.',
  });
}

export function unknownLine(line: number | string, chip: string, cause?: unknown): HoldfastError {
  return new HoldfastError('gpio.unknown-line', `GPIO ${line} does not exist on ${chip}.`, {
    remedy: 'operator',
    cause,
    hint: 'Use the chip’s own numbers (on a Raspberry Pi the BCM numbers, e.g. 17, not the pin’s place in the connector).',
  });
}
