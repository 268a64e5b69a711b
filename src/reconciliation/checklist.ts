import { ageInWords, bytesInWords } from './in-words.ts';
import type { CheckLine, Verdict } from './verdict.ts';

/** Sizes in bytes, moments in epoch milliseconds. */
export interface DatasetFacts {
  /** null: there is no snapshot. */
  readonly snapshot: { readonly size: number; readonly used: number; readonly budget: number } | null;
  /** What may still be written, on the medium and within the limit. */
  readonly room: number;
  /** What the journal's copies take, and what each may. */
  readonly copies: readonly { readonly used: number; readonly budget: number }[];
  readonly soldInWeek: number;
  /** What a sale takes in one copy, as measured; null: nothing was sold yet. */
  readonly saleSize: number | null;
  readonly journal: { readonly state: 'whole' | 'one-copy' | 'stopped'; readonly words: string };
  readonly damage: readonly string[];
}

export interface ChecklistFacts {
  readonly now: number;
  readonly dataset: DatasetFacts;
  readonly delivery: {
    readonly state: 'online' | 'offline' | 'paused' | 'starting';
    readonly words: string;
    /** Milliseconds since the loop last turned. */
    readonly heartbeatAge: number;
    readonly attempts: number;
    readonly lastConfirmationAt: number | null;
    readonly nextAttemptAt: number | null;
    readonly oldest: { readonly name: string; readonly soldAt: number } | null;
    readonly waiting: number;
    readonly parked: number;
    /** Of what waits, what is in Magento in part. */
    readonly begun: number;
  };
  readonly cards: {
    readonly offlineAllowed: boolean;
    readonly stored: number;
    readonly storedTotal: string;
    readonly deciding: number;
    readonly unknown: number;
    readonly window: 'open' | 'soon' | 'urgent' | 'over';
    /** The bank's report that was compared last; null: none ever was. */
    readonly compared: {
      readonly at: number;
      readonly newestRowAt: number | null;
      readonly differences: number;
    } | null;
    /** Card sales in the last week. */
    readonly soldInWeek: number;
  };
  readonly reservations: { readonly waiting: number; readonly overstated: number };
  /** The last look at Magento's orders; null: there was none. */
  readonly orders: { readonly at: number; readonly differences: number } | null;
  readonly cases: readonly { readonly title: string; readonly runbook: string; readonly count: number }[];
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** What a sale takes in one copy where none was measured: a record of a few lines with its steps of delivery. */
export const usualSaleSize = 12_000;

/** What the morning after an outage asks for, in the order in which it is looked at. Facts in, verdicts out. */
export function checklist(facts: ChecklistFacts): readonly CheckLine[] {
  return [
    snapshotFits(facts.dataset),
    journalHolds(facts.dataset),
    copiesAreWhole(facts.dataset),
    loopIsAlive(facts),
    cardsAreReconciled(facts),
    ordersAreSynced(facts),
    reservationsAreExact(facts),
    ordersWereCompared(facts),
    ...casesAreClosed(facts),
  ];
}

const ok = (check: string, words: string): CheckLine => ({ check, verdict: 'ok', words, nextStep: null });
const line = (check: string, verdict: Verdict, words: string, nextStep: string): CheckLine => ({
  check,
  verdict,
  words,
  nextStep,
});

function snapshotFits({ snapshot, room }: DatasetFacts): CheckLine {
  const check = 'snapshot-fits';
  if (snapshot === null) {
    return line(check, 'fail', 'there is nothing to sell from', 'Connect the till and run "holdfast snapshot pull".');
  }
  // The next one is written beside the one in use.
  const peak = snapshot.used + snapshot.size;
  const words = `the shop’s copy takes ${bytesInWords(snapshot.used)}, ${bytesInWords(peak)} while the next one is taken, of ${bytesInWords(snapshot.budget)}`;
  if (snapshot.size > room)
    return line(check, 'fail', `${words}; there is no room for it`, 'Free space: docs/storage.md.');
  if (snapshot.size > snapshot.budget * 0.8 || peak > snapshot.budget * 1.8) {
    return line(check, 'attention', words, 'Raise quota.snapshot, or leave out what the till does not sell.');
  }
  return ok(check, words);
}

function journalHolds(facts: DatasetFacts): CheckLine {
  const check = 'journal-holds';
  const perDay = Math.max(1, Math.ceil(facts.soldInWeek / 7));
  const size = facts.saleSize ?? usualSaleSize;
  const own = Math.min(...facts.copies.map(({ used, budget }) => Math.max(0, budget - used) / size));
  const shared = Math.max(0, facts.room) / (size * Math.max(1, facts.copies.length));
  const days = Math.floor(Math.min(own, shared) / perDay);
  const growth = bytesInWords(perDay * 7 * size * Math.max(1, facts.copies.length));
  const words = `${days > 999 ? 'more than 999' : days} days of selling fit (${perDay} sales a day, ${growth} a week)`;
  if (days < 2) return line(check, 'fail', words, 'Free space now: docs/runbooks/disk-full.md.');
  if (days < 14)
    return line(check, 'attention', words, 'Let the queue drain, or give the journal more: docs/storage.md.');
  return ok(check, words);
}

function copiesAreWhole({ journal, damage }: DatasetFacts): CheckLine {
  const check = 'journal-copies';
  if (journal.state === 'stopped')
    return line(check, 'fail', journal.words, 'Replace the medium: docs/runbooks/disk-full.md.');
  if (journal.state === 'one-copy') return line(check, 'attention', journal.words, 'Check the medium that failed.');
  const [found] = damage;
  if (found !== undefined) return line(check, 'attention', found, 'Restart the terminal when nobody sells.');
  return ok(check, journal.words);
}

function loopIsAlive({ delivery, now }: ChecklistFacts): CheckLine {
  const check = 'retry-loop';
  const { state, heartbeatAge, oldest, lastConfirmationAt, nextAttemptAt } = delivery;
  if (heartbeatAge > 3 * minute) {
    const words = `the loop stands still for ${ageInWords(heartbeatAge)}`;
    return line(check, 'fail', words, 'Restart the terminal ("systemctl restart holdfast"); nothing is lost by it.');
  }
  const said = [
    `turned ${ageInWords(heartbeatAge)} ago`,
    `${delivery.attempts} attempts`,
    lastConfirmationAt === null
      ? 'nothing confirmed since the start'
      : `confirmed ${ageInWords(now - lastConfirmationAt)} ago`,
    ...(nextAttemptAt === null ? [] : [`next attempt in ${ageInWords(Math.max(0, nextAttemptAt - now))}`]),
    ...(oldest === null ? [] : [`oldest unconfirmed: ${oldest.name}, sold ${ageInWords(now - oldest.soldAt)} ago`]),
  ].join(', ');
  if (state === 'paused') return line(check, 'attention', `delivery is paused; ${said}`, '"holdfast sync resume"');
  if (state === 'offline') {
    return line(check, 'attention', `${delivery.words}; ${said}`, 'Look at the till’s network and at the shop.');
  }
  return ok(check, said);
}

function cardsAreReconciled({ cards, now }: ChecklistFacts): CheckLine {
  const check = 'offline-payments';
  const { compared } = cards;
  const reports =
    compared === null
      ? 'no bank’s report was compared yet'
      : `compared with the bank’s report up to ${dayOf(compared.newestRowAt ?? compared.at)}`;
  const stored = cards.stored === 0 ? 'nothing is stored' : `${cards.stored} stored (${cards.storedTotal})`;
  const words = `${stored}, ${cards.deciding} with the bank, ${reports}`;
  if (cards.unknown > 0) {
    const unknown = `of ${cards.unknown} nobody knows whether the card was charged; ${words}`;
    return line(check, 'fail', unknown, 'docs/runbooks/unknown-payment.md');
  }
  if (cards.window === 'over' || cards.window === 'urgent') {
    return line(check, 'fail', `the time to forward runs out; ${words}`, '"holdfast payments forward", with network.');
  }
  if (compared !== null && compared.differences > 0) {
    return line(
      check,
      'attention',
      `${compared.differences} differences; ${words}`,
      'docs/runbooks/settlement-differs.md',
    );
  }
  const isDue = compared === null ? cards.soldInWeek > 0 : cards.soldInWeek > 0 && now - compared.at > 7 * day;
  if (isDue) return line(check, 'attention', words, '"holdfast reconcile settlement" with the bank’s report.');
  if (cards.stored > 0) return line(check, 'attention', words, '"holdfast payments forward", with network.');
  return ok(check, words);
}

function ordersAreSynced({ delivery, now }: ChecklistFacts): CheckLine {
  const check = 'orders-synced';
  const { waiting, parked, begun, oldest, state } = delivery;
  const words = `${waiting} wait, ${begun} of them are in Magento in part, ${parked} are refused`;
  if (parked > 0) return line(check, 'fail', words, '"holdfast parked list": docs/runbooks/order-parked.md');
  if (begun > 0)
    return line(check, 'attention', words, 'Delivery finishes them: docs/runbooks/queue-does-not-drain.md');
  if (oldest !== null && (state !== 'online' || now - oldest.soldAt > 15 * minute)) {
    return line(check, 'attention', words, 'docs/runbooks/queue-does-not-drain.md');
  }
  return ok(check, words);
}

function reservationsAreExact({ reservations }: ChecklistFacts): CheckLine {
  const check = 'reservations';
  if (reservations.waiting === 0) return ok(check, 'exact after each sale');
  const words = `${reservations.waiting} sales await the shop’s reservation repair, ${reservations.overstated} articles are overstated`;
  return line(check, 'attention', words, 'docs/runbooks/stock-differs.md');
}

function ordersWereCompared({ orders, now }: ChecklistFacts): CheckLine {
  const check = 'orders-compared';
  if (orders === null) return line(check, 'attention', 'never compared with Magento', '"holdfast reconcile orders"');
  const words = `compared with Magento ${ageInWords(now - orders.at)} ago: ${orders.differences} differences`;
  if (orders.differences > 0) return line(check, 'attention', words, '"holdfast cases list"');
  if (now - orders.at > 7 * day) return line(check, 'attention', words, '"holdfast reconcile orders"');
  return ok(check, words);
}

function casesAreClosed({ cases }: ChecklistFacts): readonly CheckLine[] {
  if (cases.length === 0) return [ok('cases', 'none is open')];
  return cases.map(({ title, runbook, count }) =>
    line('cases', 'attention', `${count} open: ${title}`, `docs/runbooks/${runbook}.md`),
  );
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
