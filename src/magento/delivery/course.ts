import type { JsonValue } from '../../platform/brand.ts';
import { type Clock, type Duration, milliseconds, seconds } from '../../platform/clock.ts';
import { isHoldfastError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import type { ConfirmedOrder, DeliveryOutcome, DeliveryTask, MadeInMagento } from '../../sync/lane.ts';
import type { MagentoClient } from '../client/outcome.ts';
import { type Begun, begin, settlesIn } from './begun.ts';
import { Calls } from './calls.ts';
import type { Verdict } from './verdict.ts';

/** What is known of a delivery, as the journal keeps it. */
export interface CourseProgress {
  readonly begun: Begun | null;
}

/**
 * The way of one kind of document into Magento, step by step: what is next, and how it is done. Sales, which have to manage
 * with Magento's carts, have a runner of their own (`deliver.ts`).
 */
export interface Course<Progress extends CourseProgress, Step extends { readonly do: string }> {
  /** The one next step that what is known allows. Pure. */
  next(progress: Progress): Step;
  /** Steps that change Magento: that they are begun is durable before they are. */
  readonly changing: ReadonlySet<Step['do']>;
  perform(step: Step, progress: Progress, at: CourseMoment): Promise<CourseResult<Progress>>;
  /** Where it stands, for people. */
  describe(progress: Progress): string;
  /** For the journal. */
  stored(progress: Progress): JsonValue;
  /** Magento can't be working any longer than this on a request whose reply was lost. */
  readonly settleAfter: Duration;
}

export interface CourseMoment {
  readonly calls: Calls;
  /** Magento can't still be working on what was begun. */
  readonly settled: boolean;
}

export type CourseResult<Progress> =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | {
      readonly kind: 'confirmed';
      readonly progress: Progress;
      readonly order: ConfirmedOrder | null;
      readonly made?: MadeInMagento;
      readonly answer: string;
    }
  | {
      readonly kind: 'later';
      readonly progress: Progress;
      readonly code: string;
      readonly words: string;
      /** Null: as the outbox sees fit. */
      readonly retryAfter: Duration | null;
    }
  | { readonly kind: 'parked'; readonly progress: Progress; readonly code: string; readonly words: string }
  /** Nothing there yet of what was begun, and Magento may still be working on it. */
  | { readonly kind: 'unsettled' }
  | { readonly kind: 'failed'; readonly verdict: Verdict; readonly words: string };

export interface CourseContext {
  readonly client: MagentoClient;
  readonly clock: Clock;
  readonly log: Logger;
}

/** More steps than any document needs; one that wants more waits for its next turn, so that it can't hold up the others. */
const mostTurns = 40;
/** Looks in one turn for what a lost reply may have left behind. */
const mostLooks = 3;
/** How soon, and how rarely, to look again. */
const soonestLook = seconds(2);
const rarestLook = seconds(30);

/** Brings a document as far as it gets. Rejects only when `checkpoint` does. */
export async function follow<Progress extends CourseProgress, Step extends { readonly do: string }>(
  course: Course<Progress, Step>,
  context: CourseContext,
  begun: Progress,
  task: Pick<DeliveryTask, 'checkpoint' | 'signal'>,
): Promise<DeliveryOutcome> {
  const { clock, log } = context;
  const calls = new Calls(context.client, clock, task.signal);
  let progress = begun;
  let saved = begun;
  let looks = 0;

  const leftToSettle = (): number =>
    progress.begun === null ? 0 : settlesIn(progress.begun, clock, course.settleAfter);

  function later(
    scope: 'document' | 'lane' | 'overload',
    code: string,
    words: string,
    retryAfter: Duration | null = null,
  ): DeliveryOutcome {
    const answer = `${course.describe(progress)}: ${words}`;
    return { kind: 'later', scope, progress: course.stored(progress), code, answer, retryAfter };
  }

  /** Soon at first, then ever less often: most lost replies are settled within the second. */
  function waitForEnd(): DeliveryOutcome {
    const left = Math.max(0, leftToSettle());
    const lookAgain = Math.min(left, Math.max(soonestLook, Math.min(course.settleAfter - left, rarestLook)));
    const words = `The reply was lost; the shop may still be working on it for ${Math.ceil(left / 1000)} s. Looking again before repeating it`;
    return later('document', 'magento.settling', words, milliseconds(lookAgain));
  }

  function failed(step: Step, verdict: Verdict, words: string): DeliveryOutcome | null {
    const { next, scope, code, finished, retryAfter } = verdict;
    if (next === 'look') {
      if (progress.begun !== null) progress = { ...progress, begun: { ...progress.begun, answered: finished } };
      looks += 1;
      return looks <= mostLooks ? null : later('document', code, words);
    }
    if (course.changing.has(step.do)) progress = { ...progress, begun: null };
    if (next === 'park') return { kind: 'parked', progress: course.stored(progress), code, answer: words };
    return later(scope, code, words, retryAfter);
  }

  for (let turn = 0; turn < mostTurns; turn += 1) {
    if (task.signal.aborted) return later('lane', 'delivery.stopped', 'Stopped on request');
    const step = course.next(progress);
    // Nothing is asked of Magento before what is known, and what is begun, is durable.
    if (course.changing.has(step.do)) progress = begin(progress, step.do, clock);
    if (progress !== saved) {
      await task.checkpoint(course.stored(progress));
      saved = progress;
    }
    log.debug({ step: step.do }, 'delivery step');
    const result = await performed(course, step, progress, { calls, settled: leftToSettle() <= 0 });
    switch (result.kind) {
      case 'progress':
        progress = result.progress;
        break;
      case 'confirmed': {
        const made = result.made === undefined ? {} : { made: result.made };
        return {
          kind: 'confirmed',
          order: result.order,
          ...made,
          progress: course.stored(result.progress),
          answer: result.answer,
        };
      }
      case 'parked':
        return { kind: 'parked', progress: course.stored(result.progress), code: result.code, answer: result.words };
      case 'later':
        progress = result.progress;
        return later('document', result.code, result.words, result.retryAfter);
      case 'unsettled':
        return waitForEnd();
      case 'failed': {
        const end = failed(step, result.verdict, result.words);
        if (end !== null) return end;
      }
    }
  }
  return later('document', 'delivery.no-end', 'The steps led nowhere; trying again later');
}

/** An answer that can't be read: what was begun stays begun, and is looked at next time. */
async function performed<Progress extends CourseProgress, Step extends { readonly do: string }>(
  course: Course<Progress, Step>,
  step: Step,
  progress: Progress,
  moment: CourseMoment,
): Promise<CourseResult<Progress>> {
  try {
    return await course.perform(step, progress, moment);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    return { kind: 'later', progress, code: error.code, words: error.message, retryAfter: null };
  }
}
