/** Languages that a terminal's codes are told in. */
export type Language = 'en' | 'de';

/** English and German. */
type Words = readonly [en: string, de: string];

const inLanguage = ([en, de]: Words, language: Language): string => (language === 'de' ? de : en);

/**
 * What a result code means for a payment that was not carried out. `declined`: this card can't pay, another one may. `cancelled`:
 * nobody refused anything, it did not come to a payment.
 */
export interface Refusal {
  readonly kind: 'declined' | 'cancelled';
  readonly words: string;
}

/** Result codes (PA00P015, chapter 10); 1 to 99 come from the bank. */
export function refusalOf(code: number, language: Language): Refusal {
  const number = code.toString(16).toUpperCase().padStart(2, '0');
  if (code >= 1 && code <= 99) {
    const bank = bankCodes.get(code) ?? ['Declined by the bank', 'Von der Bank abgelehnt'];
    return { kind: 'declined', words: `${inLanguage(bank, language)} (${String(code).padStart(2, '0')})` };
  }
  const card = cardCodes.get(code);
  if (card !== undefined) return { kind: 'declined', words: `${inLanguage(card, language)} (${number})` };
  const terminal = terminalCodes.get(code) ?? ['Card terminal: error', 'Kartenterminal: Fehler'];
  return { kind: 'cancelled', words: `${inLanguage(terminal, language)} (${number})` };
}

/** Decimal, as banks write them. */
const bankCodes: ReadonlyMap<number, Words> = new Map<number, Words>([
  [5, ['Declined by the bank', 'Von der Bank abgelehnt']],
  [55, ['Wrong PIN', 'PIN falsch']],
]);

const cardCodes: ReadonlyMap<number, Words> = new Map<number, Words>([
  [0x64, ['Card not readable', 'Karte nicht lesbar']],
  [0x65, ['Card not readable', 'Karte nicht lesbar']],
  [0x66, ['Card reading failed', 'Fehler beim Kartenlesen']],
  [0x67, ['Not possible with this card', 'Mit dieser Karte nicht möglich']],
  [0x68, ['Not possible with this card', 'Mit dieser Karte nicht möglich']],
  [0x6e, ['Card is blocked', 'Karte gesperrt']],
  [0x6f, ['Wrong currency', 'Falsche Währung']],
  [0x71, ['Not enough credit', 'Guthaben zu klein']],
  [0x72, ['Card chip faulty', 'Chip der Karte defekt']],
  [0x73, ['Card data wrong', 'Kartendaten falsch']],
  [0x76, ['Card not accepted here', 'Karte hier nicht zugelassen']],
  [0x78, ['Card has expired', 'Karte abgelaufen']],
  [0x79, ['Card not yet valid', 'Karte noch nicht gültig']],
  [0x7a, ['Card unknown', 'Karte unbekannt']],
  [0x7b, ['Use the chip', 'Bitte den Chip benutzen']],
  [0x7c, ['Use the chip', 'Bitte den Chip benutzen']],
  [0x7e, ['Use the chip', 'Bitte den Chip benutzen']],
  [0xb4, ['Already reversed', 'Bereits storniert']],
  [0xb5, ['Can’t be reversed', 'Nicht stornierbar']],
  [0xb7, ['Amount not possible', 'Betrag nicht möglich']],
  [0xc3, ['Amount above the limit', 'Betrag über dem Limit']],
  [0xc5, ['Card not accepted here', 'Karte hier nicht zugelassen']],
  [0xc6, ['Wrong currency', 'Falsche Währung']],
  [0xc8, ['Amount too small', 'Betrag zu klein']],
  [0xd2, ['Not possible with this card', 'Mit dieser Karte nicht möglich']],
  [0xea, ['Card not accepted here', 'Karte hier nicht zugelassen']],
  [0xf1, ['Card refused an offline payment', 'Karte lehnt Offline-Zahlung ab']],
]);

