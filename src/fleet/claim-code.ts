import { HoldfastError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import type { ClaimName } from './protocol.ts';

/**
 * Twelve digits that an installer types at a terminal within five minutes: three that name the claim, eight that prove it, one
 * that catches a mistyped one (Luhn, ISO/IEC 7812-1 annex B). At the broker, `code-123` is the user and all twelve the password.
 */
export interface ClaimCode {
  readonly claim: ClaimName;
  /** Without spaces. */
  readonly digits: string;
}

export function makeClaimCode(random: Random): ClaimCode {
  let digits = '';
  while (digits.length < 11) {
    // 250 and more would make some digits more likely.
    for (const byte of random.bytes(16)) if (byte < 250 && digits.length < 11) digits += String(byte % 10);
  }
  return claimCode(digits + checkDigit(digits));
}

/** As it is read from a screen: `123 456 789 012`. */
export const spaced = (digits: string): string => digits.replace(/(\d{3})(?=\d)/g, '$1 ');

/** What somebody typed or scanned; spaces and dashes do not matter. Throws `fleet.bad-claim-code` (operator). */
export function readClaimCode(typed: string): ClaimCode {
  const digits = typed.replace(/[\s-]/g, '');
  if (!/^\d{12}$/.test(digits)) throw badCode('A claim code has twelve digits');
  if (checkDigit(digits.slice(0, 11)) !== digits[11]) throw badCode('The claim code is mistyped');
  return claimCode(digits);
}

function claimCode(digits: string): ClaimCode {
  // Three digits behind "code-": what claimNameSchema wants.
  return { claim: `code-${digits.slice(0, 3)}` as ClaimName, digits };
}

function checkDigit(digits: string): string {
  let sum = 0;
  for (const [index, character] of [...digits].reverse().entries()) {
    const doubled = Number(character) * (index % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

const qrMark = 'HOLDFAST:CLAIM:1:';

/** What a QR code for a terminal's scanner says; broker and fleet are for the person who reads it elsewhere. */
export function claimQrText(code: ClaimCode, place: { readonly broker: string; readonly fleet: string }): string {
  return `${qrMark}${JSON.stringify({ broker: place.broker, fleet: place.fleet, code: code.digits })}`;
}

/** The code in what was scanned or typed: a QR code of ours, or the digits. Throws `fleet.bad-claim-code`. */
export function readScannedClaim(text: string): ClaimCode {
  if (!text.startsWith(qrMark)) return readClaimCode(text);
  let code: unknown;
  try {
    code = (JSON.parse(text.slice(qrMark.length)) as { readonly code?: unknown }).code;
  } catch {
    throw badCode('The QR code can’t be read');
  }
  return readClaimCode(String(code));
}

function badCode(words: string): HoldfastError {
  return new HoldfastError('fleet.bad-claim-code', words, {
    remedy: 'operator',
    hint: 'Type the twelve digits as the fleet’s console shows them; they are good for five minutes.',
  });
}
