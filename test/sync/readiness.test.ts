import { describe, expect, it } from 'vitest';
import { documentId, neededBy } from '../../src/journal/document.ts';
import type { DeliveryRecord, Document, QueuedDocument } from '../../src/journal/journal.ts';
import { undelivered } from '../../src/journal/ledger.ts';
import type { DocumentId } from '../../src/platform/ids.ts';
import { readinessOf } from '../../src/sync/readiness.ts';
import {
  sampleCustomer,
  sampleMail,
  sampleOfflineCustomer,
  sampleOutcome,
  sampleReturn,
} from '../journal/sample-documents.ts';
import { sampleSale } from '../journal/sample-sale.ts';

const customer: Document = { kind: 'customer', customer: sampleCustomer(1) };
const sale: Document = {
  kind: 'sale',
  sale: sampleSale({ counter: 12, change: { customer: sampleOfflineCustomer(1) } }),
};
const plainSale: Document = { kind: 'sale', sale: sampleSale({ counter: 12 }) };
const returned: Document = {
  kind: 'return',
  return: sampleReturn({ counter: 13, of: 12, change: { customer: sampleOfflineCustomer(1) } }),
};
const unreceipted: Document = { kind: 'return', return: sampleReturn({ counter: 14, of: null }) };
const outcome: Document = {
  kind: 'payment-outcome',
  outcome: sampleOutcome(1, sampleSale({ counter: 12, pay: 'card' })),
};

const mail: Document = { kind: 'receipt-mail', mail: sampleMail(1, sampleSale({ counter: 12 })) };

/** Documents that stand so. */
function standing(...documents: readonly (readonly [Document, DeliveryRecord['state']])[]) {
  const queue = new Map<DocumentId, QueuedDocument>();
  for (const [document, state] of documents) {
    const id = documentId(document);
    queue.set(id, { ...document, sequence: 1, delivery: { ...undelivered(id), state } });
  }
  return (id: DocumentId) => queue.get(id);
}

describe('what a document waits for', () => {
  it.each([
    ['a sale for its new customer', sale, [customer], 'customer ada1@example.com'],
    ['a return for its sale', returned, [plainSale], 'receipt K1-00000012'],
    ['an e-mail for its sale', mail, [plainSale], 'receipt K1-00000012'],
    ['an outcome for its sale', outcome, [plainSale], 'receipt K1-00000012'],
  ] as const)('%s', (_, document, needed, name) => {
    const states = needed.map((each) => (state: DeliveryRecord['state']) => standing([each, state]));
    for (const stand of states) {
      expect(readinessOf(neededBy(document), stand('waiting'))).toEqual({ kind: 'waits', words: `waits for ${name}` });
      const parked = { kind: 'waits', words: `waits for ${name}, which is parked` };
      expect(readinessOf(neededBy(document), stand('parked'))).toEqual(parked);
      for (const state of ['confirmed', 'withdrawn'] as const) {
        expect(readinessOf(neededBy(document), stand(state))).toMatchObject({
          kind: 'ready',
          needed: [{ delivery: { state } }],
        });
      }
    }
  });

  it('everything that it needs is handed over', () => {
    const lookUp = standing([sale, 'confirmed'], [customer, 'confirmed']);
    expect(readinessOf(neededBy(returned), lookUp)).toMatchObject({ needed: [{ kind: 'sale' }, { kind: 'customer' }] });
  });

  it('nothing, where it needs nothing, or what it needs was removed after its retention', () => {
    for (const document of [customer, plainSale, unreceipted]) {
      expect(readinessOf(neededBy(document), standing([sale, 'parked'], [plainSale, 'parked']))).toEqual({
        kind: 'ready',
        needed: [],
      });
    }
    expect(readinessOf(neededBy(returned), standing())).toEqual({ kind: 'ready', needed: [] });
  });
});
