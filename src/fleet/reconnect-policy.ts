import { type Duration, milliseconds, minutes, seconds } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { LinkTrouble } from './broker-link.ts';

/** When a broker is tried again. Spread over the whole pause, so that a fleet does not come back in one second. */
export interface ReconnectPolicy {
  /** The first pause is drawn between nothing and this, each later one from twice the range. */
  readonly base: Duration;
  readonly longest: Duration;
  /** A connection that lasted so long was a good one: the next pause is a first one again. */
  readonly stableAfter: Duration;
}

export const defaultReconnectPolicy: ReconnectPolicy = {
  base: seconds(1),
  longest: seconds(300),
  stableAfter: minutes(1),
};

/** No pause is shorter, so that a broker which refuses at once is not hammered even by one terminal. */
const shortest = milliseconds(200);
/** A machine's clock is set within seconds of the network's being there. */
const clockPause = seconds(10);

/** The pause after the `failures`-th failure in a row (from 1). */
export function pauseAfter(trouble: LinkTrouble, failures: number, policy: ReconnectPolicy, random: Random): Duration {
  const range = Math.min(policy.longest, policy.base * 2 ** Math.min(failures - 1, 20));
  const drawn = (from: number, to: number): Duration =>
    milliseconds(Math.round(from + random.fraction() * (to - from)));
  switch (trouble) {
    case 'unreachable':
    case 'unavailable':
      return drawn(Math.min(shortest, range), range);
    case 'protocol-version':
      return shortest;
    case 'clock':
      // Not the network's fault: no doubling.
      return drawn(clockPause / 2, clockPause);
    case 'rate':
      return drawn(range / 2, Math.max(range, policy.longest / 5));
    case 'certificate':
    case 'not-authorised':
    case 'bad-credentials':
    case 'taken-over':
    case 'quota':
    case 'refused':
      // A person must act, or two devices would throw each other out for ever: seldom.
      return drawn(policy.longest / 2, policy.longest);
  }
}

/** What it means and what to do, for whoever looks at the terminal. */
export function wordsFor(trouble: LinkTrouble): { readonly words: string; readonly nextStep: string } {
  switch (trouble) {
    case 'unreachable':
      return { words: 'The fleet’s broker can’t be reached.', nextStep: 'Nothing to do while the internet is away.' };
    case 'unavailable':
      return { words: 'The fleet’s broker takes no connection now.', nextStep: 'It is tried again by itself.' };
    case 'clock':
      return {
        words: 'The broker’s certificate can’t be checked: this terminal’s clock is not set.',
        nextStep: 'Let the terminal reach a time server (NTP).',
      };
    case 'certificate':
      return {
        words: 'The broker’s certificate is not one that this terminal trusts.',
        nextStep: 'Check fleet.caFile and the broker’s name in fleet.broker.',
      };
    case 'not-authorised':
      return {
        words: 'The broker does not let this terminal in.',
        nextStep: 'It may have been revoked: look in the fleet’s console; enrol it again if it belongs to the fleet.',
      };
    case 'bad-credentials':
      return {
        words: 'The broker does not know this terminal’s credentials.',
        nextStep: 'Enrol the terminal again (holdfast fleet enrol).',
      };
    case 'protocol-version':
      return { words: 'The broker speaks neither MQTT 5 nor 3.1.1.', nextStep: 'Use another broker (docs/mqtt.md).' };
    case 'taken-over':
      return {
        words: 'Another device signs in as this terminal.',
        nextStep: 'Look for a copied medium; switch one of the two off and enrol it as a terminal of its own.',
      };
    case 'quota':
      return { words: 'The broker’s limit is reached.', nextStep: 'Raise the broker’s limits (docs/mqtt.md).' };
    case 'rate':
      return { words: 'The broker asks for fewer connections.', nextStep: 'It is tried again by itself.' };
    case 'refused':
      return { words: 'The broker refuses the connection.', nextStep: 'The log has its reason.' };
  }
}

/** The broker is there and does not let this client in. */
export const isRefusal = (trouble: LinkTrouble): boolean =>
  trouble === 'bad-credentials' || trouble === 'not-authorised';
