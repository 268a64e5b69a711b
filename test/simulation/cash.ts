import { decimal, type Money, money, zero } from '../../src/money/money.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import { receiptNumber, type TerminalId } from '../../src/platform/ids.ts';
import type { Findings } from './findings.ts';
import type { RunningTill } from './machine.ts';
import type { Trace } from './trace.ts';

/** What a customer has put on the counter for a sale that the till has not confirmed yet. */
export interface OnTheCounter {
  readonly total: Money;
  cash: number;
}

/** Notes and coins as people handle them: on the counter until the till confirms the sale, then in the drawer. */
export class Cash {
  /** Hundredths in the drawer. */
  drawer = 0;
  /** Cash that someone means to put in or take out, and has told the till. */
  moving: { readonly before: number; readonly delta: number } | null = null;
  readonly #terminal: TerminalId;
  readonly #findings: Findings;
  readonly #trace: Trace;
  #counter: OnTheCounter[] = [];
  /** Receipts up to this counter have been dealt with. */
  #through = 0;

  constructor(terminal: TerminalId, findings: Findings, trace: Trace) {
    this.#terminal = terminal;
    this.#findings = findings;
    this.#trace = trace;
  }

  /** The sale in hand, as the customer knows it. */
  forSale(total: Money): OnTheCounter {
    const known = this.#counter.find((each) => each.total === total);
    if (known !== undefined) return known;
    const fresh = { total, cash: 0 };
    this.#counter.push(fresh);
    return fresh;
  }

  /** Nothing is open at the till any more: whoever still has money on the counter takes it back. */
  giveBackRest(): void {
    const left = this.#counter.reduce((sum, { cash }) => sum + cash, 0);
    if (left !== 0) this.#trace.note(`customers take ${left} back from the counter`);
    this.#counter = [];
  }

  /**
   * What is in the drawer beside what the till expects there; null: nothing can be said, because no shift is open, money lies
   * on the counter, or somebody is moving some.
   */
  compare(till: RunningTill): { readonly drawer: number; readonly expected: number } | null {
    const { openShift, nextReceiptCounter } = till.journal;
    const busy = this.#counter.length > 0 || this.moving !== null || this.#through < nextReceiptCounter - 1;
    return openShift === null || busy ? null : { drawer: this.drawer, expected: openShift.expectedCash };
  }

  /** Looks at every receipt that came into being since the last look, and puts its cash from the counter into the drawer. */
  settle(till: RunningTill): void {
    for (; this.#through < till.journal.nextReceiptCounter - 1; this.#through += 1) {
      const receipt = receiptNumber(this.#terminal, this.#through + 1);
      const sale = lookUp(till, receipt);
      if (sale === null) return;
      if (sale?.kind !== 'sale') continue;
      const cash = sale.tenders
        .filter(({ kind }) => kind === 'cash')
        .reduce((sum, { amount }) => sum + money(amount), 0);
      if (cash === 0) continue;
      const at = this.#counter.findIndex((each) => each.total === money(sale.total) && each.cash >= cash);
      const given = this.#counter[at];
      if (given === undefined) {
        this.#findings.add('cash-in-drawer', `${receipt} says ${cash} in cash, which nobody gave`);
        continue;
      }
      this.#trace.note(`drawer takes ${cash} for ${receipt}`);
      this.drawer += cash;
      this.#counter.splice(at, 1);
    }
    this.#move(till);
  }

  /** Whether the till took note of cash that was moved shows in what it expects in the drawer. */
  #move(till: RunningTill): void {
    const { moving } = this;
    if (moving === null) return;
    const expected = money(till.terminal.control.shift?.().expectedCash ?? decimal(zero));
    if (expected === moving.before + moving.delta) this.drawer += moving.delta;
    this.#trace.note(`cash moved by ${this.drawer - moving.before}`);
    this.moving = null;
  }
}

/** Undefined: there is no such sale. Null: the journal can't be looked into at the moment. */
function lookUp({ terminal }: RunningTill, receipt: string) {
  try {
    return terminal.control.document(receipt);
  } catch (error) {
    if (isHoldfastError(error, 'journal.failed')) return null;
    throw error;
  }
}
