import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { z } from 'zod';
import type { JournalReport } from '../journal/report.ts';
import type { OutageSummary } from '../outage-report/summary.ts';
import { codeOf, HoldfastError, messageOf } from '../platform/errors.ts';
import type { CaseDetail, CaseEntry, caseWish } from './cases-protocol.ts';
import type { CheckReport } from './checklist-protocol.ts';
import type { OrdersQuestion, OrdersReport } from './orders-protocol.ts';
import type { ReportWindow } from './outage-report-routes.ts';
import type { parkingDecision } from './parked-protocol.ts';
import type { PaymentDetail, PaymentEntry, PaymentsStatus, resolveRequest } from './payments-protocol.ts';
import type {
  ControlError,
  DeviceFrame,
  DeviceStatus,
  DeviceTestProgress,
  PriceExplanation,
  PullProgress,
  priceQuestion,
  QueueDetail,
  QueueEntry,
  ReceiptPreview,
  ShiftStatus,
  SnapshotStatus,
  TerminalStatus,
} from './protocol.ts';
import type { SettlementProgress } from './settlement-protocol.ts';
import type { UpdateProgress, UpdateReport } from './updates-protocol.ts';

/**
 * Asks a running terminal over its control socket. Every method throws `control.not-running` when nobody listens there, and
 * the terminal's own error (its code, words and hint) when it refuses.
 */
export class ControlClient {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  status(): Promise<TerminalStatus> {
    return this.#ask('GET', '/status');
  }
  queue(filter: { readonly states?: readonly string[]; readonly limit?: number } = {}): Promise<QueueEntry[]> {
    const query = new URLSearchParams();
    if (filter.states !== undefined) query.set('state', filter.states.join(','));
    if (filter.limit !== undefined) query.set('limit', String(filter.limit));
    return this.#ask('GET', `/queue?${query}`);
  }
  document(idOrReceipt: string): Promise<QueueDetail> {
    return this.#ask('GET', `/queue/${encodeURIComponent(idOrReceipt)}`);
  }
  retryParked(idOrReceipt: string): Promise<QueueDetail> {
    return this.#ask('POST', `/queue/${encodeURIComponent(idOrReceipt)}/retry`);
  }
  async metrics(): Promise<string> {
    const response = await this.#send('GET', '/metrics');
    if (response.statusCode !== 200) throw await refusal(response);
    return readText(response);
  }
  sync(command: 'now' | 'pause' | 'resume'): Promise<TerminalStatus> {
    return this.#ask('POST', `/sync/${command}`);
  }
  snapshot(): Promise<SnapshotStatus | null> {
    return this.#ask('GET', '/snapshot');
  }
  explainPrice(question: z.infer<typeof priceQuestion>): Promise<PriceExplanation> {
    return this.#ask('POST', '/price/explain', question);
  }
  explainSale(idOrReceipt: string): Promise<PriceExplanation> {
    return this.#ask('GET', `/price/sale/${encodeURIComponent(idOrReceipt)}`);
  }
  verifyJournal(): Promise<JournalReport> {
    return this.#ask('GET', '/journal/verify');
  }
  /** The lines as the terminal sends them, each with its line feed; rejects before the first if it can't be asked. */
  async exportJournal(): Promise<AsyncIterable<string>> {
    const response = await this.#send('GET', '/journal/export');
    if (response.statusCode !== 200) throw await refusal(response);
    return linesOf(response);
  }
  shift(): Promise<ShiftStatus> {
    return this.#ask('GET', '/shift');
  }
  openShift(body: { readonly cashier: string; readonly float: string }): Promise<ShiftStatus> {
    return this.#ask('POST', '/shift/open', body);
  }
  closeShift(body: { readonly counted: string | null }): Promise<ShiftStatus> {
    return this.#ask('POST', '/shift/close', body);
  }

  paymentsStatus(): Promise<PaymentsStatus> {
    return this.#ask('GET', '/payments/status');
  }
  payments(filter: { readonly open: boolean; readonly limit: number }): Promise<PaymentEntry[]> {
    return this.#ask('GET', `/payments?open=${filter.open}&limit=${filter.limit}`);
  }
  payment(idOrReceipt: string): Promise<PaymentDetail[]> {
    return this.#ask('GET', `/payments/${encodeURIComponent(idOrReceipt)}`);
  }
  forwardPayments(): Promise<PaymentsStatus> {
    return this.#ask('POST', '/payments/forward');
  }
  resolvePayment(paymentId: string, body: z.infer<typeof resolveRequest>): Promise<PaymentDetail> {
    return this.#ask('POST', `/payments/${encodeURIComponent(paymentId)}/resolve`, body);
  }

  decideParked(idOrReceipt: string, decision: z.infer<typeof parkingDecision>): Promise<QueueDetail> {
    return this.#ask('POST', `/parked/${encodeURIComponent(idOrReceipt)}`, decision);
  }
  cases(filter: { readonly all: boolean; readonly limit: number }): Promise<CaseEntry[]> {
    return this.#ask('GET', `/cases?all=${filter.all}&limit=${filter.limit}`);
  }
  case(caseId: string): Promise<CaseDetail> {
    return this.#ask('GET', `/cases/${encodeURIComponent(caseId)}`);
  }
  actOnCase(caseId: string, wish: z.infer<typeof caseWish>): Promise<CaseDetail> {
    return this.#ask('POST', `/cases/${encodeURIComponent(caseId)}`, wish);
  }

