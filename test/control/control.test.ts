import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ControlClient } from '../../src/control/client.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { entry, sampleHandlers, status } from './sample-answers.ts';

let folder: string;
let socketPath: string;
let server: ControlServer;
let calls: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-control-'));
  socketPath = join(folder, 'control.sock');
  calls = [];
  server = await startControlServer({ socketPath, handlers: sampleHandlers(calls), log: silentLogger });
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
    expect((await client.document('K1-00000001')).progress).toEqual({ cartId: '7' });
    await expect(client.document('K1-00000009')).rejects.toMatchObject({
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

  it('answers what a look at the journal finds, and sends it line by line', async () => {
    const client = new ControlClient(socketPath);
    expect(await client.verifyJournal()).toMatchObject({ outcome: 'whole', sales: 1 });
    const lines: string[] = [];
    for await (const line of await client.exportJournal()) lines.push(line);
    expect(lines).toEqual(['{"format":"holdfast-journal"}\n', '{"records":0}\n']);
  });

  it('sends a parked sale on, and says so when there is none of that name', async () => {
    const client = new ControlClient(socketPath);
    expect(await client.retryParked('K1-00000001')).toMatchObject({ receiptNumber: 'K1-00000001' });
    expect(calls).toContain('retry K1-00000001');
    await expect(client.retryParked('K9-1')).rejects.toMatchObject({ code: 'control.not-found' });
  });

  it('gives the metrics as they are', async () => {
    expect(await new ControlClient(socketPath).metrics()).toBe('holdfast_up 1\n');
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
