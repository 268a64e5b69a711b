import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { AcquirerReport } from '../../../src/payments/acquirer.ts';
import { acquirerReportSchema } from '../../../src/payments/acquirer-report-schema.ts';
import { type AdyenNotificationItem, readAdyenNotification, terminalIn } from '../../../src/payments/adyen/webhook.ts';
import { createAdyenWebhookHandler } from '../../../src/payments/adyen/webhook-handler.ts';
import { signedText } from '../../../src/payments/adyen/webhook-signature.ts';
import { silentLogger } from '../../../src/platform/log.ts';

const key = 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00';

/** Adyen's own example, with the signature that Adyen's own library expects for it. */
const adyens = {
  pspReference: 'pspReference',
  originalReference: 'originalReference',
  merchantAccountCode: 'merchantAccount',
  merchantReference: 'reference',
  amount: { currency: 'EUR', value: 1000 },
  eventCode: 'REPORT_AVAILABLE',
  eventDate: '2019-09-21T11:45:24.637Z',
  paymentMethod: 'VISA',
  reason: 'reason',
  success: 'true',
  additionalData: { hmacSignature: 'ZNBPtI+oDyyRrLyD1XirkKnQgIAlFc07Vj27TeHsDRE=' },
};

const merchantReference = 'K1-00000042_0193597e-1111-7000-8000-000000000001';

function item(change: Partial<Record<keyof AdyenNotificationItem, unknown>>, additionalData: object = {}) {
  const plain = {
    ...adyens,
    pspReference: '8815573255107661',
    originalReference: '',
    merchantReference,
    reason: '',
    eventDate: '2026-11-23T10:00:00+01:00',
    ...change,
  };
  // Every field that is signed is set above.
  const text = signedText(plain as unknown as AdyenNotificationItem);
  const hmacSignature = createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('base64');
  return { ...plain, additionalData: { ...additionalData, hmacSignature } };
}

const notification = (...items: readonly object[]): string =>
  JSON.stringify({ live: 'false', notificationItems: items.map((each) => ({ NotificationRequestItem: each })) });

function reports(...items: readonly object[]): readonly AcquirerReport[] {
  const read = readAdyenNotification(notification(...items), [key]);
  if (read.kind !== 'accepted') throw new Error(read.reason);
  return read.reports;
}

const event = (each: object) => reports(each)[0]?.event;

