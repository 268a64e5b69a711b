import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { HoldfastError } from '../platform/errors.ts';
import { type SettlementProgress, type SettlementQuestion, settlementQuestion } from './settlement-protocol.ts';
import { streamUpload } from './upload.ts';

export interface SettlementHandlers {
  /**
   * Compares a bank's report with the journal. Throws `settlement.busy`, `settlement.no-format`, `settlement.not-csv`,
   * `settlement.not-this-report`, `settlement.not-fetched`, and what the journal throws.
   */
  reconcileSettlement(
    file: AsyncIterable<Uint8Array>,
    question: SettlementQuestion,
    signal: AbortSignal,
  ): AsyncIterable<SettlementProgress>;
}

/** Answers while the file still comes: a report may have millions of lines. */
export async function streamSettlement(
  handlers: SettlementHandlers,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const question = settlementQuestion.safeParse(Object.fromEntries(url.searchParams));
  if (!question.success) {
    throw new HoldfastError('control.bad-request', z.prettifyError(question.error), { remedy: 'never' });
  }
  await streamUpload(request, response, (file, signal) => handlers.reconcileSettlement(file, question.data, signal));
}
