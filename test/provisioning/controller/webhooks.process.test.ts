import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Controller } from '../../../provisioning/controller/controller.ts';
import { newTerminal } from '../../../provisioning/controller/enrolment-desk.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { adyenKey, signedNotification } from '../../payments/adyen/signed-notification.ts';
import { benchController } from './controller-bench.ts';

const ofK7 = signedNotification('K7-00000042_0193597e-1111-7000-8000-000000000001');

describe('the controller’s address for Adyen’s webhooks', () => {
  let controller: Controller;
  beforeAll(async () => {
    controller = await benchController(undefined, undefined, [adyenKey]);
    const value = newTerminal(terminalId('K7'), { group: null, createdAt: 0, createdBy: 'ann' });
    await controller.parts.store.write([{ collection: 'terminals', id: 'K7', expected: 0, value }]);
  });
  afterAll(() => controller.stop());

  const call = async (init: RequestInit, { httpPort } = controller) => {
    const response = await fetch(`http://127.0.0.1:${httpPort}/webhooks/adyen`, { method: 'POST', ...init });
    return { status: response.status, text: await response.text() };
  };
  const jobs = async () => (await controller.parts.store.list('jobs')).map(({ value }) => value);

  it('refuses what Adyen has not signed, or not as a post, and keeps nothing of it', async () => {
    const forged = signedNotification('K7-00000042_x', adyenKey.replaceAll('A', 'B'));
    expect((await call({ body: forged })).status).toBe(401);
    expect((await call({ body: ofK7.replace('1000', '9000') })).status).toBe(401);
    expect((await call({ body: '{"notificationItems":' })).status).toBe(400);
    expect((await call({ body: 'x'.repeat(600_000) })).status).toBe(413);
    expect((await call({ method: 'GET' })).status).toBe(405);
    expect(await jobs()).toEqual([]);
  });

  it('orders the terminal that took the payment to hear of it, with nobody signed in', async () => {
    expect(await call({ body: ofK7 })).toEqual({ status: 200, text: '[accepted]' });
    expect(await jobs()).toMatchObject([{ terminal: 'K7', job: { kind: 'payment-report' }, createdBy: 'adyen' }]);
  });

  it('accepts and leaves what is of a web shop or of no terminal of this fleet', async () => {
    const before = (await jobs()).length;
    for (const reference of ['100000042', 'K8-00000001_0193597e-1111-7000-8000-000000000001']) {
      expect(await call({ body: signedNotification(reference) })).toEqual({ status: 200, text: '[accepted]' });
    }
    expect((await jobs()).length).toBe(before);
  });

  it('is not there where no key is configured', async () => {
    const without = await benchController();
    expect((await call({ body: ofK7 }, without)).status).toBe(404);
    await without.stop();
  });
});
