import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Document } from '../../../src/journal/journal.ts';
import { type ReceiptNumber, terminalId } from '../../../src/platform/ids.ts';
import { sampleMail } from '../../journal/sample-documents.ts';
import { Rig } from '../../sweep/rig.ts';
import { sweepSale } from '../../sweep/sales.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.open();
  await rig.useGateways(1);
});
afterEach(() => rig.close());

it('a gateway brings nothing in another terminal’s name, whoever has its credentials', async () => {
  const sale = sweepSale('plain', 1);
  const receiptNumber = 'K2-00000001' as ReceiptNumber;
  const foreign: Document[] = [
    { kind: 'sale', sale: { ...sale, terminalId: terminalId('K2'), receiptNumber } },
    { kind: 'sale', sale: { ...sale, receiptNumber } },
    { kind: 'receipt-mail', mail: sampleMail(1, { ...sale, receiptNumber }) },
  ];
  const lane = rig.gateways!.lane(rig.journal, () => undefined);
  // Connected by now.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  for (const document of foreign) {
    const { signal } = new AbortController();
    const task = { progress: null, instructions: [], needed: [], checkpoint: async () => undefined, signal };
    expect(await lane.deliver(document, task)).toMatchObject({ kind: 'parked', code: 'gateway.other-terminal' });
  }
  expect(rig.shop.calls).toEqual([]);
  expect(rig.shop.shop.ledger.orders).toEqual([]);
});
