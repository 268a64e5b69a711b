import type { Journal } from '../journal/journal.ts';

/** What the payments need of the journal. */
export type PaymentJournal = Pick<
  Journal,
  'append' | 'openSubjects' | 'history' | 'subjects' | 'document' | 'sale' | 'saleByReceipt' | 'outcomesOf'
>;
