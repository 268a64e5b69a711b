import { z } from 'zod';

/**
 * | request | answer |
 * |---|---|
 * | `GET /checklist` | {@link CheckReport} |
 * | `POST /checklist/print` | {@link CheckReport}, once it is on paper |
 * | `GET /checklist/ready?hours=8` | {@link CheckReport} for so long without internet |
 */
export interface CheckReport {
  readonly terminalId: string;
  readonly at: string;
  /** The worst of the lines. */
  readonly verdict: 'ok' | 'attention' | 'fail';
  readonly lines: readonly {
    readonly check: string;
    readonly verdict: 'ok' | 'attention' | 'fail';
    readonly words: string;
    readonly nextStep: string | null;
  }[];
}

export const readyFilter = z.object({ hours: z.coerce.number().positive().max(720).default(8) });
