import { z } from 'zod';
import { HoldfastError } from '../../platform/errors.ts';
import type { Random } from '../../platform/random.ts';

const action = z.discriminatedUnion('kind', [
  /** Answers later by this many milliseconds. */
  z.object({ kind: z.literal('slow'), milliseconds: z.number().min(0) }),
  /** Cuts the connection; the call is not made. */
  z.object({ kind: z.literal('drop-before') }),
  /** Makes the call and cuts the connection: the reply is lost. */
  z.object({ kind: z.literal('drop-after') }),
  /** Answers this status instead of making the call; 503 is Magento's maintenance page, 502 a proxy's. */
  z.object({
    kind: z.literal('answer'),
    status: z.union([z.literal(401), z.literal(429), z.literal(500), z.literal(502), z.literal(503)]),
    /** Seconds, as a `Retry-After` header. */
    retryAfter: z.number().int().min(0).optional(),
  }),
  /** Makes the call and answers 500 all the same. */
  z.object({ kind: z.literal('error-after') }),
  /** Makes the call and sends only the first half of the JSON. */
  z.object({ kind: z.literal('truncate') }),
]);

const fault = z.object({
  action,
  /** HTTP method; absent: any. */
  method: z.string().optional(),
  /** Regular expression on the path after `/rest`, without the query; absent: any. */
  path: z.string().optional(),
  /** Only the n-th matching call from now on, counted from 1. */
  nth: z.number().int().min(1).optional(),
  /** At most this often. */
  times: z.number().int().min(1).optional(),
  /** Each matching call with this probability. */
  probability: z.number().min(0).max(1).optional(),
});

export type FaultAction = z.infer<typeof action>;
/** Something that goes wrong with some calls. Without `nth`, `times` and `probability`: with every matching one. */
export type Fault = z.infer<typeof fault>;

interface ActiveFault {
  readonly fault: Fault;
  readonly path: RegExp | null;
  matched: number;
  fired: number;
}

/** A fault in force, with how often it matched and struck. */
export interface FaultReport extends Fault {
  readonly matched: number;
  readonly fired: number;
}

/** What is made to go wrong between a till and the simulated shop; switchable while it runs. */
export class Faults {
  readonly #random: Random;
  #active: ActiveFault[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Replaces all faults. */
  set(faults: readonly Fault[]): void {
    this.#active = faults.map(prepared);
  }

  add(added: Fault): void {
    this.#active.push(prepared(added));
  }

  clear(): void {
    this.#active = [];
  }

  list(): readonly FaultReport[] {
    return this.#active.map(({ fault: given, matched, fired }) => ({ ...given, matched, fired }));
  }

  /** What strikes this call; all faults that match are counted, of exclusive ones the first counts. */
  strike(method: string, path: string): readonly FaultAction[] {
    const struck: FaultAction[] = [];
    for (const active of this.#active) {
      const { fault: given } = active;
      if (given.method !== undefined && given.method !== method) continue;
      if (active.path !== null && !active.path.test(path)) continue;
      active.matched += 1;
      if (given.nth !== undefined && active.matched !== given.nth) continue;
      if (given.times !== undefined && active.fired >= given.times) continue;
      if (given.probability !== undefined && this.#random.fraction() >= given.probability) continue;
      active.fired += 1;
      struck.push(given.action);
    }
    return struck;
  }
}

function prepared(given: Fault): ActiveFault {
  return { fault: given, path: given.path === undefined ? null : new RegExp(given.path), matched: 0, fired: 0 };
}

/** Reads faults from JSON, as the admin endpoint gets them. */
export function parseFaults(value: unknown): readonly Fault[] {
  const parsed = z.array(fault).safeParse(Array.isArray(value) ? value : [value]);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new HoldfastError('showroom.bad-fault', `Not a fault: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`, {
    remedy: 'never',
  });
}
