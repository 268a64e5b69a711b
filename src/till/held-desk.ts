import { messageOf } from '../platform/errors.ts';
import type { SaleId } from '../platform/ids.ts';
import type { WorldInput } from '../register/input.ts';
import type { HeldSale } from '../register/state.ts';
import type { TillParts } from './ports.ts';

/** Where held sales outlive the process. They are no sales yet: no receipt number, nothing sold. */
export interface HeldStore {
  /** As saved last; none where they can't be read. */
  load(): readonly HeldSale[];
  /** Resolves when they are durable. */
  save(held: readonly HeldSale[]): Promise<void>;
}

/** Keeps held sales over a stop or a power cut, and gives them back once, without those that became something else. */
export class HeldDesk {
  readonly #parts: Pick<TillParts, 'held' | 'journal' | 'log'>;
  /** Sales of card payments that a stop left behind: those bring their sale themselves. null: not known yet. */
  readonly #paidByCard: () => ReadonlySet<SaleId> | null;
  /** From before the start; null: they were given back. */
  #before: readonly HeldSale[] | null;

  constructor(parts: Pick<TillParts, 'held' | 'journal' | 'log'>, paidByCard: () => ReadonlySet<SaleId> | null) {
    this.#parts = parts;
    this.#paidByCard = paidByCard;
    const before = parts.held?.load() ?? [];
    this.#before = before.length === 0 ? null : before;
  }

  /** Those from before the start, once, as soon as it can be told what became of them. */
  found(): WorldInput | null {
    if (this.#before === null) return null;
    const elsewhere = this.#paidByCard();
    if (elsewhere === null) return null;
    try {
      const held = this.#before.filter(({ sale }) => !elsewhere.has(sale.saleId) && !this.#isRecorded(sale));
      this.#before = null;
      return held.length === 0 ? null : { kind: 'held-found', held };
    } catch (error) {
      this.#parts.log.warn({ error: messageOf(error) }, 'what became of held sales can’t be looked up now');
      return null;
    }
  }

  /** What is held from now on; selling goes on where it can't be kept. */
  async changed(held: readonly HeldSale[]): Promise<void> {
    try {
      await this.#parts.held?.save([...(this.#before ?? []), ...held]);
    } catch (error) {
      this.#parts.log.warn(
        { held: held.length, error: messageOf(error) },
        'held sales could not be kept for a power cut',
      );
    }
  }

  /** A note that could not be written any more may still have what was sold since. */
  #isRecorded({ saleId, returning }: HeldSale['sale']): boolean {
    const { journal } = this.#parts;
    if (journal.document(saleId) !== undefined) return true;
    return returning !== undefined && journal.document(returning.returnId) !== undefined;
  }
}
