import type { Refusal } from './refusals.ts';

/** What Magento 2.4.7's words mean when it refuses what returns, new customers and payments' outcomes ask for. */
export const refusalsOfOtherDocuments: readonly Refusal[] = [
  // Made before, or another's: the credit memo under the number tells (g31).
  {
    calls: ['refund'],
    status: 400,
    says: /^Unique constraint violation found/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.number-taken',
    meaning: 'there is a credit memo under this receipt number already',
  },
  {
    calls: ['refund'],
    status: 400,
    says: /most money available to refund/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.nothing-left-to-refund',
    meaning: 'book the rest by hand, then withdraw this return',
  },
  {
    calls: ['lay-out'],
    status: 400,
    says: /^Could not save Source Item/,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.unknown-source',
    meaning:
      'magento.returnsSourceCode names a source that the shop does not have; make it or correct the setting, then retry',
  },
  // Whatever it answers, it may have been done (g40): what is left in the source tells.
  {
    calls: ['shelve'],
    status: 400,
    says: /./,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.transfer-refused',
    meaning: null,
  },
  // On hold already, or complete, or cancelled: the order itself tells (d22).
  {
    calls: ['hold'],
    status: 400,
    says: /^A hold action is not available/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.not-holdable',
    meaning: null,
  },
  // Made before, or there already: who it is tells the list (h10).
  {
    calls: ['create-customer'],
    status: 400,
    says: /^A customer with the same email/,
    done: 'unknown',
    next: 'look',
    scope: 'document',
    code: 'magento.customer-exists',
    meaning: null,
  },
  {
    calls: ['create-customer'],
    status: 400,
    says: /./,
    done: 'refused',
    next: 'park',
    scope: 'document',
    code: 'magento.customer-refused',
    meaning: 'make the customer by hand in Magento, then retry: whoever has the e-mail address is taken',
  },
];
