import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from '../../src/control/client.ts';
import type { ControlHandlers } from '../../src/control/handlers.ts';
import type { QueueEntry, ShiftStatus, SnapshotStatus, TerminalStatus } from '../../src/control/protocol.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { silentLogger } from '../../src/platform/log.ts';

const shift: ShiftStatus = {
  open: true,
  shiftId: 's',
  cashier: 'Ada',
  openedAt: '2026-11-23T08:00:00.000Z',
  sales: 0,
  cashSales: '0.00',
  cardSales: '0.00',
  expectedCash: '50.00',
};
const snapshot: SnapshotStatus = {
  generation: 3,
  takenAt: '2026-11-23T08:00:00.000Z',
  counts: { product: 67 },
  rejected: 0,
  firstRejected: [],
  size: 1000,
};
const status: TerminalStatus = {
  terminalId: 'K1',
  version: '0.1.0',
  pid: 1,
  startedAt: '2026-11-23T08:00:00.000Z',
  connection: {
    state: 'online',
    words: 'ok',
    lane: 'http',
    recipe: 'stock REST, recipe C',
    lastConfirmationAt: null,
    nextAttemptAt: null,
    heartbeatAge: 1,
  },
  sales: { total: 0, waiting: 0, parked: 0, confirmed: 0 },
  oldestUnconfirmed: null,
  snapshot,
  shift,
  devices: [],
  journal: { state: 'ok', words: 'both copies are written' },
  clockTrusted: true,
  attention: [],
};
const entry: QueueEntry = {
  saleId: 'id-1',
  receiptNumber: 'K1-00000001',
  soldAt: '2026-11-23T08:00:00.000Z',
  total: '12.50',
  currency: 'EUR',
  state: 'waiting',
  step: 'not begun',
  attempts: 0,
  lastAnswer: null,
  nextAttemptAt: null,
  orderNumber: null,
};

let folder: string;
let socketPath: string;
let server: ControlServer;
let calls: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-control-'));
  socketPath = join(folder, 'control.sock');
  calls = [];
  const handlers: ControlHandlers = {
    status: () => status,
    queue: (filter) => {
      calls.push(`queue ${filter.states.join('+')} ${filter.limit}`);
      return Promise.resolve([entry]);
    },
    sale: (id) => (id === 'K1-00000001' ? { ...entry, lines: [], tenders: [], progress: { cartId: '7' } } : undefined),
    sync: (command) => void calls.push(`sync ${command}`),
    snapshot: () => snapshot,
    async *pullSnapshot() {
      yield { kind: 'progress', what: 'products', done: 30, total: 67 };
      await Promise.resolve();
      throw new HoldfastError('shop.unauthorized', 'Magento does not accept the token.', {
        remedy: 'operator',
        hint: 'Check magento.auth.',
      });
    },
    shift: () => shift,
    openShift: (request) => {
      calls.push(`open ${request.cashier} ${request.float}`);
      if (request.float === '9.99') {
        throw new HoldfastError('shift.already-open', 'A shift is open already.', {
          remedy: 'operator',
          hint: 'Close it first.',
        });
      }
      return Promise.resolve(shift);
    },
    closeShift: () => Promise.resolve({ ...shift, open: false }),
  };
  server = await startControlServer({ socketPath, handlers, log: silentLogger });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the control socket', () => {
  it('is for its owner alone', () => {
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
  });

  it('answers status, queue and one sale', async () => {
    const client = new ControlClient(socketPath);
    expect(await client.status()).toEqual(status);
    expect(await client.queue({ states: ['parked'], limit: 5 })).toEqual([entry]);
    expect(calls).toContain('queue parked 5');
    expect((await client.sale('K1-00000001')).progress).toEqual({ cartId: '7' });
    await expect(client.sale('K1-00000009')).rejects.toMatchObject({
      code: 'control.not-found',
      message: 'No sale with the id or receipt number "K1-00000009".',
    });
  });

  it('hands the terminal’s refusal through with its code, words and next step', async () => {
    const client = new ControlClient(socketPath);
    await expect(client.openShift({ cashier: 'Ada', float: '9.99' })).rejects.toMatchObject({
      code: 'shift.already-open',
      hint: 'Close it first.',
    });
  });

  it('refuses a bad request before it reaches the terminal', async () => {
    const client = new ControlClient(socketPath);
    await expect(client.openShift({ cashier: '', float: 'a lot' })).rejects.toMatchObject({
      code: 'control.bad-request',
    });
    await expect(client.queue({ limit: -1 })).rejects.toMatchObject({ code: 'control.bad-request' });
    expect(calls).toEqual([]);
  });

  it('streams the progress of a pull and ends with why it failed', async () => {
    const seen: unknown[] = [];
    for await (const progress of new ControlClient(socketPath).pullSnapshot()) seen.push(progress);
    expect(seen).toEqual([
      { kind: 'progress', what: 'products', done: 30, total: 67 },
      {
        kind: 'failed',
        error: {
          code: 'shop.unauthorized',
          message: 'Magento does not accept the token.',
          hint: 'Check magento.auth.',
        },
      },
    ]);
  });

  it('answers malformed JSON with 400 instead of falling over', async () => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const call = request({ socketPath, method: 'POST', path: '/shift/open' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', reject);
      call.end('{"cashier": ');
    });
    expect(answer).toBe(400);
  });

  it('says that no terminal is running when nobody listens', async () => {
    await expect(new ControlClient(join(folder, 'none.sock')).status()).rejects.toMatchObject({
      code: 'control.not-running',
    });
  });
});
