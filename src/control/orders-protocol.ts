import { z } from 'zod';

/** `POST /reconcile/orders` {@link ordersQuestion}, answered with {@link OrdersReport}: the journal beside Magento's orders. */
export const ordersQuestion = z.strictObject({
  /** Sales since this moment (ISO 8601). */
  since: z.iso.datetime({ offset: true }),
  /** Who wants what Magento lost delivered again; null: nobody, it is only looked. */
  redeliver: z.strictObject({ by: z.string().trim().min(1).max(60) }).nullable(),
});
export type OrdersQuestion = z.infer<typeof ordersQuestion>;

export interface OrdersReport {
  readonly since: string;
  /** Confirmed sales and returns that were compared. */
  readonly sales: number;
  readonly returns: number;
  /** Not in Magento yet; not compared. */
  readonly unconfirmed: number;
  /** Each is a case. */
  readonly differences: readonly {
    readonly kind: string;
    readonly caseId: string;
    readonly words: string;
    readonly receiptNumber: string | null;
    readonly nextStep: string;
    readonly runbook: string;
  }[];
  /** Why nothing is said about some of the stock; null: all was compared. */
  readonly stockNotJudged: string | null;
  /** Sales, returns and what belongs to them that were put into the queue again. */
  readonly redelivered: number;
}
