import { type DatasetFacts, usualSaleSize } from './checklist.ts';
import { ageInWords, bytesInWords } from './in-words.ts';
import type { CheckLine } from './verdict.ts';

/** What decides whether a till can go without internet. Moments in epoch milliseconds. */
export interface ReadinessFacts {
  readonly now: number;
  readonly dataset: DatasetFacts;
  /** When the shop's copy was last known to be as the shop; null: there is none. */
  readonly snapshotAsOf: number | null;
  readonly storageLevel: 'ok' | 'tight' | 'critical' | 'full';
  readonly clockTrusted: boolean;
  readonly devices: readonly { readonly kind: string; readonly state: string; readonly condition: string }[];
  /** null: no battery or UPS is seen. */
  readonly battery: { readonly charge: number; readonly onMains: boolean } | null;
  readonly cards: {
    readonly offlineAllowed: boolean;
    readonly paymentsLeft: number | null;
    readonly totalLeft: string | null;
    readonly windowEndsAt: number | null;
    readonly window: 'open' | 'soon' | 'urgent' | 'over';
  };
}

const hour = 3_600_000;

/** What would stop this terminal during the next `hours` without internet. Facts in, verdicts out. */
export function readiness(facts: ReadinessFacts, hours: number): readonly CheckLine[] {
  return [
    snapshotIsFresh(facts, hours),
    journalWrites(facts),
    diskLasts(facts, hours),
    clockIsRight(facts),
    ...devicesWork(facts),
    powerLasts(facts),
    cardsLast(facts, hours),
  ];
}

const ok = (check: string, words: string): CheckLine => ({ check, verdict: 'ok', words, nextStep: null });
const attention = (check: string, words: string, nextStep: string): CheckLine => ({
  check,
  verdict: 'attention',
  words,
  nextStep,
});
const fail = (check: string, words: string, nextStep: string): CheckLine => ({
  check,
  verdict: 'fail',
  words,
  nextStep,
});

function snapshotIsFresh({ snapshotAsOf, now }: ReadinessFacts, hours: number): CheckLine {
  const check = 'snapshot-fresh';
  const pull = '"holdfast snapshot pull" while there is network.';
  if (snapshotAsOf === null) return fail(check, 'there is nothing to sell from', pull);
  const words = `prices and goods are ${ageInWords(now - snapshotAsOf)} old, ${ageInWords(now - snapshotAsOf + hours * hour)} at the end`;
  // A special price or a rule begins and ends by the day.
  return now - snapshotAsOf > 12 * hour ? attention(check, words, pull) : ok(check, words);
}

function journalWrites({ dataset }: ReadinessFacts): CheckLine {
  const { state, words } = dataset.journal;
  if (state === 'stopped') return fail('journal-copies', words, 'docs/runbooks/disk-full.md');
  if (state === 'one-copy') return attention('journal-copies', words, 'Check the medium that failed.');
  return ok('journal-copies', words);
}

function diskLasts({ dataset, storageLevel }: ReadinessFacts, hours: number): CheckLine {
  const check = 'disk';
  // A market day has more than a week's average: ten times, spread over ten hours a day.
  const anHour = Math.max(20, Math.ceil((dataset.soldInWeek / 70) * 10));
  const needed = anHour * hours * (dataset.saleSize ?? usualSaleSize) * Math.max(1, dataset.copies.length);
  const words = `${bytesInWords(Math.max(0, dataset.room))} free, ${bytesInWords(needed)} needed for ${anHour} sales an hour`;
  const step = 'Free space: docs/runbooks/disk-full.md.';
  if (storageLevel === 'full' || dataset.room < needed) return fail(check, words, step);
  return storageLevel === 'ok' && dataset.room > 4 * needed ? ok(check, words) : attention(check, words, step);
}

function clockIsRight({ clockTrusted }: ReadinessFacts): CheckLine {
  if (clockTrusted) return ok('clock', 'was set from the network since the start');
  const words = 'was not set since the start; without network it stays as it is';
  return attention('clock', words, 'Connect the till until this is ok: docs/runbooks/clock-wrong.md');
}

function devicesWork({ devices }: ReadinessFacts): readonly CheckLine[] {
  const broken = devices.filter(({ state, condition }) => state !== 'ready' || condition !== 'ready');
  if (broken.length === 0) return [ok('devices', `${devices.length} work`)];
  return broken.map(({ kind, condition }) =>
    attention(kind === 'printer' ? 'paper' : 'devices', `${kind}: ${condition}`, 'Check its cable, power and paper.'),
  );
}

function powerLasts({ battery }: ReadinessFacts): CheckLine {
  if (battery === null) return ok('power', 'no battery or UPS is seen; a sale survives a power cut all the same');
  const words = `battery at ${battery.charge} %, ${battery.onMains ? 'on mains' : 'not on mains'}`;
  if (battery.onMains || battery.charge >= 50) return ok('power', words);
  return battery.charge < 15
    ? fail('power', words, 'Connect it to mains.')
    : attention('power', words, 'Connect it to mains.');
}

function cardsLast({ cards, now }: ReadinessFacts, hours: number): CheckLine {
  const check = 'cards';
  if (!cards.offlineAllowed) {
    return attention(
      check,
      'without network no card is taken, only cash',
      'payments.offline allows it: docs/payments.md',
    );
  }
  const { paymentsLeft, totalLeft, windowEndsAt, window } = cards;
  const words = [
    `without network ${paymentsLeft === null ? 'any number of cards' : `${paymentsLeft} cards`}`,
    totalLeft === null ? 'of any total' : `of ${totalLeft} in all`,
    ...(windowEndsAt === null ? [] : [`for ${ageInWords(Math.max(0, windowEndsAt - now))}`]),
  ].join(', ');
  const forward = '"holdfast payments forward" while there is network.';
  const isUsedUp = paymentsLeft === 0 || (totalLeft !== null && Number(totalLeft) <= 0);
  if (window === 'over' || isUsedUp) return fail(check, `${words}: none is taken any more`, forward);
  const endsTooSoon = windowEndsAt !== null && windowEndsAt < now + hours * hour;
  return endsTooSoon ? attention(check, words, forward) : ok(check, words);
}
