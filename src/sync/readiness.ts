import { nameOf } from '../journal/document.ts';
import type { QueuedDocument } from '../journal/journal.ts';
import type { DocumentId } from '../platform/ids.ts';

/** Whether a document can be delivered yet. */
export type Readiness =
  /** `needed`: what it refers to, as far as it is still kept. */
  | { readonly kind: 'ready'; readonly needed: readonly QueuedDocument[] }
  /** E.g. "waits for receipt K1-00000012, which is parked". */
  | { readonly kind: 'waits'; readonly words: string };

/**
 * A document waits for what Magento must have before it (`needs`): a sale for its new customer, a return or a payment's outcome for its
 * sale. What `lookUp` does not find was confirmed and removed after its retention.
 */
export function readinessOf(
  needs: readonly DocumentId[],
  lookUp: (id: DocumentId) => QueuedDocument | undefined,
): Readiness {
  const needed = needs.map(lookUp).filter((found) => found !== undefined);
  for (const each of needed) {
    const { state } = each.delivery;
    if (state === 'parked') return { kind: 'waits', words: `waits for ${nameOf(each)}, which is parked` };
    if (state === 'waiting') return { kind: 'waits', words: `waits for ${nameOf(each)}` };
  }
  return { kind: 'ready', needed };
}
