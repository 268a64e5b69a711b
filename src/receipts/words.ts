/** Every word printed on paper, in one language. `{0}` stands for a value. */
export interface ReceiptWords {
  readonly receipt: string;
  readonly cashier: string;
  readonly terminal: string;
  readonly customer: string;
  readonly coupon: string;
  readonly taxNumber: string;
  readonly copy: string;
  readonly subtotalNet: string;
  readonly discount: string;
  readonly tax: string;
  readonly total: string;
  readonly cashGiven: string;
  readonly change: string;
  readonly card: string;
  readonly authorization: string;
  readonly reference: string;
  readonly contactless: string;
  readonly chip: string;
  readonly 'magnetic-stripe': string;
  readonly keyed: string;
  readonly provisional: string;
  readonly offline: string;
  readonly rate: string;
  readonly net: string;
  readonly gross: string;
  readonly reportX: string;
  readonly reportZ: string;
  readonly shift: string;
  readonly opened: string;
  readonly printed: string;
  readonly closed: string;
  readonly sales: string;
  readonly cashSales: string;
  readonly cardSales: string;
  readonly turnover: string;
  readonly float: string;
  readonly paidIn: string;
  readonly paidOut: string;
  readonly expected: string;
  readonly counted: string;
  readonly notCounted: string;
  readonly difference: string;
}

export type Language = 'en' | 'de';

export const words: Readonly<Record<Language, ReceiptWords>> = {
  en: {
    receipt: 'Receipt',
    cashier: 'Cashier',
    terminal: 'Till',
    customer: 'Customer',
    coupon: 'Coupon',
    taxNumber: 'VAT No.',
    copy: 'COPY',
    subtotalNet: 'Subtotal excl. tax',
    discount: 'Discount',
    tax: 'Tax',
    total: 'TOTAL',
    cashGiven: 'Cash',
    change: 'Change',
    card: 'Card',
    authorization: 'Authorization',
    reference: 'Reference',
    contactless: 'contactless',
    chip: 'chip',
    'magnetic-stripe': 'magnetic stripe',
    keyed: 'keyed in',
    provisional: 'PROVISIONAL: the card payment has not been confirmed by the bank yet.',
    offline: 'Recorded without network.',
    rate: 'Tax',
    net: 'Net',
    gross: 'Gross',
    reportX: 'X REPORT',
    reportZ: 'Z REPORT',
    shift: 'Shift',
    opened: 'Opened',
    printed: 'Printed',
    closed: 'Closed',
    sales: 'Sales',
    cashSales: 'Cash sales',
    cardSales: 'Card sales',
    turnover: 'Turnover',
    float: 'Float',
    paidIn: 'Paid in',
    paidOut: 'Paid out',
    expected: 'Cash expected',
    counted: 'Cash counted',
    notCounted: 'not counted',
    difference: 'Difference',
  },
  de: {
    receipt: 'Beleg',
    cashier: 'Kassierer',
    terminal: 'Kasse',
    customer: 'Kunde',
    coupon: 'Gutschein',
    taxNumber: 'USt-IdNr.',
    copy: 'KOPIE',
    subtotalNet: 'Zwischensumme netto',
    discount: 'Rabatt',
    tax: 'Steuer',
    total: 'SUMME',
    cashGiven: 'Bar',
    change: 'Rückgeld',
    card: 'Karte',
    authorization: 'Genehmigung',
    reference: 'Referenz',
    contactless: 'kontaktlos',
    chip: 'Chip',
    'magnetic-stripe': 'Magnetstreifen',
    keyed: 'eingegeben',
    provisional: 'VORLÄUFIG: Die Kartenzahlung ist von der Bank noch nicht bestätigt.',
    offline: 'Ohne Netz erfasst.',
    rate: 'MwSt',
    net: 'Netto',
    gross: 'Brutto',
    reportX: 'X-BERICHT',
    reportZ: 'Z-BERICHT',
    shift: 'Schicht',
    opened: 'Geöffnet',
    printed: 'Gedruckt',
    closed: 'Geschlossen',
    sales: 'Verkäufe',
    cashSales: 'Barverkäufe',
    cardSales: 'Kartenverkäufe',
    turnover: 'Umsatz',
    float: 'Wechselgeld',
    paidIn: 'Einlagen',
    paidOut: 'Entnahmen',
    expected: 'Bargeld soll',
    counted: 'Bargeld ist',
    notCounted: 'nicht gezählt',
    difference: 'Differenz',
  },
};