const terminalCodes: ReadonlyMap<number, Words> = new Map<number, Words>([
  [0x62, ['Card terminal: set its date and time', 'Kartenterminal: Datum und Uhrzeit stellen']],
  [0x6a, ['Card terminal full: do its end of day', 'Kartenterminal voll: Kassenschnitt machen']],
  [0x6b, ['Card terminal: not registered', 'Kartenterminal: nicht angemeldet']],
  [0x6c, ['Cancelled', 'Abgebrochen']],
  [0x77, ['End of day not possible', 'Kassenschnitt nicht möglich']],
  [0x7d, ['Card terminal: no connection', 'Kartenterminal: keine Verbindung']],
  [0x83, ['Card terminal can’t do this', 'Kartenterminal kann das nicht']],
  [0x85, ['Card terminal: key missing, call service', 'Kartenterminal: Schlüssel fehlt, Service rufen']],
  [0x89, ['Card terminal: PIN pad faulty', 'Kartenterminal: PIN-Pad defekt']],
  [0x9a, ['Card terminal did not understand', 'Kartenterminal versteht die Kasse nicht']],
  [0x9b, ['Card terminal: no connection', 'Kartenterminal: keine Verbindung']],
  [0x9c, ['Card terminal busy, please wait', 'Kartenterminal beschäftigt, bitte warten']],
  [0xa0, ['Card terminal not ready', 'Kartenterminal nicht bereit']],
  [0xa1, ['Bank does not answer', 'Bank antwortet nicht']],
  [0xa3, ['Card terminal: no connection', 'Kartenterminal: keine Verbindung']],
  [0xa5, ['Not allowed by the card rules', 'Nach Kartenregeln nicht erlaubt']],
  [0xb1, ['Card terminal full: do its end of day', 'Kartenterminal voll: Kassenschnitt machen']],
  [0xb2, ['Card terminal full: do its end of day', 'Kartenterminal voll: Kassenschnitt machen']],
  [0xbf, ['Card terminal: battery empty', 'Kartenterminal: Akku leer']],
  [0xc2, ['Card terminal: do its diagnosis', 'Kartenterminal: Diagnose machen']],
  [0xc4, ['Card terminal: do its diagnosis', 'Kartenterminal: Diagnose machen']],
  [0xcb, ['Only in euro', 'Nur in Euro']],
  [0xcc, ['Card terminal: no paper', 'Kartenterminal: kein Papier']],
  [0xcd, ['Cashback not possible', 'Bargeldauszahlung nicht möglich']],
  [0xdc, ['Take the card out of the terminal', 'Karte aus dem Terminal nehmen']],
  [0xdf, ['Card terminal out of order', 'Kartenterminal außer Betrieb']],
  [0xe0, ['Card terminal in maintenance', 'Kartenterminal in Wartung']],
  [0xe1, ['Take the card out of the terminal', 'Karte aus dem Terminal nehmen']],
  [0xe2, ['Card terminal: card reader faulty', 'Kartenterminal: Kartenleser defekt']],
  [0xe4, ['Card terminal: must be activated', 'Kartenterminal: muss freigeschaltet werden']],
  [0x51, ['Card terminal: must be initialised', 'Kartenterminal: muss initialisiert werden']],
  [0xf0, ['Card terminal: do its end of day', 'Kartenterminal: Kassenschnitt machen']],
  [0xf5, ['Card terminal: must be activated', 'Kartenterminal: muss freigeschaltet werden']],
  [0xf6, ['Card terminal: must be activated', 'Kartenterminal: muss freigeschaltet werden']],
  [0xfa, ['Offline payments not sent to the bank', 'Offline-Zahlungen nicht übertragen']],
  [0xfb, ['Card terminal: its records are damaged', 'Kartenterminal: Umsatzspeicher defekt']],
  [0xfc, ['Card terminal: a part is missing', 'Kartenterminal: Gerät fehlt oder defekt']],
]);

/** What keeps a terminal from taking cards (terminal status codes, PA00P015, chapter 11); null: it is ready. */
export function terminalTrouble(status: number, language: Language): string | null {
  if (status === 0x00) return null;
  const words = terminalCodes.get(status);
  const number = status.toString(16).toUpperCase().padStart(2, '0');
  return `${inLanguage(words ?? ['Card terminal: error', 'Kartenterminal: Fehler'], language)} (${number})`;
}

/**
 * What the customer should read (intermediate status, PA00P015, table 17); null for codes that say nothing to anybody. Bit 40
 * adds "remove card".
 */
export function progressWords(code: number, language: Language): string | null {
  const known = progress.get(code) ?? progress.get(code & ~0x40);
  return known === undefined ? null : inLanguage(known, language);
}

