import type { ReceiptNumber, ReturnId } from '../../platform/ids.ts';
import type { DocumentKind, Unconfirmed } from '../../sync/lane.ts';
import { isInMotion, readReturnProgress } from './progress.ts';

/** What has to be known of a document that waits: most of all, how far a return is. */
export interface WaitingDocument {
  readonly kind: DocumentKind;
  readonly receiptNumber: ReceiptNumber | null;
  readonly delivery: Pick<Unconfirmed['delivery'], 'documentId' | 'state' | 'progress'>;
}

/**
 * Keeps the way through the terminal's own source to one return at a time: only then do the quantities there tell how far its
 * goods are. What another process has begun is known from the journal.
 */
export class OneAtATime {
  readonly #unconfirmed: () => readonly WaitingDocument[];
  #holder: ReturnId | null = null;

  /** `unconfirmed`: waiting and parked documents. */
  constructor(unconfirmed: () => readonly WaitingDocument[]) {
    this.#unconfirmed = unconfirmed;
  }

  /** Null: the way is this return's, until it is released. Else who is in it; a parked return is not. */
  claim(id: ReturnId): ReceiptNumber | null {
    if (this.#holder === id) return null;
    for (const document of this.#unconfirmed()) {
      if (document.kind !== 'return' || document.delivery.state !== 'waiting') continue;
      const { receiptNumber } = document;
      const { documentId: returnId } = document.delivery;
      if (returnId === id || receiptNumber === null) continue;
      const progress = readReturnProgress(document.delivery.progress);
      if (returnId === this.#holder || (progress !== null && isInMotion(progress))) return receiptNumber;
    }
    this.#holder = id;
    return null;
  }

  isClaimedBy(id: ReturnId): boolean {
    return this.#holder === id;
  }

  release(id: ReturnId): void {
    if (this.#holder === id) this.#holder = null;
  }
}
