import { z } from 'zod';
import { HoldfastError } from '../platform/errors.ts';
import type { Exchange } from './exchange.ts';
import {
  type InstallQuestion,
  installQuestion,
  type RollbackQuestion,
  rollbackQuestion,
  type UpdateProgress,
  type UpdateReport,
} from './updates-protocol.ts';
import { streamUpload } from './upload.ts';

/** What the control socket needs for updates. */
export interface UpdateHandlers {
  /** Null: this installation is not updated by itself. */
  updates(): UpdateReport | null;
  /** Throws `update.…`. */
  installUpdate(
    bundle: AsyncIterable<Uint8Array>,
    question: InstallQuestion,
    signal: AbortSignal,
  ): AsyncIterable<UpdateProgress>;
  /** Throws `update.…`. */
  rollBackUpdate(question: RollbackQuestion, signal: AbortSignal): AsyncIterable<UpdateProgress>;
}

/** Answers a request below `/updates`; false: there is no such request. */
export async function answerUpdates(
  handlers: UpdateHandlers,
  { request, response, url, rest }: Exchange,
): Promise<boolean> {
  const query = Object.fromEntries(url.searchParams);
  if (request.method === 'POST' && rest === 'install') {
    const question = read(installQuestion, query);
    await streamUpload(request, response, (file, signal) => handlers.installUpdate(file, question, signal));
    return true;
  }
  if (request.method === 'POST' && rest === 'rollback') {
    const question = read(rollbackQuestion, query);
    await streamUpload(request, response, (_, signal) => handlers.rollBackUpdate(question, signal));
    return true;
  }
  return false;
}

function read<Question>(schema: z.ZodType<Question>, query: unknown): Question {
  const checked = schema.safeParse(query);
  if (checked.success) return checked.data;
  throw new HoldfastError('control.bad-request', z.prettifyError(checked.error), { remedy: 'never' });
}
