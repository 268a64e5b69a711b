import type { TerminalId } from '../../src/platform/ids.ts';
import { endedBadly, isOpen } from './jobs-desk.ts';
import type { JobDocument, RolloutDocument } from './store/documents.ts';

/** Failures among fewer finished jobs say nothing yet, unless the step is over. */
const enoughToJudge = 5;

export interface RolloutDecision {
  readonly state: RolloutDocument['state'];
  readonly step: number;
  readonly words: string;
  /** Terminals that get their job now. */
  readonly begin: readonly TerminalId[];
  /** Nothing that is not begun yet is to be begun. */
  readonly stopQueued: boolean;
}

/** How many terminals have their job after a step. */
export const reachedBy = (rollout: RolloutDocument, step: number): number =>
  Math.min(rollout.terminals.length, Math.ceil((rollout.terminals.length * (rollout.steps[step] ?? 100)) / 100));

/** What to do next about a rollout, from how its jobs stand. Pure. */
export function decideRollout(rollout: RolloutDocument, jobs: readonly JobDocument[]): RolloutDecision {
  const { state, step } = rollout;
  const stay = (words: string): RolloutDecision => ({ state, step, words, begin: [], stopQueued: false });
  if (state !== 'running') return stay(rollout.words);
  const ended = jobs.filter((job) => !isOpen(job.state));
  const bad = ended.filter((job) => endedBadly(job.state)).length;
  const share = ended.length === 0 ? 0 : (100 * (bad - rollout.forgiven)) / ended.length;
  const reached = reachedBy(rollout, step);
  const isStepOver = ended.length >= reached;
  const counts = `${ended.length - bad} of ${rollout.terminals.length} done, ${bad} ended badly`;
  if (bad > rollout.forgiven && (ended.length >= enoughToJudge || isStepOver)) {
    if (rollout.abortAt !== null && share >= rollout.abortAt) {
      return { state: 'aborted', step, words: `Aborted: ${counts}`, begin: [], stopQueued: true };
    }
    if (rollout.pauseAt !== null && share >= rollout.pauseAt) {
      return { state: 'paused', step, words: `Paused: ${counts}`, begin: [], stopQueued: false };
    }
  }
  if (isStepOver && step >= rollout.steps.length - 1) {
    return { state: 'done', step, words: `Done: ${counts}`, begin: [], stopQueued: false };
  }
  if (isStepOver && rollout.pauseAfterStep) {
    const words = `Step ${step + 1} is over (${counts}); waits for a person’s word`;
    return { state: 'paused', step: step + 1, words, begin: [], stopQueued: false };
  }
  const next = isStepOver ? step + 1 : step;
  const have = new Set(jobs.map(({ terminal }) => terminal));
  const begin = rollout.terminals.slice(0, reachedBy(rollout, next)).filter((terminal) => !have.has(terminal));
  return {
    state: 'running',
    step: next,
    words: `Step ${next + 1} of ${rollout.steps.length}: ${counts}`,
    begin,
    stopQueued: false,
  };
}
