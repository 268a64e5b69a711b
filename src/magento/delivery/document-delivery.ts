import type { JsonValue } from '../../platform/brand.ts';
import type { DeliveryOutcome, DeliveryTask } from '../../sync/lane.ts';

/** How one kind of document, other than a sale, gets into Magento. Same promises as `Lane.deliver`. */
export interface DocumentDelivery<Subject> {
  deliver(subject: Subject, task: DeliveryTask): Promise<DeliveryOutcome>;
  /** Where one stands by its `progress`, in words; null: this did not write it. */
  describe(progress: JsonValue): string | null;
}

/** A document that a person has to see to before anything is asked of Magento. */
export const parkedAtOnce = (progress: JsonValue, code: string, answer: string): DeliveryOutcome => ({
  kind: 'parked',
  progress,
  code,
  answer,
});
