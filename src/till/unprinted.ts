import type { ReceiptNumber } from '../platform/ids.ts';

/** Where the list outlives a restart. Only a hint: every receipt can be made again from the journal. Neither method throws. */
export interface UnprintedStore {
  load(): readonly ReceiptNumber[];
  save(numbers: readonly ReceiptNumber[]): void;
}

/** More than anybody will print later. */
const most = 200;

/** Receipts of which certainly nothing is on paper, oldest first: printing one later makes no copy. */
export class UnprintedReceipts {
  readonly #store: UnprintedStore | null;
  #numbers: readonly ReceiptNumber[];

  constructor(store: UnprintedStore | null = null) {
    this.#store = store;
    this.#numbers = store?.load() ?? [];
  }

  get list(): readonly ReceiptNumber[] {
    return this.#numbers;
  }

  has(number: ReceiptNumber): boolean {
    return this.#numbers.includes(number);
  }

  add(number: ReceiptNumber): void {
    if (!this.has(number)) this.#set([...this.#numbers, number].slice(-most));
  }

  /** It is on paper, or some of it may be. */
  remove(number: ReceiptNumber): void {
    if (this.has(number)) this.#set(this.#numbers.filter((each) => each !== number));
  }

  #set(numbers: readonly ReceiptNumber[]): void {
    this.#numbers = numbers;
    this.#store?.save(numbers);
  }
}
