import type { JsonValue } from '../../platform/brand.ts';
import { type Clock, seconds } from '../../platform/clock.ts';
import type { HttpMethod, MagentoClient, MagentoOutcome } from '../client/outcome.ts';
import { type SearchFilter, searchCriteria } from '../client/search-criteria.ts';
import type { Call } from './call.ts';
import { classify } from './outcomes.ts';
import { patientSignal } from './patient-signal.ts';
import type { Verdict } from './verdict.ts';

/** A call that came to its end: its body, or what its failure means. */
export type CallResult =
  | { readonly ok: true; readonly body: JsonValue }
  | { readonly ok: false; readonly verdict: Verdict; readonly call: Call };

/** SIGTERM leaves ten seconds; a changing call may use most of them to end well. */
const grace = seconds(7);

/** Calls whose loss costs a wait or a look; the others' carts are simply thrown away. */
const worthWaitingFor: ReadonlySet<Call> = new Set([
  'place',
  'create',
  'amend',
  'invoice',
  'ship',
  'cancel',
  'refund',
  'lay-out',
  'shelve',
  'comment',
  'hold',
  'readdress',
  'send-mail',
  'create-customer',
]);

/** Makes the recipes' calls and says what their answers mean. */
export class Calls {
  readonly #client: MagentoClient;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;

  constructor(client: MagentoClient, clock: Clock, signal: AbortSignal) {
    this.#client = client;
    this.#clock = clock;
    this.#signal = signal;
  }

  get(call: Call, path: string): Promise<CallResult> {
    return this.#ask(call, 'GET', path, undefined);
  }
  post(call: Call, path: string, body?: JsonValue): Promise<CallResult> {
    return this.#ask(call, 'POST', path, body);
  }
  put(call: Call, path: string, body?: JsonValue): Promise<CallResult> {
    return this.#ask(call, 'PUT', path, body);
  }

  /** All entries of a Magento list where `field` has a value; there are at most a handful. */
  list(call: Call, path: string, field: string, value: string | number, fields: string): Promise<CallResult> {
    return this.search(call, path, [{ field, condition: 'eq', value }], fields);
  }

  /** All entries of a Magento list that fit; there are at most a handful. */
  search(call: Call, path: string, filters: readonly SearchFilter[], fields: string): Promise<CallResult> {
    return this.get(call, `${path}?${searchCriteria({ filters, pageSize: 20, fields })}`);
  }

  async #ask(call: Call, method: HttpMethod, path: string, body: JsonValue | undefined): Promise<CallResult> {
    const outcome = await this.#request(call, method, path, body);
    if (outcome.kind === 'ok') return { ok: true, body: outcome.body };
    return { ok: false, call, verdict: classify(call, outcome, this.#clock.trusted()) };
  }

  async #request(call: Call, method: HttpMethod, path: string, body: JsonValue | undefined): Promise<MagentoOutcome> {
    if (!worthWaitingFor.has(call)) return this.#client.request(method, path, body, { signal: this.#signal });
    const patient = patientSignal(this.#signal, this.#clock, grace);
    try {
      return await this.#client.request(method, path, body, { signal: patient.signal });
    } finally {
      patient.release();
    }
  }
}
