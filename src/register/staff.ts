/** Somebody who works at the till. */
export interface StaffMember {
  readonly name: string;
  /** What this person may do without asking; a supervisor may do everything. */
  readonly may: readonly GuardedTopic[] | 'everything';
}

/** What may need leave. */
export const guardedTopics = [
  'discount',
  'price',
  'void-sale',
  'cash-in',
  'cash-out',
  'open-drawer',
  'close-shift',
  'return',
  'return-without-receipt',
  'service',
  'offline-card',
] as const;

export type GuardedTopic = (typeof guardedTopics)[number];

export const mayDo = (member: StaffMember | null, topic: GuardedTopic): boolean =>
  member !== null && (member.may === 'everything' || member.may.includes(topic));

/** What became of a PIN that was typed. */
export type StaffAnswer =
  | { readonly kind: 'known'; readonly member: StaffMember }
  | { readonly kind: 'unknown' }
  /** Several people have it: nobody can say who this is. */
  | { readonly kind: 'shared' }
  /** Too many wrong ones: none is looked at for so many seconds. Whoever is signed in goes on selling. */
  | { readonly kind: 'locked'; readonly seconds: number };
