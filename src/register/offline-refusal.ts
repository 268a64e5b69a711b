import type { Money } from '../money/money.ts';

/** Why no card is taken while its bank can't be asked; the screens have the words. */
export type OfflineRefusal =
  /** `no-limit-agreed`: the acquirer sets a limit by contract, and it was not configured. `not-approved`: no supervisor agreed. */
  | { readonly code: 'not-allowed' | 'no-limit-agreed' | 'contact-needed' | 'not-approved' }
  | { readonly code: 'amount'; readonly limit: Money }
  | { readonly code: 'count'; readonly count: number }
  | { readonly code: 'total'; readonly limit: Money; readonly room: Money }
  | { readonly code: 'window-over'; readonly hours: number }
  /** Stored ones must be forwarded before a card is taken online. */
  | { readonly code: 'upload-first'; readonly count: number };
