import type {
  CardTerminalScreen,
  LeakedCard,
  OfflineMode,
} from '../../drivers/payment-terminal/virtual-card-terminal.ts';
import type { ControlClient } from '../control/client.ts';
import type { SaleEntry, TerminalStatus } from '../control/protocol.ts';
import type { Duration } from '../platform/clock.ts';
import type { LaterDecision } from './acquirer/books.ts';
import type { CardRow } from './card-books.ts';
import type { Shop, SimulatedMagento } from './magento/index.ts';
import type { ShelfArticle } from './shelf.ts';

/** `stopped`: the process ended by itself, which nobody asked for; `words` then says how. */
export type PowerState = 'off' | 'starting' | 'on' | 'stopped';
export type CableState = 'on' | 'off' | 'slow';

/** A receipt as it came out of the printer, newest last. */
export interface PaperSlip {
  /** From 1, in the order of printing. */
  readonly number: number;
  readonly text: string;
  readonly svg: string;
}

/** Everything there is to see on the counter, at one moment. */
export interface CounterState {
  readonly power: { readonly state: PowerState; readonly words: string };
  readonly network: CableState;
  readonly display: { readonly rows: readonly string[]; readonly lit: boolean; readonly brightness: number };
  readonly paper: 'in' | 'out';
  /** How many slips have been printed; {@link Showroom.receipts} has them. */
  readonly printed: number;
  readonly drawer: 'open' | 'closed';
  readonly cardTerminal: CardTerminalScreen;
  /** What the card terminal does without its bank. */
  readonly cardsOffline: OfflineMode;
  /** What the acquirer says of cards that are handed over later. */
  readonly acquirerDecides: LaterDecision;
}

/** A sale on both sides. */
export interface LedgerRow {
  readonly receiptNumber: string;
  /** What the till's journal says; null: Magento has an order that this till never sold. */
  readonly till: {
    /** Decimal text, e.g. "12.50". */
    readonly total: string;
    readonly state: SaleEntry['state'];
    /** The state in words: "waits for the network", "in Magento", or the step that delivery stands at. */
    readonly words: string;
    readonly soldAt: string;
  } | null;
  /** What Magento has; empty: nothing yet; more than one: doubled. */
  readonly orders: readonly MagentoOrder[];
  /** Whether one order stands for one sale, of the same total, invoiced and shipped. */
  readonly agrees: boolean;
}

export interface MagentoOrder {
  readonly orderNumber: string;
  /** The receipt number it carries; null: an order from elsewhere. */
  readonly receiptNumber: string | null;
  readonly total: string;
  readonly state: string;
  readonly invoice: string | null;
  readonly shipment: string | null;
  /** What it did to the stock, e.g. "2 × COF-01 from store-berlin". */
  readonly stock: string;
}

export interface Ledgers {
  readonly rows: readonly LedgerRow[];
  readonly sums: {
    readonly sales: number;
    readonly sold: string;
    readonly orders: number;
    readonly ordered: string;
  };
  /** True while the till cannot be asked: its side is as last seen. */
  readonly stale: boolean;
}

/** The acquirer and the issuers behind it. Their decisions return whether there was anything to decide. */
export interface ShowroomAcquirer {
  /** What becomes of cards that are handed over later. */
  decide(later: LaterDecision): void;
  approve(paymentId: string): boolean;
  declineLate(paymentId: string): boolean;
  chargeBack(paymentId: string): boolean;
  /** Pays what was approved; the report's file, null when there is nothing to pay. */
  settle(): Promise<string | null>;
  /** So many answers are lost after the work was done. */
  loseReplies(count: number): void;
  /** So many events are told twice. */
  tellTwice(count: number): void;
}

/**
 * A whole shop on one table: the real terminal as a process of its own, its devices as software on loopback ports, the
 * network cable, and a simulated Magento. The counter page and `npm run story` both act through this and nothing else.
 */
export interface Showroom {
  /** Where everything lies: `terminal.json`, `data/`, `till.log`. */
  readonly dir: string;
  /** The terminal's configuration file, e.g. for `holdfast --config`. */
  readonly configFile: string;
  readonly shop: Shop;
  readonly control: ControlClient;

  /**
   * Keys by name with blanks between; digits and dots may be written together: `"1042 enter total 50.00 enter"`.
   * False: no till is listening. Throws `showroom.no-such-key`.
   */
  press(keys: string): boolean;
  /** A barcode under the scanner. False: no till is listening. */
  scan(code: string): boolean;
  /** The customer's side of the card terminal; false when it asks for no card. */
  tap(): boolean;
  decline(): boolean;
  removeCard(): boolean;
  /** The terminal reaches the next outcome but the till never hears of it. */
  loseNextCardReply(): void;
  closeDrawer(): void;
  /** What the card terminal does when it can't reach its bank. */
  cardsOffline(mode: OfflineMode): void;
  /** The card terminal tells all of this card in everything it sends; null: it behaves. */
  leakCard(card: LeakedCard | null): void;
  readonly acquirer: ShowroomAcquirer;

  /** Resolves when the cable is as asked. */
  network(cable: CableState): Promise<void>;
  paper(state: 'in' | 'out'): void;
  /** Off is SIGKILL, at whatever instruction the till is; resolves when the process is gone. On resolves when it answers. */
  power(state: 'on' | 'off'): Promise<void>;
  /** Misbehaviour of Magento: slow, lost replies, errors. */
  faults(): SimulatedMagento['faults'];

  state(): CounterState;
  receipts(): readonly PaperSlip[];
  /** What can be scanned. */
  shelf(): readonly ShelfArticle[];
  /** Card payments as the till and the acquirer have them, newest first. */
  cards(): Promise<readonly CardRow[]>;
  /** Both ledgers now, row by row. */
  ledger(): Promise<Ledgers>;
  /** The till's sales, oldest first. Throws `control.not-running` while the power is off. */
  queue(): Promise<readonly SaleEntry[]>;
  /** Null while the till cannot be asked. */
  status(): Promise<TerminalStatus | null>;
  /** Bytes that a device got and would not have understood; empty, or a driver is wrong. */
  deviceProblems(): readonly string[];

  /** Called after anything in {@link state} changed. Returns the function that ends it. */
  onChange(listener: () => void): () => void;
  /** Resolves when the condition holds; rejects `showroom.waited-too-long` with `what` and the display's text. */
  until(
    what: string,
    condition: (state: CounterState) => boolean | Promise<boolean>,
    timeout?: Duration,
  ): Promise<void>;
  /** Stops everything that {@link startShowroom} started. */
  close(): Promise<void>;
}
