import {
  answer,
  garbled,
  more,
  type ScaleAnswer,
  type ScaleExchange,
  type ScaleProtocol,
  weightShown,
} from './scale-protocol.ts';

/**
 * The ECR interface of CAS retail scales (AP, PD-II "type 6", SW-II), which Ohaus (Aviator 7000) and others speak too: ENQ, the
 * scale says ACK, DC1, then one block. Sources: CAS PD-II owner's manual, section 3.1.6; CAS AP-1 transmission protocol; CAS SW-II
 * manual, "RS-232C Protocol"; Ohaus Aviator 7000 service manual, section 6.1.1. 9600 baud, 8 data bits, no parity, 1 stop bit.
 *
 * Block: `SOH STX STA SIGN W5…W0 U1 U0 BCC ETX EOT`. STA is `S` (stable) or `U`; SIGN a space, `-`, or `F` for overload; W holds the
 * decimal point; U is the unit; BCC is the exclusive or of STA to U0. BCC may be any byte, so the block is taken by its length.
 */
export const cas: ScaleProtocol = {
  name: 'cas',
  weigh,
  // The scale's own keys do it; the interface has no command.
  set: () => null,
};

const enq = 0x05;
const ack = 0x06;
const nak = 0x15;
const dc1 = 0x11;
const soh = 0x01;
const stx = 0x02;
const etx = 0x03;
const eot = 0x04;

/** From SOH to EOT. */
const blockLength = 15;

function weigh(): ScaleExchange {
  let acknowledged = false;
  let block: number[] | null = null;
  return {
    request: Uint8Array.of(enq),
    receive(byte) {
      if (!acknowledged) {
        // "Not ready": the weight is not determined yet.
        if (byte === nak) return answer({ kind: 'moving' });
        if (byte !== ack) return more;
        acknowledged = true;
        return { kind: 'send', bytes: Uint8Array.of(dc1) };
      }
      if (block === null) {
        if (byte === nak) return answer({ kind: 'moving' });
        if (byte === soh) block = [byte];
        return more;
      }
      block.push(byte);
      if (block.length < blockLength) return more;
      return isWhole(block) ? answer(read(block)) : garbled('its answer arrived damaged');
    },
  };
}

function isWhole(block: readonly number[]): boolean {
  const check = block.slice(2, 12).reduce((sum, byte) => sum ^ byte, 0);
  return block[1] === stx && block[12] === check && block[13] === etx && block[14] === eot;
}

function read(block: readonly number[]): ScaleAnswer {
  const text = String.fromCharCode(...block.slice(2, 12));
  const [, stable, sign, digits = '', unit = ''] = /^([SU])([ F-])(.{6})(kg|lb)$/i.exec(text) ?? [];
  if (stable === undefined) return { kind: 'garbled', words: 'its answer is no weight' };
  if (sign === 'F' || /^F+$/.test(digits)) return { kind: 'overload' };
  if (stable === 'U') return { kind: 'moving' };
  const weight = weightShown(digits);
  if (weight === null) return { kind: 'garbled', words: 'its answer is no weight' };
  if (weight === 0) return { kind: 'nothing' };
  if (sign === '-') return { kind: 'under-zero' };
  // The block does not tell gross from net.
  return { kind: 'weight', weight, unit: unit.toLowerCase() === 'kg' ? 'kg' : 'lb', net: false };
}
