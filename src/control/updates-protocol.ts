import { z } from 'zod';
import type { ControlError } from './protocol.ts';

/**
 * Another release, over the control socket.
 *
 * | request | answer |
 * |---|---|
 * | `GET /updates` | {@link UpdateReport} |
 * | `POST /updates/install?by=…&contact=required\|not-needed`, the bundle as body | JSON Lines of {@link UpdateProgress} |
 * | `POST /updates/rollback?by=…` | JSON Lines of {@link UpdateProgress} |
 */
const by = z.string().trim().min(1).max(100);

export const installQuestion = z.strictObject({ by, contact: z.enum(['required', 'not-needed']).default('required') });
export type InstallQuestion = z.infer<typeof installQuestion>;
export const rollbackQuestion = z.strictObject({ by });
export type RollbackQuestion = z.infer<typeof rollbackQuestion>;

/** Null in place of it all: this installation is not updated by itself. */
export interface UpdateReport {
  /** What runs, e.g. `0.2.0-1f0c9a7b2d3e`; null: nobody knows its name. */
  readonly release: string | null;
  readonly version: string;
  /** What can be gone back to; null: nothing. */
  readonly previous: string | null;
  /** Not null: what runs has yet to prove itself; `verdict` says whether it has, before that is noted at the next start. */
  readonly trial: { readonly starts: number; readonly verdict: 'good' | 'bad' | null } | null;
  /** What is under way, in words; null: nothing. */
  readonly doing: string | null;
  /** How the last order ended; null: there was none. */
  readonly last: {
    readonly release: string;
    readonly how: 'committed' | 'rolled-back' | 'refused' | 'superseded';
    readonly words: string;
  } | null;
  /** Names of the keys whose releases are taken. */
  readonly keys: readonly string[];
}

/** `done`: it runs already. Where the terminal restarts, the answer ends after the words that say so. */
export type UpdateProgress =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'restarting'; readonly words: string }
  | { readonly kind: 'done'; readonly words: string }
  | { readonly kind: 'failed'; readonly error: ControlError };