describe('an Adyen webhook', () => {
  it('counts when it is signed as Adyen signs, by one of our keys', () => {
    expect(readAdyenNotification(notification(adyens), [key])).toEqual({
      kind: 'accepted',
      reports: [],
      others: ['REPORT_AVAILABLE'],
    });
    expect(signedText(adyens as unknown as AdyenNotificationItem)).toBe(
      'pspReference:originalReference:merchantAccount:reference:1000:EUR:REPORT_AVAILABLE:true',
    );
    const other = {
      ...adyens,
      eventCode: 'EVENT',
      additionalData: { hmacSignature: 'ipnxGCaUZ4l8TUW75a71/ghd2Fe5ffvX0pV4TLTntIc=' },
    };
    expect(readAdyenNotification(notification(other), ['00'.repeat(32), key]).kind).toBe('accepted');
  });

  it('is refused whole when one item is not signed, or not rightly', () => {
    const good = item({ eventCode: 'AUTHORISATION' });
    for (const hmacSignature of [
      undefined,
      '',
      'notValidSign',
      'A'.repeat(44),
      `AAAA${good.additionalData.hmacSignature}`,
    ]) {
      const bad = { ...good, additionalData: { hmacSignature } };
      expect(readAdyenNotification(notification(good, bad), [key])).toMatchObject({ kind: 'refused', status: 401 });
    }
    const changed = { ...good, amount: { currency: 'EUR', value: 1 } };
    expect(readAdyenNotification(notification(changed), [key])).toMatchObject({ status: 401 });
    expect(readAdyenNotification(notification(good), [])).toMatchObject({ status: 401 });
    for (const text of ['', '[]', '{"notificationItems":[]}', '{"notificationItems":[{}]}']) {
      expect(readAdyenNotification(text, [key])).toMatchObject({ kind: 'refused', status: 400 });
    }
  });

  it('says what became of a payment that was stored, by the names that both sides know', () => {
    expect(
      reports(
        item({ eventCode: 'AUTHORISATION', reason: '123456:0010:12/2025' }, { tenderReference: '57Ra001607941627000' }),
      ),
    ).toEqual([
      {
        acquirer: 'adyen',
        about: {
          psp: '8815573255107661',
          merchant: merchantReference,
          tender: '57Ra001607941627000',
          paymentId: '0193597e-1111-7000-8000-000000000001',
        },
        event: {
          kind: 'issuer-approved',
          psp: '8815573255107661',
          authorizationCode: '123456',
          at: Date.parse('2026-11-23T09:00:00Z'),
          eventId: 'adyen:AUTHORISATION:8815573255107661:true',
        },
      },
    ]);
    expect(
      event(item({ eventCode: 'AUTHORISATION', success: 'false', reason: 'Refused 4111111111111111' })),
    ).toMatchObject({
      kind: 'issuer-declined',
      reason: 'Refused *',
    });
  });

  it('knows captures, cancellations, rescues, expiry and disputes', () => {
    const of = (eventCode: string, success = 'true', more: object = {}) =>
      event(item({ eventCode, success, originalReference: 'ORIGINAL', pspReference: 'MOD' }, more))?.kind;
    expect(of('CAPTURE')).toBeUndefined();
    expect(of('CAPTURE', 'false')).toBe('issuer-declined');
    expect(of('CAPTURE_FAILED')).toBe('issuer-declined');
    expect(of('TECHNICAL_CANCEL')).toBe('reversed');
    expect(of('TECHNICAL_CANCEL', 'false')).toBeUndefined();
    expect(of('CANCEL_OR_REFUND', 'true', { 'modification.action': 'cancel' })).toBe('reversed');
    expect(of('CANCEL_OR_REFUND', 'true', { 'modification.action': 'refund' })).toBeUndefined();
    expect(of('AUTORESCUE')).toBe('issuer-approved');
    expect(of('AUTORESCUE', 'false')).toBe('issuer-declined');
    expect(of('EXPIRE')).toBe('issuer-declined');
    expect(of('CHARGEBACK')).toBe('charged-back');
    expect(of('SECOND_CHARGEBACK')).toBe('charged-back');
    expect(of('CHARGEBACK_REVERSED')).toBe('charge-back-reversed');
    expect(of('SOMETHING_NEW')).toBeUndefined();
    const [chargeback] = reports(item({ eventCode: 'CHARGEBACK', originalReference: 'ORIGINAL', pspReference: 'MOD' }));
    expect(chargeback?.about).toMatchObject({ psp: 'ORIGINAL', merchant: merchantReference });
  });

  it('never leads a failed refund to the payment that it refunds', () => {
    for (const eventCode of ['REFUND', 'REFUND_WITH_DATA', 'CANCEL_OR_REFUND']) {
      expect(
        reports(item({ eventCode, success: 'false', originalReference: 'ORIGINAL', pspReference: 'MOD' }))[0]?.about,
      ).toEqual({ psp: 'MOD' });
    }
    expect(event(item({ eventCode: 'REFUND' }))).toBeUndefined();
    expect(event(item({ eventCode: 'REFUND_FAILED' }))).toMatchObject({ kind: 'issuer-declined' });
  });

  it('names the terminal that took the payment, and travels to it unchanged', () => {
    const [report] = reports(item({ eventCode: 'AUTHORISATION' }));
    if (report === undefined) throw new Error('no report');
    expect(terminalIn(report)).toBe('K1');
    expect(terminalIn({ ...report, about: { merchant: 'MARKET-3-00000001' } })).toBe('MARKET-3');
    expect(terminalIn({ ...report, about: { merchant: '000000123' } })).toBeNull();
    expect(terminalIn({ ...report, about: {} })).toBeNull();
    expect(acquirerReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });
});

describe('the door for webhooks', () => {
  async function post(text: string, deliver: (reports: readonly AcquirerReport[]) => Promise<void>, method = 'POST') {
    const handler = createAdyenWebhookHandler({ hmacKeys: [key], deliver, log: silentLogger });
    const server = createServer((request, response) => void handler(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const init = method === 'POST' ? { method, body: text } : { method };
      const answer = await fetch(`http://127.0.0.1:${port}/`, init);
      return { status: answer.status, text: await answer.text() };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it('accepts only what is kept', async () => {
    const kept: AcquirerReport[] = [];
    const keep = async (more: readonly AcquirerReport[]): Promise<void> => void kept.push(...more);
    const text = notification(item({ eventCode: 'AUTHORISATION' }));
    expect(await post(text, keep)).toEqual({ status: 200, text: '[accepted]' });
    expect(kept).toHaveLength(1);
    const full = async (): Promise<void> => {
      throw new Error('disk full');
    };
    expect((await post(text, full)).status).toBe(500);
    expect((await post(notification({ ...adyens, success: 'false' }), keep)).status).toBe(401);
    expect((await post('x'.repeat(600_000), keep)).status).toBe(413);
    expect((await post('', keep, 'GET')).status).toBe(405);
    expect(kept).toHaveLength(1);
  });
});
