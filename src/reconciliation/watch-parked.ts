import type { Journal } from '../journal/journal.ts';
import { messageOf } from '../platform/errors.ts';
import type { DocumentId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { CaseDesk } from './case-desk.ts';
import { parkedFinding } from './parking-desk.ts';

export interface ParkedWatchParts {
  readonly journal: Pick<Journal, 'unconfirmed' | 'document'>;
  readonly cases: CaseDesk;
  readonly log: Logger;
}

/**
 * Keeps a case for everything that Magento refuses, and ends it once it is delivered. To be called whenever something changed in
 * the queue; calls that come while one is at work are made up for by one more.
 */
export function createParkedWatch({ journal, cases, log }: ParkedWatchParts): () => void {
  let seen: readonly unknown[] | null = null;
  let working = false;
  let again = false;

  async function look(): Promise<void> {
    const list = journal.unconfirmed();
    if (list === seen) return;
    for (const document of list) {
      if (document.delivery.state === 'parked') await cases.report(parkedFinding(document));
    }
    for (const { finding } of cases.open()) {
      if (finding.kind !== 'document-parked') continue;
      const delivery = journal.document(finding.subject as DocumentId)?.delivery;
      if (delivery?.state !== 'confirmed') continue;
      const order = delivery.order === null ? 'delivered' : `delivered as order ${delivery.order.orderNumber}`;
      await cases.settle('document-parked', finding.subject, 'corrected', order);
    }
    seen = list;
  }

  return function watch(): void {
    again = working;
    if (working) return;
    working = true;
    look()
      .catch((error: unknown) => log.error({ error: messageOf(error) }, 'a case could not be kept for what is parked'))
      .finally(() => {
        working = false;
        if (again) watch();
      });
  };
}
