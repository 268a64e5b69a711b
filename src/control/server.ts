import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { answerCases } from './cases-routes.ts';
import { answerChecklist } from './checklist-routes.ts';
import type { ControlHandlers, QueueState } from './handlers.ts';
import { ordersQuestion } from './orders-protocol.ts';
import { answerOutageReport } from './outage-report-routes.ts';
import { answerParked } from './parked-routes.ts';
import { answerPayments } from './payments-routes.ts';
import {
  type ControlError,
  type DeviceTestProgress,
  deviceTestRequest,
  priceQuestion,
  receiptPrintRequest,
  shiftCloseRequest,
  shiftOpenRequest,
} from './protocol.ts';
import { streamSettlement } from './settlement-routes.ts';
import { answerUpdates } from './updates-routes.ts';

const largestBody = 64 * 1024;

export interface ControlServer {
  close(): Promise<void>;
}

/**
 * Listens on the Unix socket with mode 0600: whoever may read the data directory may ask. The caller holds the process
 * lock, so that a socket found lying there is a dead one.
 */
export async function startControlServer(options: {
  readonly socketPath: string;
  readonly handlers: ControlHandlers;
  readonly log: Logger;
}): Promise<ControlServer> {
  const { socketPath, handlers, log } = options;
  rmSync(socketPath, { force: true });
  const server = createServer((request, response) => {
    answer(handlers, request, response).catch((error: unknown) => {
      const { status, body } = describeError(error);
      if (status >= 500) log.error({ error: messageOf(error), url: request.url }, 'control request failed');
      if (response.headersSent) response.destroy();
      else sendJson(response, status, body);
    });
  });
  // A bank's report may take longer to come in than Node's five minutes; whoever may open this socket may also hold it.
  server.requestTimeout = 0;
  const previousMask = process.umask(0o177);
  try {
    await listen(server, socketPath);
  } finally {
    process.umask(previousMask);
  }
  chmodSync(socketPath, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(handlers: ControlHandlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://terminal');
  const [, room = '', rest = ''] = /^\/([a-z]+)(?:\/(.*))?$/.exec(url.pathname) ?? [];
  const route = `${request.method} ${room}`;
  if (route === 'GET status' && rest === '') return sendJson(response, 200, handlers.status());
  if (route === 'GET queue' && rest === '') return sendJson(response, 200, await handlers.queue(readFilter(url)));
  if (route === 'GET queue') {
    const name = decodeURIComponent(rest);
    const detail = handlers.document(name);
    if (detail === undefined) throw noSuchSale(name);
    return sendJson(response, 200, detail);
  }
  if (route === 'POST queue' && rest.endsWith('/retry')) {
    const name = decodeURIComponent(rest.slice(0, -'/retry'.length));
    const detail = await handlers.retryParked(name);
    if (detail === undefined) throw noSuchSale(name);
    return sendJson(response, 200, detail);
  }
  if (route === 'GET metrics' && rest === '') {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(handlers.metrics());
    return;
  }
  if (route === 'POST sync' && (rest === 'now' || rest === 'pause' || rest === 'resume')) {
    await handlers.sync(rest);
    return sendJson(response, 200, handlers.status());
  }
  if (route === 'GET snapshot' && rest === '') return sendJson(response, 200, handlers.snapshot());
  if (route === 'POST snapshot' && rest === 'pull') return streamPull(handlers, response);
  if (route === 'POST price' && rest === 'explain') {
    return sendJson(response, 200, handlers.explainPrice(await readBody(request, priceQuestion)));
  }
  if (route === 'GET price' && rest.startsWith('sale/')) {
    const name = decodeURIComponent(rest.slice('sale/'.length));
    const explanation = handlers.explainSale(name);
    if (explanation === undefined) throw noSuchSale(name);
    return sendJson(response, 200, explanation);
  }
  if (route === 'GET journal' && rest === 'verify') return sendJson(response, 200, await handlers.verifyJournal());
  if (route === 'GET journal' && rest === 'export') {
    response.writeHead(200, { 'content-type': 'application/jsonl' });
    return pipeline(Readable.from(handlers.exportJournal()), response);
  }
  if (route === 'GET shift' && rest === '') return sendJson(response, 200, handlers.shift());
  if (route === 'POST shift' && rest === 'open') {
    return sendJson(response, 200, await handlers.openShift(await readBody(request, shiftOpenRequest)));
  }
  if (route === 'POST shift' && rest === 'close') {
    return sendJson(response, 200, await handlers.closeShift(await readBody(request, shiftCloseRequest)));
  }
  if (route === 'POST receipt' && rest === 'print') {
    const { receiptNumber, what } = await readBody(request, receiptPrintRequest);
    await handlers.printReceipt(receiptNumber, what);
    return sendJson(response, 200, {});
  }
  if (route === 'POST keypad' && rest === 'sheet') {
    await handlers.printKeypadSheet();
    return sendJson(response, 200, {});
  }
  if (route === 'GET receipt' && rest.startsWith('preview/')) {
    const name = decodeURIComponent(rest.slice('preview/'.length));
    const preview = handlers.previewReceipt(name, url.searchParams.get('what') === 'gift' ? 'gift' : 'receipt');
    if (preview === undefined) throw noSuchSale(name);
    return sendJson(response, 200, preview);
  }
  if (route === 'POST reconcile' && rest === 'settlement') return streamSettlement(handlers, request, response, url);
  if (route === 'POST reconcile' && rest === 'orders') {
    const question = await readBody(request, ordersQuestion);
    return sendJson(response, 200, await handlers.reconcileOrders(question, goneOf(response)));
  }
  if (route === 'GET outage' && rest === 'report') {
    const asked = { request, response, url, rest, readBody, goneOf };
    return sendJson(response, 200, await answerOutageReport(handlers, asked));
  }
  if (room === 'checklist') {
    const answered = await answerChecklist(handlers, { request, response, url, rest, readBody, goneOf });
    if (answered !== undefined) return sendJson(response, 200, answered);
  }
  if (route === 'GET updates' && rest === '') return sendJson(response, 200, handlers.updates());
  if (room === 'updates') {
    if (await answerUpdates(handlers, { request, response, url, rest, readBody, goneOf })) return;
  }
  if (room === 'payments') {
    const answered = await answerPayments(handlers, { request, response, url, rest, readBody, goneOf });
    if (answered !== undefined) return sendJson(response, 200, answered);
  }
  if (room === 'parked') {
    const answered = await answerParked(handlers, { request, response, url, rest, readBody, goneOf });
    if (answered !== undefined) return sendJson(response, 200, answered);
  }
  if (room === 'cases') {
    const answered = await answerCases(handlers, { request, response, url, rest, readBody, goneOf });
    if (answered !== undefined) return sendJson(response, 200, answered);
  }
  if (route === 'GET devices' && rest === '') return sendJson(response, 200, handlers.devices());
  if (route === 'POST devices' && rest === 'test') {
    const { device } = await readBody(request, deviceTestRequest);
    return streamDeviceTest(handlers, device, response);
  }
  if (route === 'GET devices' && rest === 'monitor') {
    return streamFrames(handlers, url.searchParams.get('device'), response);
  }
  throw notFound(`The terminal can't answer ${request.method} ${url.pathname}.`);
}

function goneOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return gone.signal;
}

/** The refusal of what can't be begun is an ordinary answer; what fails later ends the stream. */
async function streamDeviceTest(handlers: ControlHandlers, device: string, response: ServerResponse): Promise<void> {
  const tell = (progress: DeviceTestProgress): void => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/jsonl' });
    response.write(`${JSON.stringify(progress)}\n`);
  };
  try {
    const result = await handlers.testDevice(device, (words) => tell({ kind: 'step', words }), goneOf(response));
    tell({ kind: 'done', ...result });
  } catch (error) {
    if (!response.headersSent) throw error;
    tell({ kind: 'failed', error: describeError(error).body });
  }
  response.end();
}

