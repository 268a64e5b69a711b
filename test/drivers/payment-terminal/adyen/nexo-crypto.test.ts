import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deriveNexoKeys,
  openMessage,
  type SealedMessage,
  sealMessage,
} from '../../../../drivers/payment-terminal/adyen/nexo-crypto.ts';
import { codeOf } from '../../../../src/platform/errors.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const keys = deriveNexoKeys('p@ssw0rd123456');
const name = { identifier: 'CryptoKeyIdentifier12345', version: 1 };
const nonce = Uint8Array.from({ length: 16 }, (_, index) => index);

const adyens = JSON.parse(
  readFileSync(new URL('../../../fixtures/adyen/payment-response-sealed.json', import.meta.url), 'utf8'),
).SaleToPOIResponse;
const vectorA: SealedMessage = { blob: adyens.NexoBlob, trailer: adyens.SecurityTrailer };

const vectorB =
  '{"SaleToPOIRequest":{"MessageHeader":{"ProtocolVersion":"3.0","MessageClass":"Service","MessageCategory":"Diagnosis","MessageType":"Request","SaleID":"POS1","ServiceID":"0000000001","POIID":"V400m-123456789"},"DiagnosisRequest":{"HostDiagnosisFlag":true}}}';
const blobB =
  'bCSdA/21eXKqHofUI2X2/BYxBp1gGkxpZMLgaqPoWEJrBYyJaFwsXhVoh5om2uvCfb9enFUro0oToc136lazSEw9fX/W93iyHFQvUQjTpZK2mV7z84Wj+QNeUWMjjNKdUpVGme/ZSECQTV4Ag7MBNLIclhQopuycO3wz/rH14KIJ0G4zMvAWLD+NuMEGyg7qRihl6VkUE7CW8KalPlHykXCslCzUtCtRq2OGIraRBSfd57JN/RKsYBXHR69bAIIKXYpTxIkwtTrcYxuy2oCnlSAUCh0S13gAk3PgN0qapqZGr6Ywulz3yvkNnyIK+e957ZGeKeUnwu7kZvq/KXuc/+ad/DXeXS6o3G6xtZv94uk=';

/** What goes wrong when `change` was done to a good message. */
function failure(change: (sealed: { blob: Buffer; nonce: Buffer; hmac: Buffer }) => void): string | undefined {
  const good = sealMessage(vectorB, keys, name, nonce);
  const parts = {
    blob: Buffer.from(good.blob, 'base64'),
    nonce: Buffer.from(good.trailer.Nonce, 'base64'),
    hmac: Buffer.from(good.trailer.Hmac, 'base64'),
  };
  change(parts);
  try {
    openMessage(
      {
        blob: parts.blob.toString('base64'),
        trailer: {
          ...good.trailer,
          Nonce: parts.nonce.toString('base64'),
          Hmac: parts.hmac.toString('base64'),
        },
      },
      keys,
      name,
    );
    return undefined;
  } catch (error) {
    return `${codeOf(error)} ${(error as Error).message}`;
  }
}

const flip = (bytes: Buffer, at: number): void => {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
};

describe('the protection of Adyen’s local Terminal API', () => {
  it('derives Adyen’s keys from Adyen’s passphrase', () => {
    expect(hex(keys.hmacKey)).toBe('733636253b5b98f9a483b1a678d73a58dab2accafbc029ecbe12d60eaa909e32');
    expect(hex(keys.cipherKey)).toBe('cf2c822761b9f5305bf69970bfa7b659a6724a119db21f8b0e949779f2ea022c');
    expect(hex(keys.initialVector)).toBe('bb9ba8092e6027c735398dc65977c051');
  });

  it('opens the message that Adyen’s own library is tested with', () => {
    const message = JSON.parse(openMessage(vectorA, keys, name));
    expect(message.SaleToPOIResponse.MessageHeader).toEqual(adyens.MessageHeader);
    expect(message.SaleToPOIResponse.PaymentResponse.Response.Result).toBe('Success');
  });

  it('seals byte for byte as expected, and opens it again', () => {
    const sealed = sealMessage(vectorB, keys, name, nonce);
    expect(sealed.blob).toBe(blobB);
    expect(sealed.trailer.Hmac).toBe('mzgJPyltpws/dkqimFukUhHwQpOpImwTeeiZI9Ml9Ws=');
    expect(openMessage(sealed, keys, name)).toBe(vectorB);
  });

  it('opens whatever it sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array({ minLength: 16, maxLength: 16 }), (text, random) => {
        expect(openMessage(sealMessage(text, keys, name, random), keys, name)).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('tells nobody what was wrong: padding, HMAC, length and nonce fail alike', () => {
    const failures = new Set([
      // The last block decides the padding, the first one only the text.
      failure(({ blob }) => flip(blob, blob.length - 1)),
      failure(({ blob }) => flip(blob, blob.length - 17)),
      failure(({ blob }) => flip(blob, 0)),
      failure(({ hmac }) => flip(hmac, 31)),
      failure(({ nonce: random }) => flip(random, 3)),
      failure((parts) => {
        parts.hmac = parts.hmac.subarray(0, 31);
      }),
      failure((parts) => {
        parts.hmac = Buffer.alloc(0);
      }),
      failure((parts) => {
        parts.blob = parts.blob.subarray(0, 33);
      }),
      failure((parts) => {
        parts.blob = Buffer.alloc(0);
      }),
      failure((parts) => {
        parts.nonce = parts.nonce.subarray(0, 15);
      }),
    ]);
    expect([...failures]).toEqual(['adyen.not-authentic A message of the card terminal could not be authenticated.']);
    expect(failure(() => undefined)).toBeUndefined();
  });

  it('opens nothing with another passphrase, and says so when only the name of the key differs', () => {
    const sealed = sealMessage(vectorB, keys, name, nonce);
    expect(() => openMessage(sealed, deriveNexoKeys('another'), name)).toThrowError(
      expect.objectContaining({ code: 'adyen.not-authentic' }),
    );
    expect(() => openMessage(sealed, keys, { ...name, version: 2 })).toThrowError(
      expect.objectContaining({ code: 'adyen.other-key' }),
    );
  });
});
