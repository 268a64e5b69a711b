import type { JournalEntry, SubjectKind } from './journal.ts';

/** Where a card payment or a case is told: what was written of it, and whether it was open from then on. Oldest first. */
export interface SubjectPlace {
  readonly changes: readonly { readonly sequence: number; readonly open: boolean }[];
}

/** Which card payment or case. */
export interface SubjectName {
  readonly kind: SubjectKind;
  readonly id: string;
}

/** What an entry tells of; null: of neither a card payment nor a case. */
export function subjectOf(entry: JournalEntry): (SubjectName & { readonly open: boolean }) | null {
  if (entry.kind === 'payment') return { kind: entry.kind, id: entry.paymentId, open: entry.open };
  return entry.kind === 'case' ? { kind: entry.kind, id: entry.caseId, open: entry.open } : null;
}

export const isOpen = (place: SubjectPlace | undefined): boolean => place?.changes.at(-1)?.open ?? false;

/** By the sequence of its first record subjects are in order. */
export const firstOf = (place: SubjectPlace): number => place.changes[0]?.sequence ?? 0;
