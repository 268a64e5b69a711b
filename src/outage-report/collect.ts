import { documentId, documentIn, receiptOf } from '../journal/document.ts';
import type { DeliveryRecord, JournalRecord } from '../journal/journal.ts';
import { type Money, zero } from '../money/money.ts';
import type { StateName } from '../payments/payment.ts';
import { readPayment } from '../payments/payment-record.ts';
import type { CardOutcome } from './summary.ts';

/** One fact of the journal that a report is made of, in the journal's order. */
export interface Fact {
  /** Epoch milliseconds, by the clock as it was set later; never before the fact in front of it. */
  readonly at: number;
  readonly what:
    | {
        readonly kind: 'made';
        readonly id: string;
        readonly name: string;
        readonly receipt: 'sale' | 'return' | null;
        readonly total: Money;
      }
    | { readonly kind: 'delivery'; readonly id: string; readonly state: DeliveryRecord['state'] }
    | { readonly kind: 'card'; readonly outcome: CardOutcome; readonly amount: Money };
}

/** So many are kept before those that no report of the window needs are left out. */
const mostKept = 20_000;
/** What was over so long before a window tells nothing of it, however its clock was off. */
const longBefore = 7 * 24 * 3_600_000;

/**
 * Reads all records, oldest first, and gives the facts until `to` that a report from `from` on needs: the journal from its beginning,
 * because only that tells how deep the queue was. `pace`: lets others run. A clock that was set later is corrected for the records of its boot before that, as the journal says.
 */
export async function collectFacts(
  records: AsyncIterable<JournalRecord>,
  { from, to }: { readonly from: number; readonly to: number },
  pace: () => Promise<void> | undefined,
): Promise<readonly Fact[]> {
  let facts: WrittenFact[] = [];
  let compactAt = mostKept;
  const payments = new Map<string, StateName>();
  for await (const record of records) {
    await pace();
    const { stamp, entry } = record;
    if (entry.kind === 'clock-corrected') {
      for (let index = facts.length - 1; index >= 0 && facts[index]?.boot === stamp.bootId; index -= 1) {
        const fact = facts[index];
        if (fact !== undefined) fact.at += entry.to - entry.from;
      }
      continue;
    }
    const what = factIn(record, payments);
    if (what !== null) facts.push({ at: stamp.at, boot: stamp.bootId, what });
    if (facts.length < compactAt) continue;
    facts = withoutWhatIsOver(facts, from - longBefore, stamp.bootId);
    compactAt = facts.length + mostKept;
  }
  let last = Number.NEGATIVE_INFINITY;
  const inOrder: Fact[] = [];
  for (const { at, what } of facts) {
    last = Math.max(last, at);
    if (last >= to) break;
    inOrder.push({ at: last, what });
  }
  return inOrder;
}

interface WrittenFact {
  at: number;
  readonly boot: string;
  readonly what: Fact['what'];
}

/** Leaves out what was made and closed before `before`; in the present boot the clock may yet turn out to have been wrong. */
function withoutWhatIsOver(facts: readonly WrittenFact[], before: number, presentBoot: string): WrittenFact[] {
  const isOld = ({ at, boot }: WrittenFact): boolean => at < before && boot !== presentBoot;
  const closed = new Set<string>();
  for (const fact of facts) {
    const { what } = fact;
    if (isOld(fact) && what.kind === 'delivery' && (what.state === 'confirmed' || what.state === 'withdrawn')) {
      closed.add(what.id);
    }
  }
  return facts.filter((fact) => !isOld(fact) || (fact.what.kind !== 'card' && !closed.has(fact.what.id)));
}

function factIn(record: JournalRecord, payments: Map<string, StateName>): Fact['what'] | null {
  const { entry } = record;
  if (entry.kind === 'delivery') {
    return { kind: 'delivery', id: entry.delivery.documentId, state: entry.delivery.state };
  }
  if (entry.kind === 'payment') return cardFact(record, payments);
  const document = documentIn(entry);
  if (document === null) return null;
  const receipt = receiptOf(document);
  return {
    kind: 'made',
    id: documentId(document),
    // Never a customer's address: what has no receipt is named by its kind.
    name: receipt?.receiptNumber ?? document.kind,
    receipt: document.kind === 'sale' || document.kind === 'return' ? document.kind : null,
    total: receipt?.totals.grandTotal ?? zero,
  };
}

function cardFact(record: JournalRecord, payments: Map<string, StateName>): Fact['what'] | null {
  const payment = readPayment([record])?.payment;
  if (payment === undefined || payment.for.kind === 'return') return null;
  const before = payments.get(payment.paymentId);
  payments.set(payment.paymentId, payment.state);
  const outcome = before === payment.state ? null : outcomeOf(before, payment.state);
  return outcome === null ? null : { kind: 'card', outcome, amount: payment.amount };
}

/** What a step of a payment means for the shop; null: nothing new. */
function outcomeOf(before: StateName | undefined, now: StateName): CardOutcome | null {
  switch (now) {
    case 'approved-online':
      return before === 'forwarded' || before === 'stored' || before === 'approved-offline'
        ? 'approvedLater'
        : 'approved';
    case 'approved-offline':
    case 'stored':
      return 'provisional';
    case 'declined':
      return 'declined';
    case 'declined-late':
    case 'expired':
    case 'charged-back':
      return 'declinedLater';
    case 'requested':
    case 'unknown':
    case 'cancelled':
    case 'forwarded':
    case 'settled':
    case 'reversed':
      return null;
  }
}
