import type { Duration } from '../../platform/clock.ts';
import type { MagentoOutcome } from '../client/outcome.ts';
import { classify } from '../delivery/outcomes.ts';

/** `post`: a document to be written once; `find`: what became of it; `read`: anything else that changes nothing. */
export type ModuleCall = 'status' | 'post' | 'find' | 'read';

/** What a call that gave no answer means. */
export interface ModuleVerdict {
  /**
   * - `park`: refused for what the document says; a person decides;
   * - `retry`: not done; the same again later;
   * - `look`: perhaps done; ask before posting it again;
   * - `not-there`: the shop has no such document;
   * - `gone`: what was asked for is no longer kept;
   * - `no-module`: the shop has no module, or one of another contract.
   */
  readonly next: 'park' | 'retry' | 'look' | 'not-there' | 'gone' | 'no-module';
  /** `lane`: no other document would get through either; `overload`: the shop asks for less. */
  readonly scope: 'document' | 'lane' | 'overload';
  readonly code: string;
  /** For people: the shop's own words, and what they mean where they don't say it all. */
  readonly words: string;
  readonly retryAfter?: Duration | null;
}

interface Refusal {
  readonly calls: readonly ModuleCall[];
  readonly status: number;
  /** Against Magento's text, placeholders unfilled. */
  readonly says: RegExp;
  readonly next: ModuleVerdict['next'];
  readonly scope: ModuleVerdict['scope'];
  readonly code: string;
  readonly meaning: string | null;
}

const everyCall: readonly ModuleCall[] = ['status', 'post', 'find', 'read'];

/** The module's refusals as recorded (test/conformance/module-exchanges). The first that fits counts. */
const refusals: readonly Refusal[] = [
  {
    calls: everyCall,
    status: 404,
    says: /^Request does not match any route/,
    next: 'no-module',
    scope: 'lane',
    code: 'magento.no-module',
    meaning: 'the Holdfast module is not installed in the shop',
  },
  {
    calls: ['find', 'post'],
    status: 404,
    says: /^No such entity/,
    next: 'not-there',
    scope: 'document',
    code: 'magento.not-there',
    meaning: null,
  },
  {
    calls: ['read'],
    status: 410,
    says: /./,
    next: 'gone',
    scope: 'document',
    code: 'magento.gone',
    meaning: null,
  },
  {
    calls: ['post'],
    status: 404,
    says: /^The store that was requested wasn't found/,
    next: 'retry',
    scope: 'lane',
    code: 'magento.unknown-store',
    meaning: 'correct the store in the terminal’s settings',
  },
  {
    calls: ['post'],
    status: 400,
    says: /^There is no inventory source/,
    next: 'retry',
    scope: 'lane',
    code: 'magento.unknown-source',
    meaning: 'correct the source in the terminal’s settings',
  },
  // The framework did not understand the document: module and terminal are of releases that don't fit.
  {
    calls: ['post'],
    status: 400,
    says: /is not supported\. Correct the field name|type is invalid\. The .* type was expected|is required\. Enter and try again/,
    next: 'retry',
    scope: 'lane',
    code: 'magento.module-mismatch',
    meaning: 'the module in the shop does not fit this terminal’s release; update the older of the two',
  },
  // Magento's invoicing and shipping hide a deadlock behind these words. The module has tried three times, and left nothing.
  {
    calls: ['post'],
    status: 400,
    says: /^Could not /,
    next: 'retry',
    scope: 'document',
    code: 'magento.not-written',
    meaning: 'nothing was written; Magento’s log says why',
  },
  // By a till through Magento's cart, or directly: whichever way made it has to finish it.
  {
    calls: ['post'],
    status: 409,
    says: /^Receipt .* is already in order/,
    next: 'park',
    scope: 'document',
    code: 'magento.already-there',
    meaning: null,
  },
  {
    calls: ['post'],
    status: 409,
    says: /./,
    next: 'park',
    scope: 'document',
    code: 'magento.conflict',
    meaning: null,
  },
];

/** What an answer means that is not the one asked for. `trustClock`: the terminal's date was set by NTP. */
export function moduleVerdict(
  call: ModuleCall,
  outcome: Exclude<MagentoOutcome, { kind: 'ok' }>,
  trustClock: boolean,
): ModuleVerdict {
  if (outcome.kind === 'refused') return refusal(call, outcome);
  if (outcome.kind === 'unknown') {
    const next = call === 'post' ? 'look' : 'retry';
    return { next, scope: 'document', code: `magento.${outcome.code}`, words: outcome.message };
  }
  // What did not reach Magento's code, or was not let in, means the same whatever was asked.
  const { scope, code, words, retryAfter } = classify('search-orders', outcome, trustClock);
  return { next: 'retry', scope, code, words, retryAfter };
}

function refusal(call: ModuleCall, outcome: Extract<MagentoOutcome, { kind: 'refused' }>): ModuleVerdict {
  const known = refusals.find(
    (row) => row.calls.includes(call) && row.status === outcome.status && row.says.test(outcome.template),
  );
  if (known !== undefined) {
    const { next, scope, code, meaning } = known;
    return { next, scope, code, words: meaning === null ? outcome.message : `${outcome.message} (${meaning})` };
  }
  // A refusal in words not yet met: of a document, a person decides; of a look, it is the shop's set-up.
  return call === 'post'
    ? { next: 'park', scope: 'document', code: 'magento.refused', words: outcome.message }
    : { next: 'retry', scope: 'lane', code: 'magento.refused', words: outcome.message };
}