const wait: Words = ['Please wait', 'Bitte warten'];
const progress: ReadonlyMap<number, Words> = new Map<number, Words>([
  [0x00, ['Confirm the amount', 'Betrag bestätigen']],
  [0x01, ['Look at the PIN pad', 'PIN-Pad beachten']],
  [0x02, ['Look at the PIN pad', 'PIN-Pad beachten']],
  [0x03, ['Not possible', 'Nicht möglich']],
  [0x04, ['Asking the bank', 'Bank wird gefragt']],
  [0x05, ['Taking it back', 'Wird storniert']],
  [0x06, wait],
  [0x07, ['Card not accepted here', 'Karte nicht zugelassen']],
  [0x08, ['Card unknown', 'Karte unbekannt']],
  [0x09, ['Card has expired', 'Karte abgelaufen']],
  [0x0a, ['Present card', 'Karte vorhalten']],
  [0x0b, ['Remove card', 'Karte entnehmen']],
  [0x0c, ['Card not readable', 'Karte nicht lesbar']],
  [0x0d, ['Failed', 'Vorgang abgebrochen']],
  [0x0e, wait],
  [0x0f, ['End of day, please wait', 'Kassenschnitt, bitte warten']],
  [0x10, ['Card invalid', 'Karte ungültig']],
  [0x12, ['Card terminal: error', 'Kartenterminal: Fehler']],
  [0x13, ['Payment not possible', 'Zahlung nicht möglich']],
  [0x14, ['Not enough credit', 'Guthaben zu klein']],
  [0x15, ['Wrong PIN', 'PIN falsch']],
  [0x16, ['Limit too small', 'Limit reicht nicht']],
  [0x17, wait],
  [0x18, ['PIN wrong too often', 'PIN zu oft falsch']],
  [0x19, ['Card data wrong', 'Kartendaten falsch']],
  [0x1c, ['Approved', 'Zahlung erfolgt']],
  [0x1d, ['Declined', 'Abgelehnt']],
  [0x28, ['Choose the currency', 'Währung wählen']],
  [0x29, ['Choose the language', 'Sprache wählen']],
  [0x2b, ['Offline payment, please wait', 'Offline-Zahlung, bitte warten']],
  [0x2c, ['Choose the application', 'Anwendung wählen']],
  [0x68, wait],
  [0x69, ['Choose the currency', 'Währung wählen']],
  [0xc8, ['Waiting for the cashier', 'Wartet auf Kasse']],
  [0xc9, ['Diagnosis, please wait', 'Diagnose, bitte warten']],
  [0xca, ['Initialising, please wait', 'Initialisierung, bitte warten']],
  [0xd2, ['Connecting', 'Verbindung wird aufgebaut']],
  [0xd3, wait],
  [0xe0, ['Choose the application', 'Anwendung wählen']],
  [0xe1, ['Choose the language', 'Sprache wählen']],
  [0xf1, ['Offline payment, please wait', 'Offline-Zahlung, bitte warten']],
  [0xf2, wait],
  [0xf3, ['Offline payment, please wait', 'Offline-Zahlung, bitte warten']],
]);

/** What the driver itself says of a payment. */
export const phrases = {
  notConnected: ['the card terminal is not connected', 'das Kartenterminal ist nicht verbunden'],
  busy: ['the card terminal is busy', 'das Kartenterminal ist beschäftigt'],
  otherAmount: ['the card terminal booked another amount', 'das Kartenterminal hat einen anderen Betrag gebucht'],
  takenBack: ['taken back: the till could not keep it', 'zurückgenommen: Kasse konnte nicht speichern'],
  offlineForbidden: ['not without the bank’s answer', 'nicht ohne Antwort der Bank'],
  cannotRemember: ['the till can’t write: no card payment', 'Kasse kann nicht speichern: keine Kartenzahlung'],
  currency: ['the card terminal does not take this currency', 'das Kartenterminal kann diese Währung nicht'],
  noResult: ['the card terminal told no result', 'das Kartenterminal hat kein Ergebnis gemeldet'],
  stillBusy: ['the card terminal is still busy with it', 'das Kartenterminal ist noch damit beschäftigt'],
  endOfDay: ['end of day done', 'Kassenschnitt erledigt'],
  diagnosis: ['the bank’s computer answers', 'der Bankrechner antwortet'],
  notBooked: ['the card terminal has not booked it', 'das Kartenterminal hat nichts gebucht'],
  unclear: [
    'the card terminal can’t tell: look into its own list of payments',
    'das Kartenterminal kann es nicht sagen: bitte in dessen Umsatzliste nachsehen',
  ],
} as const satisfies Readonly<Record<string, Words>>;

export const phrase = (name: keyof typeof phrases, language: Language): string => inLanguage(phrases[name], language);
