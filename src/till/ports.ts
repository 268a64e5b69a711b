import type { Beeper } from '../../drivers/beeper/beeper.ts';
import type { Display } from '../../drivers/display/display.ts';
import type { Drawer } from '../../drivers/drawer/drawer.ts';
import type { Keypad } from '../../drivers/keypad/keypad.ts';
import type { PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import type { Printer, PrintJob } from '../../drivers/printer/printer.ts';
import type { Scale } from '../../drivers/scale/scale.ts';
import type { Scanner } from '../../drivers/scanner/scanner.ts';
import type { Journal } from '../journal/journal.ts';
import type { CurrencyFormat, Money } from '../money/money.ts';
import type { BlobStore } from '../payments/blobs/blob-store.ts';
import type { PaymentLedger } from '../payments/ledger.ts';
import type { Approve, OfflineDesk } from '../payments/offline-desk.ts';
import type { Clock } from '../platform/clock.ts';
import type { TerminalId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { PriceBook, TaxPlace } from '../pricing/price-book.ts';
import type { CartInput, CartTotals } from '../pricing/totals.ts';
import type { RegisterFacts, RegisterSettings, ServiceFacts, StorageFacts } from '../register/facts.ts';
import type { CompletedReturn } from '../register/return.ts';
import type { CompletedSale } from '../register/sale.ts';
import type { ShiftReport } from '../register/shift-report.ts';
import type { Texts } from '../screens/texts.ts';
import type { ConnectionFacts } from '../screens/view.ts';
import type { Catalogue } from '../snapshot/catalogue.ts';
import type { GoodsSettings } from './goods.ts';
import type { HeldStore } from './held-desk.ts';
import type { KioskParts } from './kiosk-desk.ts';
import type { StaffDesk } from './staff-desk.ts';
import type { UnprintedReceipts } from './unprinted.ts';

/** Everything a till works with. A device that is not there is null; the till sells without it where it can. */
export interface TillParts {
  readonly catalogue: Catalogue;
  /** Throws HoldfastErrors (`pricing.…`). */
  readonly priceCart: (cart: CartInput, book: PriceBook) => CartTotals;
  readonly journal: Pick<
    Journal,
    | 'append'
    | 'nextReceiptCounter'
    | 'openShift'
    | 'document'
    | 'documentByReceipt'
    | 'sale'
    | 'saleByReceipt'
    | 'returnsOf'
    | 'unconfirmed'
    | 'outcomesOf'
    | 'mailsOf'
    | 'openSubjects'
  >;
  readonly keypad: Keypad | null;
  readonly beeper?: Beeper | null;
  readonly scanner: Scanner | null;
  readonly scale?: Scale | null;
  readonly display: Display | null;
  readonly customerDisplay: Display | null;
  readonly printer: Printer | null;
  readonly drawer: Drawer | null;
  readonly paymentTerminal: PaymentTerminal | null;
  readonly cards: TillCards;
  readonly receipts: Receipts;
  /** Where held sales outlive a restart; absent: nowhere. */
  readonly held?: HeldStore;
  /** Handed in to outlive a restart; absent: kept in memory only. */
  readonly unprinted?: UnprintedReceipts;
  /** How the terminal stands with the shop; asked whenever the display is drawn. */
  readonly connection: () => ConnectionFacts;
  /** Whether so much of an article is more than the shop has left; left out: that never matters. */
  readonly shortage?: RegisterFacts['shortage'];
  /** What the service menu shows and does; left out: nothing is known, and nothing can be done. */
  readonly service?: ServiceDesk;
  /** Who works here; left out: nobody is known, and everybody may do everything. */
  readonly staff?: Pick<StaffDesk, 'settings' | 'badge' | 'check'>;
  /** What the disk has room for; asked before a sale is begun or paid, and whenever the display is drawn. */
  readonly storage: () => StorageFacts;
  /** Asks for an attempt to reach the shop now. */
  readonly synchronise: () => void;
  /** Makes it a kiosk, where customers serve themselves; left out: a trader works here. */
  readonly kiosk?: KioskParts;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly settings: TillSettings;
}

/** What the service menu shows and does. */
export interface ServiceDesk {
  /** Asked whenever the menu is on the display. */
  facts(): ServiceFacts;
  /** Never rejects. */
  testDevice(name: string): Promise<{ readonly passed: boolean; readonly words: string }>;
  /** Puts the terminal into a fleet by a code that its manager has given out; says in words what became of it. Never rejects. */
  claim(code: string): Promise<{ readonly passed: boolean; readonly words: string }>;
  /** Ends everything in order and switches the terminal off, as far as it may. */
  shutDown(): void;
}

/** What the till needs of the payments. */
export interface TillCards {
  readonly ledger: Pick<PaymentLedger, 'load' | 'loaded' | 'open' | 'find' | 'request' | 'take' | 'saleSaved'>;
  readonly offline: OfflineDesk;
  readonly blobs: Pick<BlobStore, 'keep'>;
  /** Whose policy holds, e.g. `adyen`. */
  readonly acquirer: string;
  /** Absent: nobody can be asked, and what needs it is refused. */
  readonly approve?: Approve;
  /** A card was taken offline that the policy forbids and that can't be given back: somebody must know. */
  readonly againstPolicy: (paymentId: string, reason: string) => void;
}

/** Makes what is printed. */
export interface Receipts {
  /** `copy` marks a receipt that may already be on paper. */
  sale(
    sale: CompletedSale,
    options: {
      readonly copy: boolean;
      readonly training?: boolean;
      /** What has become of its cards since. */
      readonly later?: 'confirmed' | 'declined' | null;
      /** It goes to the customer by e-mail, too. */
      readonly mailed?: boolean;
      /** Another than the till's own. */
      readonly language?: string;
    },
  ): PrintJob;
  /** Of goods brought back. */
  return(returned: CompletedReturn, options: { readonly copy: boolean; readonly training?: boolean }): PrintJob;
  /** What was sold, without prices. */
  gift(sale: CompletedSale): PrintJob;
  shift(report: ShiftReport): PrintJob;
}

export type CounterSettings = Partial<
  Pick<RegisterSettings, 'cashStep' | 'tenders' | 'foreignCash' | 'discounts' | 'denominations' | 'returns'> & {
    readonly reasons: Partial<RegisterSettings['reasons']>;
  }
>;

export interface TillSettings {
  readonly terminalId: TerminalId;
  /** Who sells when nobody has signed in. */
  readonly cashier: string;
  /** What the displays say, in the till's language. */
  readonly texts: Texts;
  readonly currency: CurrencyFormat;
  /** Where goods are handed over: decides the tax. */
  readonly destination: TaxPlace;
  /** Magento's group of customers who are not known (0, "NOT LOGGED IN"). */
  readonly guestGroupId: number;
  /** Of customers made at the till; left out: Magento's "General" (1). */
  readonly newCustomerGroupId?: number;
  /** Whether receipts are sent by e-mail; left out: they are. */
  readonly mailReceipts?: boolean;
  /** Notes that customers pay with, for the quick amounts. */
  readonly notes: readonly Money[];
  /** The most that may be handed back. */
  readonly largestChange: Money;
  /** How the counter is run; what is left out is as usual. */
  readonly counter?: CounterSettings;
  /** What the shop adds to its catalogue for the till. */
  readonly goods?: GoodsSettings;
  /** Magento method codes, for cart rules that ask for them. */
  readonly paymentMethod?: string;
  readonly shippingMethod?: string;
}
