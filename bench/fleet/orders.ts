import type { Claim, FleetPlace } from '../../src/fleet/enrolment.ts';

/** What a process of simulated terminals is told to do. Each order is answered once. */
export type Order =
  /** Makes devices and has them join, so many at a time. */
  | {
      readonly do: 'enrol';
      readonly count: number;
      readonly atATime: number;
      readonly place: FleetPlace;
      readonly claim: Claim;
    }
  /** Runs the agents of all, so many connecting at a time; answers when all are online and have what they fetch. */
  | { readonly do: 'start'; readonly atATime: number }
  /**
   * How busy they are: whether each sells something between two looks at itself, and by what their rests are divided, so that a
   * minute's reports come in less. Answers at once.
   */
  | { readonly do: 'pace'; readonly isSelling: boolean; readonly hurry: number }
  /** From now on, the moments at which each came online are noted anew. */
  | { readonly do: 'watch' }
  /** Asks the controller something on behalf of one terminal after the other, with rests, for so long; answers how long each answer took. */
  | { readonly do: 'ask'; readonly seconds: number; readonly perSecond: number }
  | { readonly do: 'look' }
  /** Collects garbage, then says how large the heap is. */
  | { readonly do: 'weigh' }
  | { readonly do: 'end' };

export interface Answers {
  readonly enrol: { readonly took: readonly number[] };
  readonly start: Record<string, never>;
  readonly pace: Record<string, never>;
  readonly watch: Record<string, never>;
  readonly ask: { readonly took: readonly number[]; readonly unanswered: number };
  readonly look: Looked;
  /** Bytes. */
  readonly weigh: { readonly heap: number };
  readonly end: Record<string, never>;
}

export interface Looked {
  /** Monotonic moments, the same for all processes of this machine: since `watch`, when each was online for the last time anew. */
  readonly cameOnline: readonly number[];
}
