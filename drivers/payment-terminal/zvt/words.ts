/**
 * What a result code means for a payment that was not carried out. `declined`: this card can't pay, another one may. `cancelled`:
 * nobody refused anything, it did not come to a payment.
 */
export interface Refusal {
  readonly kind: 'declined' | 'cancelled';
  readonly words: string;
}

/** Result codes (PA00P015, chapter 10); 1 to 99 come from the bank. */
export function refusalOf(code: number): Refusal {
  const number = code.toString(16).toUpperCase().padStart(2, '0');
  if (code >= 1 && code <= 99) {
    const bank = bankCodes.get(code) ?? 'Declined by the bank';
    return { kind: 'declined', words: `${bank} (${String(code).padStart(2, '0')})` };
  }
  const card = cardCodes.get(code);
  if (card !== undefined) return { kind: 'declined', words: `${card} (${number})` };
  const terminal = terminalCodes.get(code) ?? 'Card terminal: error';
  return { kind: 'cancelled', words: `${terminal} (${number})` };
}

/** Decimal, as banks write them. */
const bankCodes: ReadonlyMap<number, string> = new Map<number, string>([
  [5, 'Declined by the bank'],
  [55, 'Wrong PIN'],
]);

const cardCodes: ReadonlyMap<number, string> = new Map<number, string>([
  [0x64, 'Card not readable'],
  [0x65, 'Card not readable'],
  [0x66, 'Card reading failed'],
  [0x67, 'Not possible with this card'],
  [0x68, 'Not possible with this card'],
  [0x6e, 'Card is blocked'],
  [0x6f, 'Wrong currency'],
  [0x71, 'Not enough credit'],
  [0x72, 'Card chip faulty'],
  [0x73, 'Card data wrong'],
  [0x76, 'Card not accepted here'],
  [0x78, 'Card has expired'],
  [0x79, 'Card not yet valid'],
  [0x7a, 'Card unknown'],
  [0x7b, 'Use the chip'],
  [0x7c, 'Use the chip'],
  [0x7e, 'Use the chip'],
  [0xb4, 'Already reversed'],
  [0xb5, 'Can’t be reversed'],
  [0xb7, 'Amount not possible'],
  [0xc3, 'Amount above the limit'],
  [0xc5, 'Card not accepted here'],
  [0xc6, 'Wrong currency'],
  [0xc8, 'Amount too small'],
  [0xd2, 'Not possible with this card'],
  [0xea, 'Card not accepted here'],
  [0xf1, 'Card refused an offline payment'],
]);

const terminalCodes: ReadonlyMap<number, string> = new Map<number, string>([
  [0x62, 'Card terminal: set its date and time'],
  [0x6a, 'Card terminal full: do its end of day'],
  [0x6b, 'Card terminal: not registered'],
  [0x6c, 'Cancelled'],
  [0x77, 'End of day not possible'],
  [0x7d, 'Card terminal: no connection'],
  [0x83, 'Card terminal can’t do this'],
  [0x85, 'Card terminal: key missing, call service'],
  [0x89, 'Card terminal: PIN pad faulty'],
  [0x9a, 'Card terminal did not understand'],
  [0x9b, 'Card terminal: no connection'],
  [0x9c, 'Card terminal busy, please wait'],
  [0xa0, 'Card terminal not ready'],
  [0xa1, 'Bank does not answer'],
  [0xa3, 'Card terminal: no connection'],
  [0xa5, 'Not allowed by the card rules'],
  [0xb1, 'Card terminal full: do its end of day'],
  [0xb2, 'Card terminal full: do its end of day'],
  [0xbf, 'Card terminal: battery empty'],
  [0xc2, 'Card terminal: do its diagnosis'],
  [0xc4, 'Card terminal: do its diagnosis'],
  [0xcb, 'Only in euro'],
  [0xcc, 'Card terminal: no paper'],
  [0xcd, 'Cashback not possible'],
  [0xdc, 'Take the card out of the terminal'],
  [0xdf, 'Card terminal out of order'],
  [0xe0, 'Card terminal in maintenance'],
  [0xe1, 'Take the card out of the terminal'],
  [0xe2, 'Card terminal: card reader faulty'],
  [0xe4, 'Card terminal: must be activated'],
  [0x51, 'Card terminal: must be initialised'],
  [0xf0, 'Card terminal: do its end of day'],
  [0xf5, 'Card terminal: must be activated'],
  [0xf6, 'Card terminal: must be activated'],
  [0xfa, 'Offline payments not sent to the bank'],
  [0xfb, 'Card terminal: its records are damaged'],
  [0xfc, 'Card terminal: a part is missing'],
]);

