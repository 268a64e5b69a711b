import type { AcquirerReport } from '../../src/payments/acquirer.ts';
import { terminalIn } from '../../src/payments/adyen/webhook.ts';
import { createAdyenWebhookHandler } from '../../src/payments/adyen/webhook-handler.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import { terminalId } from '../../src/platform/ids.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { JobsDesk } from './jobs-desk.ts';
import type { ControllerStore } from './store/controller-store.ts';

export interface PaymentWebhookParts {
  readonly store: ControllerStore;
  readonly jobs: JobsDesk;
  /** Hex, as Adyen's Customer Area shows them; the old one too while it is being replaced. */
  readonly hmacKeys: readonly string[];
  readonly log: Logger;
}

/**
 * Takes Adyen's webhooks in and orders the terminal that took the payment to hear of it: a job waits for a terminal for as long as
 * it is away, and the terminal itself sees to it that the same news counts once. A web shop's payments come to the same address; what
 * names no terminal of this fleet is accepted and left.
 */
export function createPaymentWebhooks({ store, jobs, hmacKeys, log }: PaymentWebhookParts) {
  return createAdyenWebhookHandler({
    hmacKeys,
    log,
    async deliver(reports) {
      for (const report of reports) await deliverOne(report);
    },
  });

  async function deliverOne(report: AcquirerReport): Promise<void> {
    const named = terminalIn(report);
    const terminal = named === null ? null : terminalId(named);
    if (terminal === null || (await store.get('terminals', terminal)) === null) {
      log.info({ eventId: report.event.eventId, terminal: named }, 'a webhook names no terminal of this fleet');
      return;
    }
    // A report is made of texts and numbers only.
    const told: JsonValue = JSON.parse(JSON.stringify(report));
    const job = { kind: 'payment-report', report: told } as const;
    await jobs.order(terminal, { job, deadline: null, expectedVersion: null, rollout: null, by: report.acquirer });
  }
}
