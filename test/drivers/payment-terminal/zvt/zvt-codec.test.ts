import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApduReader, decodeApdu, encodeApdu } from '../../../../drivers/payment-terminal/zvt/apdu.ts';
import { decodeBcd, encodeBcd } from '../../../../drivers/payment-terminal/zvt/bcd.ts';
import { maskedCardNumber } from '../../../../drivers/payment-terminal/zvt/card-number.ts';
import * as commands from '../../../../drivers/payment-terminal/zvt/commands.ts';
import { crc16 } from '../../../../drivers/payment-terminal/zvt/crc16.ts';
import { readFields, tlvLength, variableLength } from '../../../../drivers/payment-terminal/zvt/fields.ts';
import { readMessage, registrationNeeds, terminalStatusOf } from '../../../../drivers/payment-terminal/zvt/messages.ts';
import { BlockReader, encodeBlock } from '../../../../drivers/payment-terminal/zvt/serial-block.ts';
import { encodeTlv, readTlv, tlvAll, tlvAt } from '../../../../drivers/payment-terminal/zvt/tlv.ts';
import { progressWords, refusalOf, terminalTrouble } from '../../../../drivers/payment-terminal/zvt/words.ts';
import { money } from '../../../../src/money/money.ts';
import { bytes, frames, hex, printedBlock, recorded } from './vectors.ts';

const messageOf = (text: string): ReturnType<typeof readMessage> => {
  const apdu = decodeApdu(bytes(text));
  if (apdu === null) throw new Error('not one APDU');
  return readMessage(apdu);
};

const statusOf = (text: string) => {
  const message = messageOf(text);
  if (message.kind !== 'status-information') throw new Error(message.kind);
  return message.information;
};

