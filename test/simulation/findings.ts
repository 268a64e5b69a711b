/** What must hold in every world, whatever happens. */
export type Invariant =
  /** A receipt was printed or the display said so: the sale is in the journal after any restart, as it was shown. */
  | 'acknowledged-is-kept'
  /** Receipt numbers are given once and without a gap that no record names. */
  | 'receipt-numbers'
  /** Each acknowledged sale stands in Magento once, as sold, or is visibly parked; nothing else stands there. */
  | 'magento-exactly-once'
  /** What is in the drawer is what the journal says. */
  | 'cash-in-drawer'
  /** What was taken from cards is in sales, or visibly unresolved, and never twice. */
  | 'card-money'
  /** Stock fell by what was sold, and what is held back belongs to unconfirmed sales. */
  | 'stock'
  /** When nothing is wrong any more the till starts, the queue drains and the shift can be closed. */
  | 'comes-to-rest'
  /** Both copies of the journal agree. */
  | 'copies-agree'
  /** The software makes no mistake that it notices itself. */
  | 'no-internal-error';

export interface Finding {
  readonly invariant: Invariant;
  readonly words: string;
}

/** What a world did not keep; each thing is told once. */
export class Findings {
  readonly list: Finding[] = [];
  lost = 0;
  doubled = 0;
  readonly #said = new Set<string>();
  readonly #note: (what: string) => void;

  constructor(note: (what: string) => void) {
    this.#note = note;
  }

  /** True the first time. */
  add(invariant: Invariant, words: string): boolean {
    const said = `${invariant}: ${words}`;
    if (this.#said.has(said)) return false;
    this.#said.add(said);
    this.#note(`BROKEN ${said}`);
    this.list.push({ invariant, words });
    return true;
  }
}
