import type { ScaleSetting, WeightUnit } from './scale.ts';
import { answer, garbled, more, type ScaleAnswer, type ScaleExchange, type ScaleProtocol } from './scale-protocol.ts';

/**
 * Mettler-Toledo 8217, also called "Toledo, weight only": a letter from the till, an answer between STX and CR from the scale.
 * Sources: Mettler-Toledo DIVA service manual (PSC Magellan 8500), sections 6.1.3.2 "Command Descriptions" and 6.1.3.3 "Status
 * Byte Format". 9600 baud, 7 data bits, even parity, 1 stop bit. The weight carries no unit: with three decimals it is
 * kilograms, with two pounds (same tables).
 */
export const toledo8217: ScaleProtocol = {
  name: 'toledo-8217',
  weigh: () => exchange('W', null),
  set: (what) => exchange(commands[what], what),
};

const commands: Readonly<Record<ScaleSetting, string>> = { zero: 'Z', tare: 'T', 'no-tare': 'C' };

const stx = 0x02;
const carriageReturn = 0x0d;
/** `WW.WWWN` is the longest; anything longer has lost its end. */
const longest = 8;

/** Bits of the status byte; bit 6 is always 1, bit 7 is the parity. */
const status = { moving: 0x01, overload: 0x02, underZero: 0x04, always: 0x40, atZero: 0x10, net: 0x20 } as const;

function exchange(command: string, setting: ScaleSetting | null): ScaleExchange {
  let text: string | null = null;
  return {
    request: Uint8Array.of(command.charCodeAt(0)),
    receive(raw) {
      // On a port that was opened with 8 data bits the parity arrives as bit 7.
      const byte = raw & 0x7f;
      if (byte === stx) {
        text = '';
        return more;
      }
      // What comes before STX is the rest of an earlier answer.
      if (text === null) return more;
      if (byte === carriageReturn) return answer(read(text, setting));
      text += String.fromCharCode(byte);
      return text.length > longest ? garbled('its answer has no end') : more;
    },
  };
}

function read(text: string, setting: ScaleSetting | null): ScaleAnswer {
  const flags = text.startsWith('?') && text.length === 2 ? text.charCodeAt(1) : null;
  if (flags !== null) {
    if ((flags & status.always) === 0) return { kind: 'garbled', words: 'its status makes no sense' };
    if (setting !== null) return { kind: 'set', done: isDone(flags, setting) };
    return trouble(flags);
  }
  const [, digits = '', fraction = '', net = ''] = /^(\d{1,4}\.(\d{2,3}))(N?)$/.exec(text) ?? [];
  if (digits === '' || setting !== null) return { kind: 'garbled', words: 'its answer is no weight' };
  const weight = Number(digits);
  const unit: WeightUnit = fraction.length === 3 ? 'kg' : 'lb';
  return weight === 0 ? { kind: 'nothing' } : { kind: 'weight', weight, unit, net: net === 'N' };
}

/** The scale sends its status instead of a weight only when there is none to send. */
function trouble(flags: number): ScaleAnswer {
  if ((flags & status.overload) !== 0) return { kind: 'overload' };
  if ((flags & status.underZero) !== 0) return { kind: 'under-zero' };
  if ((flags & status.moving) !== 0) return { kind: 'moving' };
  return { kind: 'garbled', words: 'it sends no weight and gives no reason' };
}

/** The status after a setting tells whether it was carried out: a scale in motion ignores it. */
function isDone(flags: number, setting: ScaleSetting): boolean {
  if ((flags & (status.moving | status.overload | status.underZero)) !== 0) return false;
  switch (setting) {
    case 'zero':
      return (flags & status.atZero) !== 0;
    case 'tare':
      return (flags & status.net) !== 0;
    case 'no-tare':
      return (flags & status.net) === 0;
  }
}
