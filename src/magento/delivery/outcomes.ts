import type { Duration } from '../../platform/clock.ts';
import type { MagentoOutcome } from '../client/outcome.ts';
import { type Call, cartCalls, documentCalls, everySaleCalls, ofSomeDocuments, reads } from './call.ts';
import { refusalsOfSales } from './refusals.ts';
import { refusalsOfOtherDocuments } from './refusals-of-other-documents.ts';
import type { Verdict } from './verdict.ts';

const refusals = [...refusalsOfSales, ...refusalsOfOtherDocuments];

/** What the answer to a call means, by Magento's recorded behaviour. `trustClock`: the terminal's date was set by NTP. */
export function classify(call: Call, outcome: MagentoOutcome, trustClock: boolean): Verdict {
  switch (outcome.kind) {
    case 'ok':
      return {
        done: 'done',
        next: 'go-on',
        scope: 'document',
        code: 'ok',
        words: 'done',
        retryAfter: null,
        finished: true,
      };
    case 'refused':
      return refusal(call, outcome);
    case 'unauthorized':
      return unauthorized(call, outcome);
    case 'unavailable':
      return unavailable(outcome, trustClock);
    case 'unknown':
      return unknown(call, outcome);
  }
}

function unauthorized(call: Call, { reason, message }: Extract<MagentoOutcome, { kind: 'unauthorized' }>): Verdict {
  if (reason === 'sign-in') {
    const words = `Magento refuses the user name or password, or has locked the account: ${message}`;
    return lane('magento.sign-in-refused', words);
  }
  const verdict = lane('magento.unauthorized', `Magento does not let this terminal in, or not to this: ${message}`);
  return ofSomeDocuments.has(call) ? { ...verdict, scope: 'document' } : verdict;
}

function refusal(call: Call, outcome: Extract<MagentoOutcome, { kind: 'refused' }>): Verdict {
  const known = refusals.find(
    (row) => row.calls.includes(call) && row.status === outcome.status && row.says.test(outcome.template),
  );
  if (known !== undefined) {
    const { done, next, scope, code, meaning } = known;
    const words = meaning === null ? outcome.message : `${outcome.message} (${meaning})`;
    return { done, next, scope, code, words, retryAfter: null, finished: known.unfinished !== true };
  }
  // A refusal in words not yet met: of this sale, a person decides; of a call that every sale needs, it is the shop's set-up.
  const ofSale = documentCalls.has(call) && outcome.status !== 405;
  return {
    done: ofSale ? 'refused' : 'not-done',
    next: ofSale ? 'park' : 'retry',
    scope: ofSale ? 'document' : 'lane',
    code: 'magento.refused',
    words: outcome.message,
    retryAfter: null,
    finished: true,
  };
}

function unavailable(outcome: Extract<MagentoOutcome, { kind: 'unavailable' }>, trustClock: boolean): Verdict {
  if (outcome.code === 'tls' && isDateTrouble(outcome.message, trustClock)) {
    return lane(
      'clock.wrong',
      `The shop's certificate does not fit this terminal's date; set the clock: ${outcome.message}`,
    );
  }
  const verdict = lane(`magento.${outcome.code}`, outcome.message, outcome.retryAfter);
  return outcome.code === 'overloaded' ? { ...verdict, scope: 'overload' } : verdict;
}

/** A certificate "from the future" is a clock that is behind; one that ran out may be the shop's fault where the clock is right. */
const isDateTrouble = (message: string, trustClock: boolean): boolean =>
  /not yet valid/i.test(message) || (/expired/i.test(message) && !trustClock);

function unknown(call: Call, outcome: Extract<MagentoOutcome, { kind: 'unknown' }>): Verdict {
  const read = reads.has(call);
  return {
    done: read ? 'not-done' : 'unknown',
    next: read ? 'retry' : inCart(call) ? 'new-cart' : 'look',
    scope: everySaleCalls.has(call) ? 'lane' : 'document',
    code: `magento.${outcome.code}`,
    words: outcome.message,
    retryAfter: null,
    // An exception's page comes from Magento itself; 502 to 504 come from a proxy that lost patience with it.
    finished: outcome.code === 'server-error' && outcome.status === 500,
  };
}

const inCart = (call: Call): boolean => call === 'open-cart' || cartCalls.includes(call);

function lane(code: string, words: string, retryAfter: Duration | null = null): Verdict {
  return { done: 'not-done', next: 'retry', scope: 'lane', code, words, retryAfter, finished: true };
}
