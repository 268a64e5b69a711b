import { codeOf, HoldfastError, messageOf } from '../../src/platform/errors.ts';

/**
 * Why a connection could not be opened, for the person in front of the till.
 * Codes: `link.absent` (nothing there; may come), `link.busy` (another program has it), `link.denied` (rights).
 * `cause` may be a Node system error or serialport's, which carries its reason only in words
 * ("Error: No such file or directory, cannot open /dev/ttyUSB0", measured with serialport 13).
 */
export function openError(place: string, cause: unknown): HoldfastError {
  const text = `${codeOf(cause) ?? ''} ${messageOf(cause)}`;
  const found = reasons.find((reason) => reason.pattern.test(text));
  if (found === undefined) {
    return new HoldfastError('link.absent', `cannot be opened: ${place} (${messageOf(cause)})`, {
      remedy: 'retry',
      cause,
    });
  }
  return new HoldfastError(found.code, `${found.words}: ${place}`, {
    remedy: found.code === 'link.absent' ? 'retry' : 'operator',
    cause,
    hint: found.hint,
  });
}

const reasons: readonly { pattern: RegExp; code: string; words: string; hint: string }[] = [
  {
    pattern: /ENOENT|ENODEV|ENXIO|No such (file|device)/i,
    code: 'link.absent',
    words: 'not plugged in',
    hint: 'Plug the device in and switch it on; it is found by itself.',
  },
  {
    pattern: /EACCES|EPERM|Permission denied/i,
    code: 'link.denied',
    words: 'no permission to use',
    hint: 'Add the user that runs the till to the group that owns the device (dialout for serial ports, lp for printers, input for keypads and scanners).',
  },
  {
    pattern: /EBUSY|Cannot lock port|temporarily unavailable|Device or resource busy/i,
    code: 'link.busy',
    words: 'in use by another program',
    hint: 'Stop the other program, for example a modem manager or a print spooler.',
  },
  {
    pattern: /ECONNREFUSED/,
    code: 'link.absent',
    words: 'nothing answers at',
    hint: 'Check that the device is on and that its port number is right.',
  },
  {
    pattern: /EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ETIMEDOUT/,
    code: 'link.absent',
    words: 'cannot be reached over the network',
    hint: "Check the device's network cable and address.",
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN/,
    code: 'link.absent',
    words: 'no device has this name in the network',
    hint: "Check the device's name, or use its address.",
  },
  {
    pattern: /ABORT/,
    code: 'link.absent',
    words: 'no answer in time from',
    hint: 'Check that the device is on.',
  },
];