async function streamFrames(handlers: ControlHandlers, device: string | null, response: ServerResponse): Promise<void> {
  const watching = handlers.monitorDevices(
    device,
    (frame) => response.write(`${JSON.stringify(frame)}\n`),
    goneOf(response),
  );
  // A device that does not exist is refused before the stream begins.
  await Promise.race([watching, Promise.resolve()]);
  if (!response.headersSent) {
    response.writeHead(200, { 'content-type': 'application/jsonl' });
    response.flushHeaders();
  }
  await watching;
  response.end();
}

async function streamPull(handlers: ControlHandlers, response: ServerResponse): Promise<void> {
  const gone = goneOf(response);
  response.writeHead(200, { 'content-type': 'application/jsonl' });
  try {
    for await (const progress of handlers.pullSnapshot(gone)) response.write(`${JSON.stringify(progress)}\n`);
  } catch (error) {
    response.write(`${JSON.stringify({ kind: 'failed', error: describeError(error).body })}\n`);
  }
  response.end();
}

const states: readonly QueueState[] = ['waiting', 'parked', 'confirmed', 'withdrawn'];
const filterSchema = z.object({
  state: z
    .string()
    .default('waiting,parked')
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(states))),
  limit: z.coerce.number().int().min(1).max(1_000_000).default(100),
});

function readFilter(url: URL): { states: readonly QueueState[]; limit: number } {
  const read = filterSchema.safeParse(Object.fromEntries(url.searchParams));
  if (!read.success) throw badRequest(z.prettifyError(read.error));
  return { states: read.data.state, limit: read.data.limit };
}

async function readBody<Schema extends z.ZodType>(request: IncomingMessage, schema: Schema): Promise<z.infer<Schema>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > largestBody) throw badRequest('The request is too long.');
    chunks.push(chunk);
  }
  let written: unknown;
  try {
    written = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw badRequest(`The request is not JSON: ${messageOf(error)}`);
  }
  const read = schema.safeParse(written);
  if (!read.success) throw badRequest(z.prettifyError(read.error));
  return read.data;
}

const badRequest = (message: string) => new HoldfastError('control.bad-request', message, { remedy: 'never' });
const noSuchSale = (name: string) => notFound(`No sale with the id or receipt number "${name}".`);
const notFound = (message: string) => new HoldfastError('control.not-found', message, { remedy: 'never' });

function describeError(error: unknown): { status: number; body: ControlError } {
  if (!isHoldfastError(error)) {
    return { status: 500, body: { code: 'control.failed', message: messageOf(error), hint: null } };
  }
  const status = error.code === 'control.not-found' ? 404 : error.code === 'control.bad-request' ? 400 : 409;
  return { status, body: { code: error.code, message: error.message, hint: error.hint ?? null } };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(body)}\n`);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
