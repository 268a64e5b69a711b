import { describe, expect, it } from 'vitest';
import { ApduReader, decodeApdu, encodeApdu } from '../../../../drivers/payment-terminal/zvt/apdu.ts';
import { readMessage } from '../../../../drivers/payment-terminal/zvt/messages.ts';
import { BlockReader, encodeBlock } from '../../../../drivers/payment-terminal/zvt/serial-block.ts';
import {
  slipsOf,
  statusOf,
  type VirtualTransaction,
} from '../../../../drivers/payment-terminal/zvt/virtual-zvt-messages.ts';
import { hostileBytes, inputs, patience, randomNumbers } from '../../hostile-inputs.ts';
import { bytes, printedBlock, recorded } from './vectors.ts';

const card = { name: 'Visa', number: '4761739001010119', technology: 'chip' } as const;
const leaking: VirtualTransaction = {
  receiptNumber: 1,
  traceNumber: 1,
  amount: 1250,
  kind: 'payment',
  originalTrace: null,
  offline: false,
  at: { date: 1123, time: 101010 },
  card,
  reversed: false,
};

const models = [
  ...Object.values(recorded).map(bytes),
  bytes(printedBlock),
  statusOf(leaking, true),
  ...slipsOf(leaking, true),
];

describe(`${inputs} hostile inputs to a ZVT driver`, () => {
  it('become messages without card data, or none', { timeout: patience }, () => {
    const random = randomNumbers(11);
    for (let input = 0; input < inputs; input += 1) {
      const said = hostileBytes(random, models[input % models.length] ?? bytes('06 0F 00'));
      const apdu = decodeApdu(said) ?? { control: ((said[0] ?? 0) << 8) | (said[1] ?? 0), data: said.subarray(3) };
      const message = readMessage(apdu);
      const texts: string[] = [];
      if (message.kind === 'status-information') {
        const { maskedPan, brand, words, authorizationCode, currency, amount } = message.information;
        texts.push(maskedPan, brand, words, authorizationCode ?? '');
        if (amount !== null && !Number.isSafeInteger(amount)) throw new Error(`amount ${amount}`);
        if (currency !== null && !(currency >= 0 && currency <= 9999)) throw new Error(`currency ${currency}`);
      } else if (message.kind === 'print') {
        texts.push(...message.slip.lines);
      } else if (message.kind === 'intermediate-status') {
        texts.push(message.words);
      }
      for (const text of texts) if (/\d{12}/.test(text)) throw new Error(text);
    }
  });

  it('leave a serial line reading blocks', { timeout: patience }, () => {
    const random = randomNumbers(12);
    const model = encodeBlock(bytes(recorded.approved));
    const reader = new BlockReader();
    for (let input = 0; input < inputs; input += 1) reader.receive(hostileBytes(random, model));
    // What T1 does: the rest did not come.
    reader.reset();
    expect(reader.receive(encodeBlock(bytes('06 0F 00')))).toEqual([{ kind: 'block', apdu: bytes('06 0F 00') }]);
  });

  it('leave a stream bounded', { timeout: patience }, () => {
    const random = randomNumbers(13);
    const model = encodeApdu(0x06d3, new Uint8Array(300));
    for (let input = 0; input < inputs; input += 50) {
      const reader = new ApduReader();
      for (let chunk = 0; chunk < 50; chunk += 1) {
        for (const { data } of reader.receive(hostileBytes(random, model))) {
          if (data.length > 0xffff) throw new Error(`${data.length} bytes`);
        }
      }
    }
  });
});
