import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isHoldfastError, messageOf } from '../platform/errors.ts';
import type { ControlError } from './protocol.ts';

/** The last line of an answer to a file that did not do. */
export interface UploadFailure {
  readonly kind: 'failed';
  readonly error: ControlError;
}

/** Answers with JSON Lines while the file still comes; `signal` aborts when the caller hangs up. */
export async function streamUpload<Line>(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (file: AsyncIterable<Uint8Array>, signal: AbortSignal) => AsyncIterable<Line>,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const tell = (line: Line | UploadFailure): void => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/jsonl' });
    response.write(`${JSON.stringify(line)}\n`);
  };
  // Whoever stops reading half way must not cut the line on which the answer goes.
  const file = request.iterator({ destroyOnReturn: false });
  try {
    for await (const line of answer(file, gone.signal)) tell(line);
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