describe('serial blocks', () => {
  it('carry the check value of CRC-16/KERMIT', () => {
    expect(crc16(Buffer.from('123456789'))).toBe(0x2189);
  });

  it.each(frames)('%s as documented', (apdu, block) => {
    expect(hex(encodeBlock(bytes(apdu)))).toBe(block);
    expect(new BlockReader().receive(bytes(block))).toEqual([{ kind: 'block', apdu: bytes(apdu) }]);
  });

  it.each(frames)('%s cut at every byte', (apdu, block) => {
    const all = bytes(block);
    for (let cut = 0; cut <= all.length; cut += 1) {
      const reader = new BlockReader();
      const events = [...reader.receive(all.subarray(0, cut)), ...reader.receive(all.subarray(cut))];
      expect(events).toEqual([{ kind: 'block', apdu: bytes(apdu) }]);
      expect(reader.inBlock).toBe(false);
    }
  });

  it('carry anything, after noise, cut anywhere, between acknowledgements', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 6 }),
        fc.array(fc.nat(400), { maxLength: 5 }),
        (apdu, noise, cuts) => {
          // Noise that happens to be an acknowledgement, or to begin a block, is not noise.
          const quiet = noise.filter((byte) => ![0x02, 0x06, 0x10, 0x15].includes(byte));
          const stream = Uint8Array.from([...quiet, ...encodeBlock(apdu), 0x06, ...encodeBlock(apdu), 0x15]);
          const reader = new BlockReader();
          const at = [0, ...cuts.map((cut) => Math.min(cut, stream.length)).sort((a, b) => a - b), stream.length];
          const events = at.slice(1).flatMap((end, index) => reader.receive(stream.subarray(at[index], end)));
          const block = { kind: 'block', apdu };
          expect(events).toEqual([block, { kind: 'acknowledged' }, block, { kind: 'not-acknowledged' }]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('with any one bit turned are never taken for another message', () => {
    for (const [apdu, block] of frames) {
      const whole = bytes(block);
      for (let bit = 0; bit < whole.length * 8; bit += 1) {
        const turned = Uint8Array.from(whole);
        turned[bit >>> 3] = (turned[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        for (const event of new BlockReader().receive(turned)) {
          if (event.kind === 'block') expect(hex(event.apdu)).toBe(apdu);
        }
      }
    }
  });

  it('begin anew where the end of the one before was lost', () => {
    const reader = new BlockReader();
    const events = reader.receive(bytes('10 02 06 0F 10 02 06 0F 00 10 03 C6 33'));
    expect(events).toEqual([{ kind: 'block', apdu: bytes('06 0F 00') }]);
  });
});

describe('APDUs', () => {
  it('have long lengths in the order low, high', () => {
    expect(decodeApdu(bytes('04 0F FF 01 00 6C'))).toEqual({ control: 0x040f, data: bytes('6C') });
    expect(decodeApdu(bytes(printedBlock))?.data.length).toBe(0x028e);
    expect(hex(encodeApdu(0x06d3, new Uint8Array(526)).subarray(0, 5))).toBe('06 D3 FF 0E 02');
    expect(hex(encodeApdu(0x06d3, new Uint8Array(254)).subarray(0, 4))).toBe('06 D3 FE 00');
    expect(hex(encodeApdu(0x06d3, new Uint8Array(255)).subarray(0, 5))).toBe('06 D3 FF FF 00');
  });

  it('whose length is wrong are none', () => {
    expect(decodeApdu(bytes(recorded.wrongLength))).toBeNull();
    for (const text of ['', '04', '04 0F', '04 0F 06 00 01 02 03', '04 0F FF 01', '06 0F 00 00']) {
      expect(decodeApdu(bytes(text))).toBeNull();
    }
  });

  it('come out of a stream however it is cut', () => {
    const stream = bytes(`${recorded.wait} ${printedBlock} ${recorded.approved} ${recorded.completion}`);
    for (let size = 1; size < 40; size += 1) {
      const reader = new ApduReader();
      const apdus = [];
      for (let at = 0; at < stream.length; at += size) apdus.push(...reader.receive(stream.subarray(at, at + size)));
      expect(apdus.map(({ control }) => control.toString(16))).toEqual(['4ff', '6d3', '40f', '60f']);
      expect(reader.waiting).toBe(false);
    }
    const half = new ApduReader();
    expect(half.receive(bytes(recorded.wrongLength))).toEqual([]);
    expect(half.waiting).toBe(true);
  });
});

describe('fields', () => {
  it('have decimal lengths', () => {
    expect(variableLength(bytes('F0 F1 F9'), 3)).toEqual({ header: 3, length: 19 });
    expect(variableLength(bytes('F1 F8 F9'), 3)).toEqual({ header: 3, length: 189 });
    expect(variableLength(bytes('F1 F8'), 2)).toEqual({ header: 2, length: 18 });
    expect(variableLength(bytes('F1 F0'), 2)).toEqual({ header: 2, length: 10 });
    expect(variableLength(bytes('01 F0'), 2)).toBeNull();
    expect(variableLength(bytes('FA F0'), 2)).toBeNull();
  });

  it('have no card data left in them', () => {
    const said = bytes(
      '27 00 0E 25 12 23 F0 F4 54 13 33 00 24 F0 F0 F2 12 34 2D F0 F2 42 35 3A 12 3F 2E F0 F0 F1 99 A7 F0 F1 01 AF F0 F0 F1 02 D1 F0 F1 03 87 04 70',
    );
    expect(readFields(said)?.map(({ bitmap }) => bitmap)).toEqual([0x27, 0x87]);
  });

  it('that are cut short make the message none; an unknown one ends it', () => {
    expect(readFields(bytes('27 00 04 00 00'))).toBeNull();
    expect(readFields(bytes('27 00 3C F0 F1 F9 41'))).toBeNull();
    expect(readFields(bytes('27 00 77 01 02'))).toEqual([{ bitmap: 0x27, value: bytes('00') }]);
  });

  it('carry amounts in six bytes of digits', () => {
    expect(hex(encodeBcd(2040, 6))).toBe('00 00 00 00 20 40');
    expect(hex(encodeBcd(123_456_789_000, 6))).toBe('12 34 56 78 90 00');
    expect(decodeBcd(bytes('00 00 00 00 20 40'))).toBe(2040);
    expect(decodeBcd(bytes('00 0A'))).toBeNull();
    expect(() => encodeBcd(10_000, 2)).toThrow(RangeError);
    expect(() => encodeBcd(-1, 2)).toThrow(RangeError);
  });
});

describe('TLV containers', () => {
  it('have lengths with the high byte first', () => {
    expect(tlvLength(bytes('7F'))).toEqual({ header: 1, length: 127 });
    expect(tlvLength(bytes('81 8A'))).toEqual({ header: 2, length: 138 });
    expect(tlvLength(bytes('82 02 0A'))).toEqual({ header: 3, length: 522 });
    for (const wrong of ['', '80', '81', '82 01', '83 00 00 01']) expect(tlvLength(bytes(wrong))).toBeNull();
  });

  it('read what was written', () => {
    const inner = [...encodeTlv(0x1f12, [2]), ...encodeTlv(0x07, new Uint8Array(300))];
    const read = readTlv(encodeTlv(0x2f, inner));
    expect(tlvAt(read ?? [], 0x2f, 0x1f12)?.value).toEqual(bytes('02'));
    expect(tlvAll(read ?? [], 0x07)[0]?.value.length).toBe(300);
    expect(readTlv(bytes('1F 83 02 12 34'))).toEqual([{ tag: 0x1f83, value: bytes('12 34'), children: [] }]);
  });

  it('lose tracks, and are none when cut short or endless', () => {
    expect(readTlv(bytes('1F 08 02 42 35 1F 09 01 47 1F 0A 01 01 1F 1A 01 54 1F 12 01 01'))).toEqual([
      { tag: 0x1f12, value: bytes('01'), children: [] },
    ]);
    expect(readTlv(bytes('2F 08 1F 12'))).toBeNull();
    let nested: Uint8Array = new Uint8Array(0);
    for (let depth = 0; depth < 20; depth += 1) nested = encodeTlv(0x25, nested);
    expect(readTlv(nested)).toBeNull();
  });
});

describe('what a terminal says', () => {
  it('an approved payment', () => {
    expect(statusOf(recorded.approved)).toEqual({
      result: 0,
      amount: money('20.40'),
      currency: 978,
      traceNumber: 470,
      originalTrace: null,
      receiptNumber: 470,
      at: '1006 223953',
      terminalId: '28004869',
      maskedPan: '************4771',
      brand: 'Debit Mastercard',
      authorizationCode: '611804',
      entryMode: 'unknown',
      offline: false,
      words: 'GEN.NR.:611804',
    });
  });

  it('a recorded one with a card number of 19 digits', () => {
    expect(statusOf(recorded.maestro)).toMatchObject({
      amount: money('18.80'),
      traceNumber: 153,
      receiptNumber: 153,
      at: '0416 192336',
      maskedPan: '***************4281',
      brand: 'MAESTRO',
      entryMode: 'contactless',
    });
  });

  it('a contactless one whose trace number is long and whose amount is not said', () => {
    expect(statusOf(recorded.contactless)).toMatchObject({
      amount: null,
      traceNumber: 10_015_008,
      receiptNumber: 8,
      entryMode: 'contactless',
      brand: 'MASTERCARD',
      offline: false,
    });
  });

  it('a reversal, which names the payment that it takes back', () => {
    expect(statusOf(recorded.reversal)).toMatchObject({ amount: money('1.00'), traceNumber: 607, originalTrace: 606 });
  });

  it('refusals', () => {
    expect(statusOf(recorded.declined)).toMatchObject({ result: 5, words: 'Abgelehnt', brand: 'Mastercard' });
    expect(statusOf(recorded.stopped)).toMatchObject({ result: 0x6c, words: 'Abbruch durch Kunde' });
    expect(statusOf(recorded.stoppedShort)).toMatchObject({ result: 0x6c, terminalId: '29001006', words: '' });
    expect(statusOf(recorded.minimal)).toMatchObject({ result: 0, amount: null, maskedPan: '' });
    expect(messageOf(recorded.abortDeclined)).toEqual({ kind: 'abort', code: 5, words: '' });
    expect(messageOf(recorded.abortUnreadable)).toMatchObject({ code: 0x64 });
    expect(messageOf(recorded.abortStopped)).toMatchObject({ code: 0x6c });
  });

  it('an offline one, by payment type or by online flag', () => {
    expect(statusOf('04 0F 04 27 00 19 40')).toMatchObject({ offline: true });
    expect(statusOf('04 0F 04 27 00 19 50')).toMatchObject({ offline: true });
    expect(statusOf('04 0F 04 27 00 19 60')).toMatchObject({ offline: false });
    expect(statusOf('04 0F 0A 27 00 06 06 2F 04 1F 11 01 00')).toMatchObject({ offline: true });
    expect(statusOf('04 0F 0C 27 00 19 40 06 06 2F 04 1F 11 01 01')).toMatchObject({ offline: false });
  });

  it('no result where there is none to be read', () => {
    for (const text of ['04 0F 00', '04 0F 07 04 00 00 00 00 10 00', '04 0F 09 27 00 04 00 00 00 00 1A 00']) {
      expect(messageOf(text)).toEqual({ kind: 'malformed', control: 0x040f });
    }
  });

  it('what the customer should read', () => {
    const words = 'Karte vorhalten einstecken/durchziehen';
    expect(messageOf(recorded.text)).toEqual({ kind: 'intermediate-status', code: 0x0a, timeout: 1, words });
    expect(messageOf(recorded.wait)).toEqual({ kind: 'intermediate-status', code: 0x0e, timeout: null, words: '' });
    expect(messageOf('04 FF 09 17 06 06 1F 73 03 00 00 02')).toMatchObject({ code: 0x17, timeout: null });
    expect(messageOf('04 FF 02 17 30')).toMatchObject({ timeout: 30 });
    expect(
      messageOf('04 FF 19 17 03 06 15 24 0D 07 0B 30 30 20 41 70 70 72 6F 76 65 64 1F 73 03 00 00 08'),
    ).toMatchObject({
      timeout: 3,
      words: '00 Approved',
    });
  });

  it('answers, of which 84 00 is a good one', () => {
    expect(messageOf('80 00 00')).toEqual({ kind: 'reply', accepted: true, code: 0 });
    expect(messageOf('84 00 00')).toEqual({ kind: 'reply', accepted: true, code: 0 });
    expect(messageOf('84 9C 00')).toEqual({ kind: 'reply', accepted: false, code: 0x9c });
    expect(messageOf('84 1E 03 6F 09 78')).toMatchObject({ accepted: false, code: 0x1e });
    expect(messageOf('06 D8 00')).toEqual({ kind: 'unsupported', control: 0x06d8 });
  });

  it('how it is', () => {
    const completed = decodeApdu(bytes(recorded.registered));
    expect(registrationNeeds(completed?.data ?? new Uint8Array(0))).toBe('nothing');
    expect(registrationNeeds(bytes('19 01'))).toBe('initialisation');
    expect(registrationNeeds(bytes('19 02'))).toBe('diagnosis');
    expect(registrationNeeds(bytes('19 04'))).toBe('activation');
    expect(terminalStatusOf(decodeApdu(bytes(recorded.statusCardInserted))?.data ?? new Uint8Array(0))).toBe(0xdc);
    expect(terminalStatusOf(bytes('F0 F0 F3 41 42 43 C2'))).toBe(0xc2);
    expect(terminalStatusOf(bytes('F0'))).toBe(0xf0);
    expect(terminalStatusOf(bytes(''))).toBeNull();
  });

  it('a slip in one block, with whose it is, and line by line', () => {
    const message = messageOf(printedBlock);
    expect(message).toMatchObject({ kind: 'print', slip: { of: 'customer', last: true } });
    if (message.kind !== 'print') return;
    expect(message.slip.lines.slice(0, 3)).toEqual([
      '  Leihstellung von hobex',
      '     für PORTALUM GmbH',
      '        Herr Test1',
    ]);
    expect(message.slip.lines).toContain('         EUR: 1,00');
    expect(messageOf('06 D1 06 40 53 75 6D 6D 65')).toEqual({
      kind: 'print',
      slip: { of: 'unknown', lines: ['Summe'], last: false },
    });
    expect(messageOf('06 D1 02 FF 03')).toMatchObject({ slip: { lines: ['', '', ''], last: false } });
    expect(messageOf('06 D1 02 81 20')).toMatchObject({ slip: { lines: [''], last: true } });
  });

  it('a slip without card numbers and expiry dates', () => {
    const said = (text: string): Uint8Array => encodeApdu(0x06d1, [0, ...Buffer.from(text, 'latin1')]);
    const shown = [
      '5413 3300 8960 4111',
      'Karte 5413330089604111 g\x81ltig bis 12/29',
      ';5413330089604111=29122010000?',
    ].map((text) => {
      const apdu = decodeApdu(said(text));
      return apdu === null ? null : readMessage(apdu);
    });
    const all = JSON.stringify(shown);
    expect(all).not.toMatch(/3300|0089604|2912|12\/29/);
    expect(all).toContain('541333******4111');
  });
});

describe('a card number', () => {
  it.each([
    ['54 13 33 00 89 60 41 11', '541333******4111'],
    ['EE EE EE EE EE EE 47 71', '************4771'],
    ['54 13 33 EE EE EE 41 11', '541333******4111'],
    ['54 13 33 00 EE 60 41 11', '541333******4111'],
    ['67 03 44 44 44 44 44 44 44 9F', '670344*********4449'],
    ['54 13 33 00 89 60 41 11 D2 91 2F', '541333******4111'],
    ['41 11', '****4111'],
    ['', ''],
  ])('%s is shown as %s', (packed, shown) => {
    expect(maskedCardNumber(bytes(packed))).toBe(shown);
  });

  it('never shows more than six and four digits', () => {
    const nibble = fc.constantFrom(...'0123456789def');
    fc.assert(
      fc.property(fc.array(fc.tuple(nibble, nibble), { maxLength: 12 }), (pairs) => {
        const shown = maskedCardNumber(Uint8Array.from(pairs, ([a, b]) => Number.parseInt(a + b, 16)));
        expect(shown).toMatch(/^(\d{0,6}\*{2,}\d{0,4})?$/);
      }),
    );
  });
});

describe('what a till says', () => {
  it('as documented', () => {
    expect(hex(commands.authorisation(money('10.00'), 978))).toBe('06 01 0A 04 00 00 00 00 10 00 49 09 78');
    expect(hex(commands.registration('123456', 978, 'terminal', 42))).toBe('06 00 06 12 34 56 18 09 78');
    expect(hex(commands.registration('123456', 978, 'till', 42))).toBe(
      '06 00 11 12 34 56 9A 09 78 06 09 26 04 0A 02 06 D3 12 01 42',
    );
    expect(hex(commands.reversal('000000', 470, null))).toBe('06 30 06 00 00 00 87 04 70');
    expect(hex(commands.refund('000000', money('20.40'), 978))).toBe('06 31 0D 00 00 00 04 00 00 00 00 20 40 49 09 78');
    expect(hex(commands.repeatReceipt('000000'))).toBe('06 20 05 00 00 00 03 03');
    expect(hex(commands.statusEnquiry('000000'))).toBe('05 01 03 00 00 00');
    expect(hex(commands.endOfDay('000000'))).toBe('06 50 03 00 00 00');
    expect(hex(commands.diagnosis())).toBe('06 70 00');
    expect(hex(commands.abort())).toBe('06 B0 00');
    expect(hex(commands.logOff())).toBe('06 02 00');
    expect(hex(commands.positiveReply())).toBe('80 00 00');
    expect(hex(commands.negativeReply(0x9a))).toBe('84 9A 00');
  });
});

describe('words', () => {
  it('tell a refused card from a terminal that can’t', () => {
    expect(refusalOf(5)).toEqual({ kind: 'declined', words: 'Declined by the bank (05)' });
    expect(refusalOf(55)).toEqual({ kind: 'declined', words: 'Wrong PIN (55)' });
    expect(refusalOf(0x78)).toEqual({ kind: 'declined', words: 'Card has expired (78)' });
    expect(refusalOf(0xf1)).toEqual({ kind: 'declined', words: 'Card refused an offline payment (F1)' });
    expect(refusalOf(0x6c)).toEqual({ kind: 'cancelled', words: 'Cancelled (6C)' });
    expect(refusalOf(0xfa)).toEqual({ kind: 'cancelled', words: 'Offline payments not sent to the bank (FA)' });
    expect(refusalOf(0xdb)).toEqual({ kind: 'cancelled', words: 'Card terminal: error (DB)' });
  });

  it('exist for every code', () => {
    for (let code = 0; code < 256; code += 1) {
      expect(refusalOf(code).words).toMatch(/^\S.+ \([0-9A-F]{2}\)$/);
      expect(progressWords(code) ?? 'none').toMatch(/^\S/);
    }
    expect(terminalTrouble(0)).toBeNull();
    expect(terminalTrouble(0xf0)).toBe('Card terminal: do its end of day (F0)');
  });

  it('tell the customer what to do', () => {
    expect(progressWords(0x0a)).toBe('Present card');
    expect(progressWords(0x4b)).toBe('Remove card');
    expect(progressWords(0x44)).toBe('Asking the bank');
    expect(progressWords(0xff)).toBeNull();
  });
});
