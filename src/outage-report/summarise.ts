import { add, decimal, type Money, zero } from '../money/money.ts';
import type { Fact } from './collect.ts';
import {
  type Bucket,
  type CardOutcome,
  cardOutcomes,
  mostLeft,
  mostSpans,
  type OutageSummary,
  type Span,
} from './summary.ts';

export interface ReportWishes {
  readonly terminal: string;
  readonly zone: string;
  readonly currency: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly madeAt: number;
}

/** Buckets are of a length that people can read from an axis, and not more than these. */
const mostBuckets = 150;
const lengths = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * 60_000);
/** A sale is on its way for some seconds always; after this nothing gets through. Two of the usual pauses between attempts. */
const stalledAfter = 120_000;

interface Known {
  readonly name: string;
  readonly madeAt: number;
  state: 'waiting' | 'parked';
}

/** What the facts say of a time. Pure. */
export function summarise(facts: readonly Fact[], wishes: ReportWishes): OutageSummary {
  const { from, to } = wishes;
  const bucketLength = lengths.find((length) => (to - from) / length <= mostBuckets) ?? (to - from) / mostBuckets;
  const buckets = Array.from({ length: Math.ceil((to - from) / bucketLength) }, emptyBucket);
  const open = new Map<string, Known>();
  /** Those of {@link open} that Magento refuses. */
  let parked = 0;
  const stalled: Span[] = [];
  const totals = { sales: 0, salesTotal: zero, returns: 0, delivered: 0, longestWait: 0 };
  const cards = Object.fromEntries(cardOutcomes.map((outcome) => [outcome, { count: 0, total: zero }])) as Record<
    CardOutcome,
    { count: number; total: Money }
  >;
  /** Since then something waits and nothing got through; null: nothing waits. */
  let waitsSince: number | null = null;
  let filled = 0;

  /** How deep the queue is holds for all buckets until the next fact. */
  const fillUntil = (at: number): void => {
    const waiting = open.size - parked;
    const last = Math.min(buckets.length - 1, Math.floor((at - from) / bucketLength));
    for (let index = filled; index <= last; index += 1) deepen(buckets[index], waiting, parked);
    filled = Math.max(filled, last);
  };
  const gotThrough = (at: number): void => {
    if (waitsSince !== null && at - waitsSince > stalledAfter && at > from) {
      stalled.push({ from: iso(Math.max(from, waitsSince)), to: iso(at) });
    }
    waitsSince = open.size - parked > 0 ? at : null;
  };

  for (const { at, what } of facts) {
    const isInside = at >= from;
    if (isInside) fillUntil(at);
    const bucket = isInside ? buckets[Math.floor((at - from) / bucketLength)] : undefined;
    if (what.kind === 'card') {
      if (bucket === undefined) continue;
      bucket.cards[what.outcome] += 1;
      const of = cards[what.outcome];
      of.count += 1;
      of.total = add(of.total, what.amount);
    } else if (what.kind === 'made') {
      open.set(what.id, { name: what.name, madeAt: at, state: 'waiting' });
      waitsSince ??= at;
      if (bucket !== undefined && what.receipt !== null) {
        bucket.sold += 1;
        if (what.receipt === 'sale') {
          totals.sales += 1;
          totals.salesTotal = add(totals.salesTotal, what.total);
        } else totals.returns += 1;
      }
    } else {
      const known = open.get(what.id);
      if (known?.state === 'parked') parked -= 1;
      if (what.state === 'waiting' || what.state === 'parked') {
        // One that is not known was closed, and is to be delivered again.
        open.set(what.id, { name: known?.name ?? what.id, madeAt: known?.madeAt ?? at, state: what.state });
        if (what.state === 'parked') parked += 1;
        else waitsSince ??= at;
        // An answer of the shop, if not the one that was hoped for.
        if (what.state === 'parked') gotThrough(at);
      } else {
        open.delete(what.id);
        gotThrough(at);
        if (bucket !== undefined && what.state === 'confirmed') {
          bucket.delivered += 1;
          totals.delivered += 1;
          if (known !== undefined) totals.longestWait = Math.max(totals.longestWait, at - known.madeAt);
        }
      }
    }
    if (bucket !== undefined) deepen(bucket, open.size - parked, parked);
  }
  fillUntil(to - 1);
  if (waitsSince !== null && to - waitsSince > stalledAfter) {
    stalled.push({ from: iso(Math.max(from, waitsSince)), to: iso(to) });
  }
  return {
    version: 1,
    terminal: wishes.terminal,
    zone: wishes.zone,
    currency: wishes.currency,
    from: iso(from),
    to: iso(to),
    madeAt: iso(wishes.madeAt),
    bucketLength,
    buckets,
    stalled: stalled.slice(-mostSpans),
    totals: {
      ...totals,
      salesTotal: decimal(totals.salesTotal),
      cards: {
        approved: written(cards.approved),
        provisional: written(cards.provisional),
        declined: written(cards.declined),
        approvedLater: written(cards.approvedLater),
        declinedLater: written(cards.declinedLater),
      },
    },
    left: {
      waiting: open.size - parked,
      parked,
      list: [...open.values()]
        .slice(0, mostLeft)
        .map(({ name, madeAt, state }) => ({ name: name.slice(0, 60), madeAt: iso(madeAt), state })),
    },
  };
}

const iso = (at: number): string => new Date(at).toISOString();

const written = ({ count, total }: { readonly count: number; readonly total: Money }) => ({
  count,
  total: decimal(total),
});

const emptyBucket = (): Bucket => ({
  sold: 0,
  delivered: 0,
  waiting: 0,
  parked: 0,
  cards: { approved: 0, provisional: 0, declined: 0, approvedLater: 0, declinedLater: 0 },
});

function deepen(bucket: Bucket | undefined, waiting: number, parked: number): void {
  if (bucket === undefined) return;
  bucket.waiting = Math.max(bucket.waiting, waiting);
  bucket.parked = Math.max(bucket.parked, parked);
}
