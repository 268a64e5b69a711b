import type { LauncherNote, Order, Outcome, Verdict } from './launch-state.ts';
import type { ReleaseFacts, ReleaseName } from './manifest.ts';
import type { ReleaseKeys } from './release-keys.ts';

/** Everything that decides which release is started. */
export interface LaunchFacts {
  readonly note: LauncherNote | null;
  readonly order: Order | null;
  readonly verdict: Verdict | null;
  /** Where `current` points: what would be started; null: nowhere. */
  readonly current: ReleaseName | null;
  /** Whose launcher decides from the next start on. */
  readonly launcher: ReleaseName | null;
  /** Complete releases, by name. */
  readonly releases: ReadonlyMap<ReleaseName, ReleaseFacts>;
  readonly keys: ReleaseKeys | null;
  /** Why the ordered release can't be had or may not take over; null: nothing is against it. */
  readonly objection: string | null;
  /** This start has been counted. */
  readonly isCounted: boolean;
}

/** One durable change. After any of them the power may fail: what follows is decided from what lies on the disk. */
export type LaunchStep =
  | { readonly kind: 'note'; readonly note: LauncherNote; readonly counts: boolean }
  | { readonly kind: 'point'; readonly link: 'current' | 'launcher'; readonly to: ReleaseName }
  | { readonly kind: 'pin'; readonly keys: ReleaseKeys };

/** Starts in which a new release may prove itself. A power cut costs one as well. */
export const mostStarts = 3;

/**
 * What is to be done next before the till is started; null: nothing, `current` is the release to start. Pure. Notes go before
 * switches when a trial begins, and after them when it ends, so that every state in between leads on to the same end.
 */
export function nextStep(facts: LaunchFacts): LaunchStep | null {
  const { note, current } = facts;
  if (current === null) return null;
  if (note === null) return write({ version: 1, committed: current, previous: null, trial: null, last: null });
  const { trial } = note;
  if (current !== note.committed && current !== trial?.release) return write(adopted(note, current));
  if (trial === null) return stepWhenSteady(facts, note);
  const verdict = facts.verdict?.orderId === trial.orderId ? facts.verdict : null;
  if (verdict?.verdict === 'good') return stepOfCommit(facts, note, trial);
  const isThere = facts.releases.has(trial.release);
  if (verdict === null && isThere && (trial.starts < mostStarts || facts.isCounted)) {
    if (current !== trial.release) return { kind: 'point', link: 'current', to: trial.release };
    return facts.isCounted ? null : write({ ...note, trial: { ...trial, starts: trial.starts + 1 } }, true);
  }
  const why =
    verdict?.words ??
    (isThere ? `It was started ${trial.starts} times and never proved itself.` : 'It is not there any more.');
  if (current !== note.committed) return { kind: 'point', link: 'current', to: note.committed };
  return write({ ...note, trial: null, last: outcome(trial, 'rolled-back', why) });
}

function stepWhenSteady(facts: LaunchFacts, note: LauncherNote): LaunchStep | null {
  const { order } = facts;
  if (order === null || order.orderId === note.last?.orderId) return null;
  if (order.release === note.committed) return end(note, order, 'committed', 'It runs already.');
  if (facts.objection !== null) return end(note, order, 'refused', facts.objection);
  if (!facts.releases.has(order.release)) return end(note, order, 'refused', 'The release is not installed.');
  return write({ ...note, trial: { orderId: order.orderId, release: order.release, starts: 0 } });
}

/** What goes with a release that has proven itself: its keys, its launcher. */
function stepOfCommit(
  { releases, keys, launcher }: LaunchFacts,
  note: LauncherNote,
  trial: NonNullable<LauncherNote['trial']>,
): LaunchStep {
  const wanted = releases.get(trial.release)?.keys ?? null;
  if (wanted !== null && JSON.stringify(keys?.keys) !== JSON.stringify(wanted)) {
    return { kind: 'pin', keys: { version: 1, keys: wanted } };
  }
  if (launcher !== trial.release) return { kind: 'point', link: 'launcher', to: trial.release };
  return write({
    version: 1,
    committed: trial.release,
    previous: note.committed,
    trial: null,
    last: outcome(trial, 'committed', 'It has proven itself.'),
  });
}

/** Somebody with the right to has installed something by hand: it counts, and a trial is over. */
function adopted(note: LauncherNote, current: ReleaseName): LauncherNote {
  const { trial, committed } = note;
  const words = 'Another release was installed by hand meanwhile.';
  const last = trial === null ? note.last : outcome(trial, 'superseded', words);
  return { version: 1, committed: current, previous: committed, trial: null, last };
}

const write = (note: LauncherNote, counts = false): LaunchStep => ({ kind: 'note', note, counts });

const end = (note: LauncherNote, order: Order, how: Outcome['how'], words: string): LaunchStep =>
  write({ ...note, last: outcome(order, how, words) });

const outcome = (
  { orderId, release }: Pick<Order, 'orderId' | 'release'>,
  how: Outcome['how'],
  words: string,
): Outcome => ({ orderId, release, how, words: words.slice(0, 500) });
