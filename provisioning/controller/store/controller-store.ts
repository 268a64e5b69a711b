import type { JsonValue } from '../../../src/platform/brand.ts';
import type { Instant } from '../../../src/platform/clock.ts';
import { HoldfastError } from '../../../src/platform/errors.ts';
import type { CollectionName, DocumentOf } from './documents.ts';

/** A document and the version that a later change may demand. Versions begin with 1. */
export interface Stored<Name extends CollectionName> {
  readonly id: string;
  readonly version: number;
  readonly value: DocumentOf<Name>;
}

/** One change of a batch; `expected`: the version it must have now, 0 for a document that must not exist, null for whatever. */
export type Change = {
  readonly [Name in CollectionName]: {
    readonly collection: Name;
    readonly id: string;
    readonly expected: number | null;
    /** null: the document goes. */
    readonly value: DocumentOf<Name> | null;
  };
}[CollectionName];

export interface ListWishes {
  /** Only ids that begin with this. */
  readonly prefix?: string;
  /** Only ids behind this one. */
  readonly after?: string;
  readonly limit?: number;
}

/** `audit`: what people did; `events`: what happened to a terminal. */
export type LogName = 'audit' | 'events';

export interface LogEntry {
  /** Sortable; newer ones are greater. */
  readonly id: string;
  readonly at: Instant;
  /** Whom it is about: a terminal's number, or empty. */
  readonly subject: string;
  readonly entry: JsonValue;
}

/**
 * What a controller keeps: LevelDB in a folder, or PostgreSQL for several controllers at once. What is read is checked against its schema.
 * Errors: `controller-store.conflict` (remedy `retry`), `controller-store.damaged`, `controller-store.failed`.
 */
export interface ControllerStore {
  get<Name extends CollectionName>(collection: Name, id: string): Promise<Stored<Name> | null>;
  /** In the order of their ids. */
  list<Name extends CollectionName>(collection: Name, wishes?: ListWishes): Promise<readonly Stored<Name>[]>;
  /** All of them or none; `controller-store.conflict` when one is not as expected. Durable unless said otherwise. */
  write(changes: readonly Change[], options?: { readonly durable?: boolean }): Promise<void>;
  append(log: LogName, subject: string, entry: JsonValue, at: Instant): Promise<void>;
  /** Newest first; before an id: what is older. Subject null: of all. */
  readLog(
    log: LogName,
    wishes: { readonly subject: string | null; readonly before?: string; readonly limit: number },
  ): Promise<readonly LogEntry[]>;
  /** Removes what is older. */
  pruneLog(log: LogName, before: Instant): Promise<void>;
  /** Called after each change by any controller on this store, soon; returns what ends that. */
  onChange(listener: (collection: CollectionName, id: string) => void): () => void;
  close(): Promise<void>;
}

export function conflict(collection: string, id: string): HoldfastError {
  return new HoldfastError(
    'controller-store.conflict',
    `${collection} "${id}" was changed by somebody else meanwhile`,
    {
      remedy: 'retry',
      hint: 'Look at it again, then repeat the change.',
    },
  );
}

export function damaged(collection: string, id: string, cause: unknown): HoldfastError {
  return new HoldfastError(
    'controller-store.damaged',
    `${collection} "${id}" can’t be read as this release writes it`,
    {
      remedy: 'operator',
      cause,
      hint: 'Was it written by a newer release? Else restore it from a backup.',
    },
  );
}

/**
 * Reads, decides, writes; begins again where somebody else was faster. `decide` gives the changes and what to answer; it may be called
 * several times. Gives up with the conflict after `tries`.
 */
export async function decideAndWrite<Answer>(
  store: ControllerStore,
  decide: () => Promise<{ readonly changes: readonly Change[]; readonly answer: Answer }>,
  { tries = 8, durable = true }: { readonly tries?: number; readonly durable?: boolean } = {},
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const { changes, answer } = await decide();
    try {
      if (changes.length > 0) await store.write(changes, { durable });
      return answer;
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'controller-store.conflict' || attempt >= tries)
        throw error;
    }
  }
}