/** What keeps a terminal from taking cards (terminal status codes, PA00P015, chapter 11); null: it is ready. */
export function terminalTrouble(status: number): string | null {
  if (status === 0x00) return null;
  const words = terminalCodes.get(status);
  const number = status.toString(16).toUpperCase().padStart(2, '0');
  return `${words ?? 'Card terminal: error'} (${number})`;
}

/**
 * What the customer should read (intermediate status, PA00P015, table 17); null for codes that say nothing to anybody. Bit 40
 * adds "remove card".
 */
export function progressWords(code: number): string | null {
  const known = progress.get(code) ?? progress.get(code & ~0x40);
  return known === undefined ? null : known;
}

const wait = 'Please wait';
const progress: ReadonlyMap<number, string> = new Map<number, string>([
  [0x00, 'Confirm the amount'],
  [0x01, 'Look at the PIN pad'],
  [0x02, 'Look at the PIN pad'],
  [0x03, 'Not possible'],
  [0x04, 'Asking the bank'],
  [0x05, 'Taking it back'],
  [0x06, wait],
  [0x07, 'Card not accepted here'],
  [0x08, 'Card unknown'],
  [0x09, 'Card has expired'],
  [0x0a, 'Present card'],
  [0x0b, 'Remove card'],
  [0x0c, 'Card not readable'],
  [0x0d, 'Failed'],
  [0x0e, wait],
  [0x0f, 'End of day, please wait'],
  [0x10, 'Card invalid'],
  [0x12, 'Card terminal: error'],
  [0x13, 'Payment not possible'],
  [0x14, 'Not enough credit'],
  [0x15, 'Wrong PIN'],
  [0x16, 'Limit too small'],
  [0x17, wait],
  [0x18, 'PIN wrong too often'],
  [0x19, 'Card data wrong'],
  [0x1c, 'Approved'],
  [0x1d, 'Declined'],
  [0x28, 'Choose the currency'],
  [0x29, 'Choose the language'],
  [0x2b, 'Offline payment, please wait'],
  [0x2c, 'Choose the application'],
  [0x68, wait],
  [0x69, 'Choose the currency'],
  [0xc8, 'Waiting for the cashier'],
  [0xc9, 'Diagnosis, please wait'],
  [0xca, 'Initialising, please wait'],
  [0xd2, 'Connecting'],
  [0xd3, wait],
  [0xe0, 'Choose the application'],
  [0xe1, 'Choose the language'],
  [0xf1, 'Offline payment, please wait'],
  [0xf2, wait],
  [0xf3, 'Offline payment, please wait'],
]);

/** What the driver itself says of a payment. All in English: displays translate it (src/screens/phrases.ts). */
export const phrases = {
  notConnected: 'the card terminal is not connected',
  busy: 'the card terminal is busy',
  otherAmount: 'the card terminal booked another amount',
  takenBack: 'taken back: the till could not keep it',
  offlineForbidden: 'not without the bank’s answer',
  cannotRemember: 'the till can’t write: no card payment',
  currency: 'the card terminal does not take this currency',
  noResult: 'the card terminal told no result',
  stillBusy: 'the card terminal is still busy with it',
  endOfDay: 'end of day done',
  diagnosis: 'the bank’s computer answers',
  notBooked: 'the card terminal has not booked it',
  unclear: 'the card terminal can’t tell: look into its own list of payments',
} as const;
