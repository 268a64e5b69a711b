import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAdditionalResponse } from '../../../../drivers/payment-terminal/adyen/additional-response.ts';
import { deriveNexoKeys } from '../../../../drivers/payment-terminal/adyen/nexo-crypto.ts';
import { decodeMessage, encodeMessage, serviceIdOf } from '../../../../drivers/payment-terminal/adyen/nexo-message.ts';
import {
  readDiagnosis,
  readPayment,
  readReversal,
  readStatus,
} from '../../../../drivers/payment-terminal/adyen/nexo-response.ts';
import { codeOf } from '../../../../src/platform/errors.ts';

const keys = deriveNexoKeys('p@ssw0rd123456');
const name = { identifier: 'CryptoKeyIdentifier12345', version: 1 };
const sealed = readFileSync(new URL('../../../fixtures/adyen/payment-response-sealed.json', import.meta.url), 'utf8');

/** Adyen's published example of a payment that was taken offline, cut to what counts. */
const offlineAnswer = (offlineAuthCode: string) => ({
  PaymentResponse: {
    POIData: { POITransactionID: { TimeStamp: '2020-12-14T10:27:07.000Z', TransactionID: '57Ra001607941627000' } },
    SaleData: { SaleTransactionID: { TimeStamp: '2020-12-14T10:27:00.000Z', TransactionID: 'K1-00000001' } },
    PaymentResult: {
      OnlineFlag: false,
      AuthenticationMethod: ['OfflinePIN'],
      PaymentAcquirerData: { AcquirerPOIID: 'V400m-1', MerchantID: 'M' },
      PaymentInstrumentData: {
        PaymentInstrumentType: 'Card',
        CardData: { EntryMode: ['ICC'], PaymentBrand: 'mc', MaskedPan: '541333 **** 0010' },
      },
      AmountsResp: { AuthorizedAmount: 10.99, Currency: 'EUR' },
    },
    Response: {
      Result: 'Success',
      AdditionalResponse: new URLSearchParams({
        offline: 'true',
        offlineAuthCode,
        unconfirmedBatchCount: '3',
      }).toString(),
    },
  },
});

describe('reading Adyen’s answers', () => {
  it('reads the payment in Adyen’s own message; amounts are in main units', () => {
    const { body, header } = decodeMessage('SaleToPOIResponse', sealed, keys, name);
    expect(header.ServiceID).toBe('325488592');
    expect(readPayment(body)).toEqual({
      kind: 'approved',
      how: 'online',
      card: {
        brand: 'mc',
        maskedPan: '541333****0010',
        authorizationCode: '123456',
        terminalReference: '4r7i001557325515012.8815573255107661',
        entryMode: 'contactless',
      },
      transaction: { transactionId: '4r7i001557325515012.8815573255107661', timeStamp: '2019-05-08T14:25:15.000Z' },
      tenderReference: '4r7i001557325515012',
      pspReference: '8815573255107661',
      merchantReference: '999',
      partial: false,
      amount: 100,
      storedOnTerminal: null,
    });
  });

  it('tells the chip’s own approval from a payment that the issuer decides later', () => {
    expect(readPayment(offlineAnswer('Offline approved'))).toMatchObject({ how: 'offline-emv', storedOnTerminal: 3 });
    expect(readPayment(offlineAnswer('Failed go online offline declined'))).toMatchObject({
      how: 'stored',
      tenderReference: '57Ra001607941627000',
      pspReference: null,
      amount: 1099,
    });
    expect(readPayment(offlineAnswer('something new'))).toMatchObject({ how: 'stored' });
  });

  it('reads both forms of the additional response', () => {
    const pairs = { offline: 'true', offlineAuthCode: 'Offline approved' };
    expect([...readAdditionalResponse('offline=true&offlineAuthCode=Offline%20approved&bad%escape=%E0')]).toEqual([
      ...Object.entries(pairs),
      ['bad%escape', '%E0'],
    ]);
    const json = Buffer.from(JSON.stringify({ additionalData: pairs, store: 'x' })).toString('base64');
    expect(Object.fromEntries(readAdditionalResponse(json))).toEqual({ ...pairs, store: 'x' });
    expect(readAdditionalResponse('').size).toBe(0);
  });

  it('takes nothing for an answer that is none, or that says timed out', () => {
    expect(readPayment({})).toMatchObject({ kind: 'unclear' });
    const timedOut = { Result: 'Failure', ErrorCondition: 'Cancel', AdditionalResponse: 'message=Timed+out' };
    expect(readPayment({ PaymentResponse: { Response: timedOut } })).toMatchObject({ kind: 'unclear' });
    expect(readPayment({ PaymentResponse: { Response: { Result: 'Success' } } })).toMatchObject({ kind: 'unclear' });
    const other = {
      TransactionStatusResponse: {
        Response: { Result: 'Success' },
        RepeatedMessageResponse: { MessageHeader: { ServiceID: 'other' }, RepeatedResponseMessageBody: {} },
      },
    };
    expect(readStatus(other, 'mine')).toMatchObject({ kind: 'unclear' });
  });

  it('refuses a body under another message’s header, and what is no message', () => {
    const code = (text: string): string | undefined => {
      try {
        decodeMessage('SaleToPOIResponse', text, keys, name);
        return undefined;
      } catch (error) {
        return codeOf(error);
      }
    };
    const moved = JSON.parse(sealed);
    moved.SaleToPOIResponse.MessageHeader.ServiceID = '1';
    expect(code(JSON.stringify(moved))).toBe('adyen.not-understood');
    expect(code('')).toBe('adyen.not-understood');
    expect(code('{"SaleToPOIResponse":{}}')).toBe('adyen.not-understood');
    const { header } = decodeMessage('SaleToPOIResponse', sealed, keys, name);
    expect(code(encodeMessage('SaleToPOIRequest', { header, body: {} }, keys, name, new Uint8Array(16)))).toBe(
      'adyen.not-understood',
    );
  });

  it('takes anything for an answer without falling over it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        const answers = [
          readPayment({ PaymentResponse: value }),
          readPayment({ PaymentResponse: { Response: value } }),
          readPayment({ PaymentResponse: { Response: { Result: 'Failure', AdditionalResponse: text } } }),
        ];
        expect(answers.map(({ kind }) => kind)).not.toContain('approved');
        expect(readStatus({ TransactionStatusResponse: value }, 'x').kind).toBe('unclear');
        expect(readReversal({ ReversalResponse: value }).kind).toBe('unclear');
        expect(readDiagnosis({ DiagnosisResponse: value })).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('names a request by its key: 1 to 10 letters and digits, always the same', () => {
    const id = serviceIdOf('0193597e-1111-7000-8000-000000000001');
    expect(id).toMatch(/^[0-9A-Za-z]{10}$/);
    expect(serviceIdOf('0193597e-1111-7000-8000-000000000001')).toBe(id);
    expect(serviceIdOf('0193597e-1111-7000-8000-000000000002')).not.toBe(id);
  });
});
