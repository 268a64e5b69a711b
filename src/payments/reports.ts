import type { AcquirerReport } from './acquirer.ts';
import type { OpenCase } from './cases.ts';
import type { PaymentLedger, Taking } from './ledger.ts';
import { takenOf } from './payment.ts';
import type { PaymentJournal } from './payment-journal.ts';
import { readPayment } from './payment-record.ts';

/** How far back a payment is looked for that is over and known only by a reference. */
const lookBack = 2_000;

/**
 * Takes what an acquirer says of its own accord: from a webhook, a poll or a settlement report. Repeated and old news change
 * nothing; what nobody here knows, and what can't be, opens a case.
 */
export class AcquirerReports {
  readonly #ledger: PaymentLedger;
  readonly #journal: PaymentJournal;
  readonly #openCase: OpenCase;

  constructor(ledger: PaymentLedger, journal: PaymentJournal, openCase: OpenCase) {
    this.#ledger = ledger;
    this.#journal = journal;
    this.#openCase = openCase;
  }

  /** Throws what the journal throws; the report then counts as not taken. */
  async take({ acquirer, about, event }: AcquirerReport): Promise<Taking> {
    const paymentId = await this.find(about);
    if (paymentId !== null) return this.#ledger.take(paymentId, event);
    await this.#openCase({
      kind: 'settlement-missing-in-journal',
      subject: `${acquirer}:${about.psp ?? about.tender ?? about.merchant ?? event.eventId}`,
      words: `${acquirer} tells of a payment (${event.kind}) that this till does not know`,
      evidence: {
        acquirer,
        event: event.kind,
        eventId: event.eventId,
        psp: about.psp ?? null,
        merchant: about.merchant ?? null,
      },
      receiptNumber: about.merchant ?? null,
    });
    return { kind: 'not-known' };
  }

  /** The payment that an acquirer means; null: none of this till's, or one that is long over. */
  async find(about: AcquirerReport['about']): Promise<string | null> {
    if (about.paymentId !== undefined) return this.#ledger.find(about.paymentId) === null ? null : about.paymentId;
    const open = this.#ledger.open().find(({ payment }) => isMeant(about, takenOf(payment)?.references));
    if (open) return open.payment.paymentId;
    for (const { id, records } of await this.#journal.subjects('payment', { newest: lookBack })) {
      const payment = readPayment(records)?.payment;
      if (payment && isMeant(about, takenOf(payment)?.references)) return id;
    }
    return null;
  }
}

type About = AcquirerReport['about'];

/** The acquirer's own name decides; without it ours and the terminal's. What both have must not differ. */
function isMeant(about: About, known: Partial<About> | undefined): boolean {
  if (known === undefined) return false;
  const both = (key: 'psp' | 'merchant' | 'tender'): 'same' | 'differ' | 'unknown' => {
    const [one, other] = [about[key] ?? null, known[key] ?? null];
    if (one === null || other === null) return 'unknown';
    return one === other ? 'same' : 'differ';
  };
  const agreed = [both('psp'), both('merchant'), both('tender')];
  return agreed.includes('same') && !agreed.includes('differ');
}
