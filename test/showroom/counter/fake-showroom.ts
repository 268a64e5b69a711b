import type { TerminalStatus } from '../../../src/control/protocol.ts';
import { EventBus } from '../../../src/platform/events.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import type { CardRow } from '../../../src/showroom/card-books.ts';
import type { CounterShowroom } from '../../../src/showroom/counter/server.ts';
import type { CounterState, LedgerRow, Ledgers, PaperSlip } from '../../../src/showroom/facade.ts';
import type { ShelfArticle } from '../../../src/showroom/shelf.ts';
import { status as sampleStatus } from '../../control/sample-answers.ts';

const idle: CounterState = {
  power: { state: 'on', words: 'running' },
  network: 'on',
  display: { rows: ['Shift closed        ', 'Float? ENT=open     '], lit: true, brightness: 4 },
  paper: 'in',
  printed: 0,
  drawer: 'closed',
  cardTerminal: { state: 'idle' },
  cardsOffline: 'stored',
  acquirerDecides: 'approve',
};

export const emptyLedgers: Ledgers = {
  rows: [],
  sums: { sales: 0, sold: '0.00', orders: 0, ordered: '0.00' },
  stale: false,
};

/** A showroom without a till: it shows what it is told to show and writes down what it was asked to do. */
export class FakeShowroom implements CounterShowroom {
  readonly calls: unknown[][] = [];
  readonly slips: PaperSlip[] = [];
  articles: readonly ShelfArticle[] = [
    { sku: 'COF-02', name: 'Coffee article 2', price: '12.12', offer: '9.09', barcode: '4063000000025', plu: '2' },
  ];
  tillStatus: TerminalStatus | null = null;
  ledgers: Ledgers = emptyLedgers;
  cardRows: readonly CardRow[] = [];
  #state: CounterState = idle;
  readonly #events = new EventBus<{ change: undefined }>(silentLogger);

  change(state: Partial<CounterState>): void {
    this.#state = { ...this.#state, ...state };
    this.#events.emit('change', undefined);
  }

  state(): CounterState {
    return this.#state;
  }
  receipts(): readonly PaperSlip[] {
    return this.slips;
  }
  async ledger(): Promise<Ledgers> {
    return this.ledgers;
  }
  async status(): Promise<TerminalStatus | null> {
    return this.tillStatus;
  }
  shelf(): readonly ShelfArticle[] {
    return this.articles;
  }
  onChange(listener: () => void): () => void {
    return this.#events.on('change', listener);
  }

  press(keys: string): boolean {
    return this.#did('press', keys);
  }
  scan(code: string): boolean {
    return this.#did('scan', code);
  }
  tap(): boolean {
    return this.#did('tap');
  }
  decline(): boolean {
    return this.#did('decline');
  }
  removeCard(): boolean {
    return this.#did('removeCard');
  }
  closeDrawer(): void {
    this.#did('closeDrawer');
  }
  cardsOffline(mode: string): void {
    this.#did('cardsOffline', mode);
  }
  readonly acquirer: CounterShowroom['acquirer'] = {
    decide: (later) => void this.#did('decide', later),
    approve: (paymentId) => this.#did('approve', paymentId),
    declineLate: (paymentId) => this.#did('declineLate', paymentId),
    chargeBack: (paymentId) => this.#did('chargeBack', paymentId),
    settle: async () => (this.#did('settle') ? 'report.csv' : null),
    loseReplies: (count) => void this.#did('loseReplies', count),
    tellTwice: (count) => void this.#did('tellTwice', count),
  };
  async cards(): Promise<readonly CardRow[]> {
    return this.cardRows;
  }
  async network(cable: string): Promise<void> {
    this.#did('network', cable);
  }
  paper(state: string): void {
    this.#did('paper', state);
  }
  async power(state: string): Promise<void> {
    this.#did('power', state);
  }

  #did(...call: unknown[]): true {
    this.calls.push(call);
    return true;
  }
}

/** A sale on both sides, delivered. */
export function deliveredRow(number: number, total: string): LedgerRow {
  return {
    receiptNumber: `K1-${String(number).padStart(8, '0')}`,
    till: { total, state: 'confirmed', words: 'in Magento', soldAt: '2026-11-23T10:00:00.000Z' },
    orders: [
      {
        orderNumber: String(number).padStart(9, '0'),
        receiptNumber: `K1-${String(number).padStart(8, '0')}`,
        total,
        state: 'complete',
        invoice: String(number).padStart(9, '0'),
        shipment: String(number).padStart(9, '0'),
        stock: '2 × COF-01, 1 × TEA-03 from store-berlin',
      },
    ],
    agrees: true,
  };
}

export function statusOf(connection: 'online' | 'offline', shiftOpen: boolean): TerminalStatus {
  return {
    terminalId: 'K1',
    version: '0.1.0',
    pid: 1,
    startedAt: '2026-11-23T09:00:00.000Z',
    connection: {
      state: connection,
      words: connection === 'online' ? 'Magento answers' : 'no connection to 127.0.0.1',
      lane: 'http',
      recipe: 'stock REST, recipe C',
      attempts: 0,
      confirmations: 0,
      lastConfirmationAt: null,
      nextAttemptAt: null,
      heartbeatAge: 10,
    },
    sales: { total: 0, returns: 0, waiting: 0, parked: 0, confirmed: 0, withdrawn: 0 },
    oldestUnconfirmed: null,
    snapshot: null,
    shift: {
      open: shiftOpen,
      shiftId: null,
      cashier: null,
      openedAt: null,
      sales: 0,
      cashSales: '0.00',
      cardSales: '0.00',
      returns: 0,
      cashRefunds: '0.00',
      cardRefunds: '0.00',
      expectedCash: '0.00',
    },
    devices: [],
    journal: { state: 'ok', words: 'both copies are whole' },
    storage: sampleStatus.storage,
    stockRepair: { waiting: 0, oldestAt: null, overstated: [], checkedAt: null },
    upkeep: sampleStatus.upkeep,
    payments: sampleStatus.payments,
    cases: 0,
    clockTrusted: true,
    attention: [],
  };
}
