import { describe, expect, it } from 'vitest';
import { documentSchema, queuedDocumentSchema } from '../../src/fleet/document-schema.ts';
import type { DeliveryRecord, Document } from '../../src/journal/journal.ts';
import {
  sampleCustomer,
  sampleMail,
  sampleOfflineCustomer,
  sampleOutcome,
  sampleReturn,
} from '../journal/sample-documents.ts';
import { sampleSale } from '../journal/sample-sale.ts';
import { sweepSale } from '../sweep/sales.ts';

const sale = sampleSale({ counter: 1 });
const documents: readonly Document[] = [
  { kind: 'sale', sale },
  { kind: 'sale', sale: sweepSale('rich', 2) },
  { kind: 'sale', sale: { ...sale, customer: sampleOfflineCustomer(3) } },
  { kind: 'return', return: sampleReturn({ counter: 2, of: 1 }) },
  { kind: 'return', return: sampleReturn({ counter: 2, of: null }) },
  { kind: 'customer', customer: sampleCustomer(3) },
  { kind: 'payment-outcome', outcome: sampleOutcome(4, sale) },
  { kind: 'receipt-mail', mail: sampleMail(5, sale) },
];

const travelled = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a document on its way to a gateway', () => {
  it.each(documents.map((document) => [document.kind, document] as const))(
    'comes as it was journaled: %s',
    (_, document) => {
      expect(documentSchema.parse(travelled(document))).toEqual(travelled(document));
      const delivery = { documentId: sale.saleId, state: 'confirmed', progress: { version: 1 }, made: null };
      const queued = { ...document, sequence: 7, delivery: delivery as unknown as DeliveryRecord };
      expect(queuedDocumentSchema.parse(travelled(queued))).toEqual(travelled(queued));
    },
  );

  it('keeps what this release does not know, and is refused where what it does know is wrong', () => {
    const newer = { kind: 'sale', sale: { ...sale, aFieldOfTomorrow: 1 } };
    expect(documentSchema.parse(travelled(newer))).toEqual(travelled(newer));
    const wrong = [
      { kind: 'sale', sale: { ...sale, lines: [] } },
      { kind: 'sale', sale: { ...sale, totals: { ...sale.totals, grandTotal: '12.00' } } },
      { kind: 'sale', sale: { ...sale, customer: { id: null, groupId: 0, email: 'a@b.c', name: 'A' } } },
      { kind: 'gift', gift: {} },
      null,
    ];
    for (const each of wrong) expect(documentSchema.safeParse(each).success).toBe(false);
  });
});