  /** null: the last one. */
  async printReceipt(receiptNumber: string | null, what: 'receipt' | 'gift'): Promise<void> {
    await this.#ask('POST', '/receipt/print', { receiptNumber, what });
  }
  previewReceipt(idOrReceipt: string, what: 'receipt' | 'gift'): Promise<ReceiptPreview> {
    return this.#ask('GET', `/receipt/preview/${encodeURIComponent(idOrReceipt)}?what=${what}`);
  }
  async printKeypadSheet(): Promise<void> {
    await this.#ask('POST', '/keypad/sheet', {});
  }
  devices(): Promise<DeviceStatus[]> {
    return this.#ask('GET', '/devices');
  }

  pullSnapshot(): AsyncIterable<PullProgress> {
    return this.#stream('POST', '/snapshot/pull');
  }
  testDevice(device: string): AsyncIterable<DeviceTestProgress> {
    return this.#stream('POST', '/devices/test', { device });
  }
  /** Until the caller stops asking for more. */
  monitorDevices(device: string | null): AsyncIterable<DeviceFrame> {
    const query = device === null ? '' : `?device=${encodeURIComponent(device)}`;
    return this.#stream('GET', `/devices/monitor${query}`);
  }

  checklist(): Promise<CheckReport> {
    return this.#ask('GET', '/checklist');
  }
  printChecklist(): Promise<CheckReport> {
    return this.#ask('POST', '/checklist/print');
  }
  ready(hours: string): Promise<CheckReport> {
    return this.#ask('GET', `/checklist/ready?${new URLSearchParams({ hours })}`);
  }
  outageReport(window: ReportWindow): Promise<OutageSummary> {
    return this.#ask('GET', `/outage/report?${new URLSearchParams(window)}`);
  }
  reconcileOrders(question: OrdersQuestion): Promise<OrdersReport> {
    return this.#ask('POST', '/reconcile/orders', question);
  }
  /** `file` null: nothing is sent along. */
  async *reconcileSettlement(
    query: URLSearchParams,
    file: AsyncIterable<Uint8Array> | null,
  ): AsyncIterable<SettlementProgress> {
    yield* this.#lines<SettlementProgress>(await this.#upload(`/reconcile/settlement?${query}`, file));
  }

  updates(): Promise<UpdateReport | null> {
    return this.#ask('GET', '/updates');
  }
  async *installUpdate(query: URLSearchParams, bundle: AsyncIterable<Uint8Array>): AsyncIterable<UpdateProgress> {
    yield* this.#lines<UpdateProgress>(await this.#upload(`/updates/install?${query}`, bundle));
  }
  rollBackUpdate(query: URLSearchParams): AsyncIterable<UpdateProgress> {
    return this.#stream('POST', `/updates/rollback?${query}`);
  }

  async *#stream<Line>(method: string, path: string, body?: unknown): AsyncIterable<Line> {
    yield* this.#lines<Line>(await this.#send(method, path, body));
  }

  async *#lines<Line>(response: IncomingMessage): AsyncIterable<Line> {
    if (response.statusCode !== 200) throw await refusal(response);
    try {
      // Our own terminal writes these lines; the type is theirs by contract (protocol.ts).
      for await (const line of createInterface({ input: response })) yield JSON.parse(line) as Line;
    } finally {
      response.destroy();
    }
  }

  async #ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await this.#send(method, path, body);
    if (response.statusCode !== 200) throw await refusal(response);
    // As above: both ends are of one release.
    return JSON.parse(await readText(response)) as Answer;
  }

  /** The answer begins while the file is still on its way. */
  #upload(path: string, file: AsyncIterable<Uint8Array> | null): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const call = request({ socketPath: this.#socketPath, method: 'POST', path });
      call.on('response', resolve);
      call.on('error', (error) => reject(notReachable(this.#socketPath, error)));
      if (file === null) call.end();
      // The terminal may refuse a file half way; its answer says why, so that the broken pipe need not.
      else pipeline(Readable.from(file), call).catch(() => undefined);
    });
  }

  #send(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const call = request({
        socketPath: this.#socketPath,
        method,
        path,
        headers: { 'content-type': 'application/json' },
      });
      call.on('response', resolve);
      call.on('error', (error) => reject(notReachable(this.#socketPath, error)));
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) yield `${line}\n`;
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function refusal(response: IncomingMessage): Promise<HoldfastError> {
  const text = await readText(response);
  try {
    const error = JSON.parse(text) as ControlError;
    return new HoldfastError(error.code, error.message, {
      remedy: 'operator',
      ...(error.hint === null ? {} : { hint: error.hint }),
    });
  } catch {
    return new HoldfastError('control.failed', `The terminal answered ${response.statusCode}: ${text}`, {
      remedy: 'never',
    });
  }
}

function notReachable(socketPath: string, error: Error): HoldfastError {
  const absent = ['ENOENT', 'ECONNREFUSED'].includes(codeOf(error) ?? '');
  return new HoldfastError(
    absent ? 'control.not-running' : 'control.failed',
    absent ? `No terminal is running here (nobody listens on ${socketPath}).` : messageOf(error),
    {
      remedy: 'operator',
      cause: error,
      hint: 'Start it with "holdfast run", or name its configuration with --config.',
    },
  );
}
