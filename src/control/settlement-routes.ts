import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { ControlError } from './protocol.ts';
import { type SettlementProgress, type SettlementQuestion, settlementQuestion } from './settlement-protocol.ts';

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
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const tell = (progress: SettlementProgress): void => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/jsonl' });
    response.write(`${JSON.stringify(progress)}\n`);
  };
  // Whoever stops reading half way must not cut the line on which the answer goes.
  const file = request.iterator({ destroyOnReturn: false });
  try {
    for await (const progress of handlers.reconcileSettlement(file, question.data, gone.signal)) tell(progress);
  } catch (error) {
    // What is wrong with the file shows only on the way through it.
    tell({ kind: 'failed', error: describe(error) });
  }
  await restOf(request);
  response.end();
}

/** Lets the rest of a refused file run out, so that its sender reads the answer and not a broken pipe. */
async function restOf(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  const ended = once(request, 'close');
  request.resume();
  await ended;
}

function describe(error: unknown): ControlError {
  return isHoldfastError(error)
    ? { code: error.code, message: error.message, hint: error.hint ?? null }
    : { code: 'control.failed', message: messageOf(error), hint: null };
}
