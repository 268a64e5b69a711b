import type { Language } from '../../languages/language.ts';
import { hundredths } from '../../money/money.ts';
import type { ServiceFacts } from '../../register/facts.ts';
import type { ViewContext } from '../../screens/view.ts';

/** The displays that a till may have. */
export const sizes = {
  '16x2': { columns: 16, rows: 2 },
  '20x2': { columns: 20, rows: 2 },
  '20x4': { columns: 20, rows: 4 },
} as const;

export type SizeName = keyof typeof sizes;

/** A terminal with something to say of everything. */
export const sampleService: ServiceFacts = {
  lastContact: '23.11. 14:05',
  paperProblem: 'paper is out',
  clockTrusted: false,
  addresses: ['192.168.100.200'],
  version: '0.1.0',
  terminalId: 'MARKET-STALL',
  devices: [{ name: 'customer display', ready: false }],
  parked: [{ receiptNumber: 'K1-00000042', words: 'the source has less in stock than was sold' }],
};

/** What a display is told beside the register's state: offline, with sales that wait. */
export function sampleContext(language: Language, size: SizeName, change: Partial<ViewContext> = {}): ViewContext {
  return {
    size: sizes[size],
    texts: language.screens,
    currency: { code: 'EUR', symbol: '€', decimalSeparator: language.code === 'en' ? '.' : ',', symbolFirst: false },
    connection: { online: false, waiting: 12, parked: 1, words: 'no connection to shop.example' },
    storedCards: { count: 3, room: 17, roomAmount: hundredths(25000), window: 'open' },
    storage: { low: false, newSales: true, payments: true },
    cards: true,
    cardRefunds: true,
    service: () => sampleService,
    denominations: [hundredths(5000), hundredths(50)],
    cashStep: null,
    page: 0,
    ...change,
  };
}
