import type { Display } from '../../drivers/display/display.ts';
import type { Key, Keypad } from '../../drivers/keypad/keypad.ts';
import type { Scanner } from '../../drivers/scanner/scanner.ts';
import { readScannedClaim, spaced } from '../fleet/claim-code.ts';
import type { Claim } from '../fleet/enrolment.ts';
import { builtInLanguage, english } from '../languages/language.ts';
import { messageOf } from '../platform/errors.ts';

export interface ClaimEntryParts {
  readonly keypad: Keypad | null;
  readonly scanner: Scanner | null;
  readonly display: Display | null;
  readonly language: string;
}

const digits = 12;

/** Lets an installer type or scan a claim code at a terminal that is nothing yet. */
export class ClaimEntry {
  readonly #parts: ClaimEntryParts;
  readonly #words: { readonly ask: string; readonly wait: string };
  #typed = '';
  #said = '';

  constructor(parts: ClaimEntryParts) {
    this.#parts = parts;
    const { labels, notices } = (builtInLanguage(parts.language) ?? english).screens;
    this.#words = { ask: labels.claimQuestion, wait: notices.claiming };
  }

  /** Whether anybody could type or scan something here. */
  get isPossible(): boolean {
    return this.#parts.keypad !== null || this.#parts.scanner !== null;
  }

  /** What goes on, on the display. */
  tell(words: string): void {
    this.#said = words;
    this.#draw([this.#words.wait, words]);
  }

  /** Resolves with the next code that is whole; what is mistyped is said on the display. */
  next(): Promise<Claim> {
    this.#typed = '';
    this.#draw([this.#words.ask, this.#said]);
    return new Promise((resolve) => {
      const take = (text: string): void => {
        try {
          const code = readScannedClaim(text);
          for (const end of ends) end?.();
          resolve({ name: code.claim, password: code.digits });
        } catch (error) {
          this.#typed = '';
          this.#draw([this.#words.ask, messageOf(error)]);
          this.#parts.display?.beep();
        }
      };
      const ends = [
        this.#parts.keypad?.onKey((key) => this.#key(key, take)),
        this.#parts.scanner?.onScan((scan) => {
          if (scan.kind === 'code') take(scan.text);
        }),
      ];
    });
  }

  #key(key: Key, take: (text: string) => void): void {
    if (/^\d$/.test(key)) this.#typed = `${this.#typed}${key}`.slice(0, digits);
    else if (key === 'clear') this.#typed = this.#typed.slice(0, -1);
    else if (key === 'enter' && this.#typed !== '') {
      take(this.#typed);
      return;
    }
    this.#draw([this.#words.ask, spaced(this.#typed)]);
  }

  #draw(rows: readonly string[]): void {
    const { display } = this.#parts;
    if (display === null) return;
    display.show(rows.map((row) => row.slice(0, display.size.columns)).slice(0, display.size.rows));
  }
}
