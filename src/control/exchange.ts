import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';

/** A request below one room of the control socket, with what its answer needs. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** After the room and its slash, still encoded. */
  readonly rest: string;
  /** Throws `control.bad-request`. */
  readBody<Schema extends z.ZodType>(request: IncomingMessage, schema: Schema): Promise<z.infer<Schema>>;
  /** Aborted when the caller hangs up. */
  goneOf(response: ServerResponse): AbortSignal;
}
