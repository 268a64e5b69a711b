import type { JsonValue } from '../../platform/brand.ts';
import { type Clock, seconds } from '../../platform/clock.ts';
import type { DeliveryOutcome, DeliveryTask, QueuedDocument } from '../../sync/lane.ts';
import type { MagentoRequestOptions } from '../client/outcome.ts';
import { patientSignal } from '../delivery/patient-signal.ts';
import type { Capability } from '../delivery/recipe.ts';
import type { ModuleResult } from './calls.ts';
import { type ModuleDocumentProgress, postedDocument, wasPosted } from './document-progress.ts';
import type { ModuleVerdict } from './outcomes.ts';
import type { ModulePresence } from './presence.ts';
import { readModuleProgress } from './progress.ts';

// Returns and payments' outcomes by the module: posted once by their id, however often they are sent.

/** SIGTERM leaves ten seconds; a call on its way may use most of them to end well. */
const grace = seconds(7);

export type Posted<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** The module has no such sale, or is not there after all: nothing was written. */
  | { readonly kind: 'not-its-sale' }
  | { readonly kind: 'refused'; readonly verdict: ModuleVerdict }
  | { readonly kind: 'ended'; readonly outcome: DeliveryOutcome };

/** Whether a sale went in by the module; null: this terminal does not know. */
export function soldByModule(sale: QueuedDocument | undefined): boolean | null {
  return sale === undefined ? null : readModuleProgress(sale.delivery.progress) !== null;
}

/** Whether what follows a sale may go by the module, as far as is known without asking it. */
export async function mayPost(
  sale: QueuedDocument | undefined,
  presence: ModulePresence | null,
  signal: AbortSignal,
): Promise<Capability> {
  const absent: Capability = { kind: 'absent', words: 'its sale did not go by the module' };
  return presence === null || soldByModule(sale) === false ? absent : presence.look(signal);
}

/** Posts a document; that it is about to be is durable before. */
export async function postDocument<Answer>(
  document: ModuleDocumentProgress['document'],
  post: (options: MagentoRequestOptions) => Promise<ModuleResult<Answer>>,
  clock: Clock,
  task: Pick<DeliveryTask, 'progress' | 'checkpoint' | 'signal'>,
): Promise<Posted<Answer>> {
  const progress = postedDocument(document);
  const later = (verdict: Pick<ModuleVerdict, 'scope' | 'code' | 'words' | 'retryAfter'>): Posted<Answer> => {
    const { scope, code, words: answer, retryAfter = null } = verdict;
    return { kind: 'ended', outcome: { kind: 'later', scope, progress, code, answer, retryAfter } };
  };
  if (task.signal.aborted) return later({ scope: 'lane', code: 'delivery.stopped', words: 'Stopped on request' });
  await task.checkpoint(progress);
  const patient = patientSignal(task.signal, clock, grace);
  try {
    const result = await post({ signal: patient.signal });
    if (result.ok) return { kind: 'answered', answer: result.answer };
    const { verdict } = result;
    if (verdict.next === 'not-there') return { kind: 'not-its-sale' };
    // What was posted may have been carried out by a module that is gone now: no other way may do it again.
    if (verdict.next === 'no-module' && !wasPosted(task.progress, document)) return { kind: 'not-its-sale' };
    return verdict.next === 'park' ? { kind: 'refused', verdict } : later(verdict);
  } finally {
    patient.release();
  }
}

/** What the shop's own ways can't tell apart from a sale of theirs. */
export const waitingForLook = (progress: JsonValue, code: string, answer: string): DeliveryOutcome => ({
  kind: 'later',
  scope: 'lane',
  progress,
  code,
  answer,
  retryAfter: null,
});
