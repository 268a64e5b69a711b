import { groupSeparator, gtinOfElementString, hasCheckDigit } from './gs1.ts';
import type { Scan } from './scanner.ts';

/** The longest code that is taken; what is longer is no article number but a document or noise. */
export const longestCode = 80;

/**
 * Bytes → scans, over any split of the stream. A code ends with CR, LF or both; {@link idle} is to be called when nothing
 * came for a while, so that half a code from before a fault never becomes the beginning of the next one.
 */
export class LineFramer {
  #text = '';
  /** Why the code under way can't be one; it is reported at its end, once. */
  #fault: string | null = null;

  get partial(): boolean {
    return this.#text !== '' || this.#fault !== null;
  }

  receive(bytes: Uint8Array): readonly Scan[] {
    const scans: Scan[] = [];
    for (const byte of bytes) {
      if (byte === 0x0d || byte === 0x0a) {
        if (this.partial) scans.push(this.#finish());
      } else {
        this.#add(byte);
      }
    }
    return scans;
  }

  /** The end of a code that had no CR or LF; null when none was under way. */
  idle(): Scan | null {
    if (!this.partial) return null;
    this.#fault ??= 'the scanner sent no end of line; set it to send CR after each code';
    return this.#finish();
  }

  #add(byte: number): void {
    const text = (byte >= 0x20 && byte <= 0x7e) || byte === 0x1d;
    if (!text) this.#fault ??= 'the code contains bytes that are not text';
    else if (this.#text.length >= longestCode) this.#fault ??= `the code is longer than ${longestCode} characters`;
    else if (this.#fault === null) this.#text += String.fromCharCode(byte);
  }

  #finish(): Scan {
    const scan: Scan = this.#fault === null ? interpret(this.#text) : { kind: 'unreadable', reason: this.#fault };
    this.#text = '';
    this.#fault = null;
    return scan;
  }
}

/**
 * A payment card's tracks (ISO/IEC 7813) from a card reader that pretends to be a scanner or keyboard. Nothing of them may get
 * any further than here.
 */
const magneticStripe = /^[%;+][A-Z]?\d{8,19}[=^]/;

/** AIM symbology identifiers (ISO/IEC 15424) that announce a GS1 element string. */
const gs1Symbologies = new Set([']C1', ']e0', ']d2', ']Q3', ']J1']);

/**
 * A whole line as the scanner sent it → the code. An AIM identifier is taken off and becomes the symbology; a GS1 element
 * string becomes the GTIN it names; a GTIN that announces itself as one must have its check digit.
 */
export function interpret(line: string): Scan {
  const identifier = /^\][A-Za-z][0-9A-Za-z]/.exec(line)?.[0] ?? null;
  const text = (identifier === null ? line : line.slice(identifier.length)).trim();
  if (text === '') return { kind: 'unreadable', reason: 'the code is empty' };
  if (magneticStripe.test(text)) return { kind: 'unreadable', reason: 'cards are read by the card terminal only' };

  if ((identifier !== null && gs1Symbologies.has(identifier)) || text.includes(groupSeparator)) {
    const gtin = gtinOfElementString(text);
    if (gtin === null) return { kind: 'unreadable', reason: 'the GS1 code names no article' };
    return gtinScan(gtin, identifier);
  }
  const announcedGtin = identifier?.startsWith(']E') === true && /^(\d{8}|\d{12,13})$/.test(text);
  return announcedGtin ? gtinScan(text, identifier) : { kind: 'code', text, symbology: identifier };
}

function gtinScan(gtin: string, symbology: string | null): Scan {
  return hasCheckDigit(gtin)
    ? { kind: 'code', text: gtin, symbology }
    : { kind: 'unreadable', reason: 'the check digit is wrong' };
}
