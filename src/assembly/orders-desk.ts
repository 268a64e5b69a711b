import type { TerminalConfig } from '../config/schema.ts';
import type { OrdersQuestion, OrdersReport } from '../control/orders-protocol.ts';
import type { OrdersHandlers } from '../control/orders-routes.ts';
import type { LiveJournal } from '../journal/live-journal.ts';
import type { MagentoClient } from '../magento/client/outcome.ts';
import { overstatedQuantities } from '../magento/delivery/salable-check.ts';
import { OrderBooks } from '../magento/orders/order-books.ts';
import { type Clock, instant } from '../platform/clock.ts';
import { HoldfastError } from '../platform/errors.ts';
import { terminalId } from '../platform/ids.ts';
import { createPacer } from '../platform/pacer.ts';
import type { CaseDesk } from '../reconciliation/case-desk.ts';
import { caseKinds } from '../reconciliation/case-kinds.ts';
import {
  type OrderReconciliation,
  type OrderResult,
  reconcileOrders,
} from '../reconciliation/orders/reconcile-orders.ts';
import type { ShopBooks } from '../reconciliation/orders/shop-books.ts';
import type { Outbox } from '../sync/outbox-port.ts';
import { mayDecide } from './parking.ts';

export interface OrdersDeskParts {
  readonly config: TerminalConfig;
  readonly journal: LiveJournal;
  readonly cases: CaseDesk;
  readonly outbox: Pick<Outbox, 'reinstate'>;
  /** Asks no more than the shop's budget allows. */
  readonly client: MagentoClient;
  readonly clock: Clock;
  /** Told of each look that came to its end. */
  readonly onCompared: (differences: number) => Promise<void>;
}

/** Compares the journal with Magento's orders, one look at a time. */
export function createOrdersDesk(parts: OrdersDeskParts): OrdersHandlers {
  const { config, journal, cases, outbox, client, clock } = parts;
  let busy = false;
  const reconciliation: OrderReconciliation = {
    terminal: terminalId(config.terminal.id),
    journal,
    books: shopBooks(client, config.magento.stockId),
    cases,
    reinstate: (id, reinstatement) => outbox.reinstate(id, reinstatement),
    pace: createPacer(clock),
  };
  return {
    async reconcileOrders({ since, redeliver }: OrdersQuestion, signal) {
      if (redeliver !== null && !mayDecide(config, redeliver.by)) {
        throw new HoldfastError('reconcile.not-allowed', `${redeliver.by} may not have sales delivered again`, {
          remedy: 'operator',
          hint: 'Ask somebody who may use the service menu.',
        });
      }
      if (busy) {
        throw new HoldfastError('reconcile.busy', 'Orders are being compared already.', {
          remedy: 'retry',
          hint: 'Wait until it is done.',
        });
      }
      busy = true;
      try {
        const result = await reconcileOrders(reconciliation, { since: instant(since), redeliver }, signal);
        await parts.onCompared(result.findings.length);
        return reportOf(result, since);
      } finally {
        busy = false;
      }
    },
  };
}

/** What a shop has of a till's orders, read through its REST API. */
export function shopBooks(client: MagentoClient, stockId: number): ShopBooks {
  const books = new OrderBooks(client);
  return {
    ordersOf: (references, signal) => books.ordersOf(references, signal),
    ordersOfTill: (terminal, since, signal) => books.ordersOfTill(terminal, since, signal),
    memosOf: (orderIds, signal) => books.memosOf(orderIds, signal),
    async stockDifferences(skus, signal) {
      const seen = await overstatedQuantities({ client, stockId }, skus, signal);
      const unsure = new Set(seen.unsure);
      return {
        differences: [...seen.overstated, ...seen.understated.map(({ sku, by }) => ({ sku, by: -by }))],
        judged: skus.filter((sku) => !unsure.has(sku)),
      };
    },
  };
}

function reportOf(result: OrderResult, since: string): OrdersReport {
  return {
    since,
    sales: result.sales,
    returns: result.returns,
    unconfirmed: result.unconfirmed,
    differences: result.findings.map(({ kind, words, receiptNumber, subject }) => ({
      kind,
      caseId: `${kind}:${subject}`,
      words,
      receiptNumber,
      nextStep: caseKinds[kind].nextStep,
      runbook: `docs/runbooks/${caseKinds[kind].runbook}.md`,
    })),
    stockNotJudged: result.stockNotJudged,
    redelivered: result.redelivered,
  };
}
