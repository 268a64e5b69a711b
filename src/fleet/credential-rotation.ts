import { HoldfastError, messageOf } from '../platform/errors.ts';
import type { BrokerConnection } from './broker-connection.ts';
import type { DeviceKey } from './device-key.ts';
import { readCredentials } from './enrolment.ts';
import type { Identity, Membership } from './identity.ts';
import type { JobExecutor } from './jobs-agent.ts';
import type { Messenger } from './messenger.ts';
import type { BrokerCredentials } from './protocol.ts';

export type Member = Extract<Membership, { readonly stage: 'enrolled' }>;

/** Throws TypeError for a device that is not enrolled: its agent is not started. */
export function enrolledAs(identity: Identity): Member {
  const { membership } = identity;
  if (membership.stage !== 'enrolled') throw new TypeError('This device is not enrolled');
  return membership;
}

/**
 * Which credentials the next connection is tried with. While new ones wait to be confirmed nobody here knows which the controller still
 * has: the answer may have been lost. So both are tried, and the new ones are only given up once the old ones were accepted.
 */
export class SigningIn {
  readonly #identity: Identity;
  #isNext = true;
  /** Both were refused: the connection's own pause is kept before they are tried again. */
  #wasOtherRefused = false;

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  get credentials(): BrokerCredentials {
    const { credentials, next } = enrolledAs(this.#identity);
    return this.#isNext && next !== null ? next.credentials : credentials;
  }

  /** The next connection is by the new ones. */
  tryNext(): void {
    this.#isNext = true;
    this.#wasOtherRefused = false;
  }

  /** True: the other credentials are worth trying at once. */
  refused(): boolean {
    if (enrolledAs(this.#identity).next === null) return false;
    this.#isNext = !this.#isNext;
    this.#wasOtherRefused = !this.#wasOtherRefused;
    return this.#wasOtherRefused;
  }

  async accepted(): Promise<void> {
    const member = enrolledAs(this.#identity);
    this.#wasOtherRefused = false;
    if (member.next !== null && !this.#isNext) await this.#identity.become({ ...member, next: null });
  }
}

export interface RotationParts {
  readonly identity: Identity;
  readonly key: DeviceKey;
  readonly messenger: Messenger;
  readonly connection: BrokerConnection;
  readonly signingIn: SigningIn;
}

/**
 * Takes new credentials: fetched, kept beside the old ones, tried, confirmed; only then are the old ones given up, on both sides. What
 * is interrupted begins again with the same job: whatever was fetched is good until something is confirmed.
 */
export function credentialRotation(parts: RotationParts): JobExecutor<'rotate-credentials'> {
  const { identity, key, messenger, connection, signingIn } = parts;
  return {
    waitsForQuiet: false,
    afterRestart: 'again',
    async run(_, { jobId, tell, signal }) {
      await online(connection, signal);
      tell('Fetching new credentials', 0.2);
      const { credentials } = await messenger.ask('credentials.get', { jobId });
      const next = readCredentials(key, credentials);
      tell('Signing in with them', 0.5);
      await identity.become({ ...enrolledAs(identity), next: { jobId, credentials: next } });
      signingIn.tryNext();
      connection.reconnect();
      await offline(connection);
      await online(connection, signal);
      if (signingIn.credentials.username !== next.username) {
        throw new HoldfastError('fleet.credentials-refused', 'The broker does not accept the new credentials.', {
          remedy: 'retry',
          hint: 'The old ones stay in use.',
        });
      }
      try {
        await messenger.ask('credentials.confirm', { jobId });
      } catch (error) {
        // Either may be what the controller knows by now: both are kept.
        throw new HoldfastError('fleet.rotation-unconfirmed', `Not confirmed: ${messageOf(error)}`, {
          remedy: 'retry',
        });
      }
      await identity.become({ ...enrolledAs(identity), credentials: next, next: null });
      return { words: `Signs in as ${next.username} now` };
    },
  };
}

const online = (connection: BrokerConnection, signal: AbortSignal): Promise<void> =>
  until(connection, (name) => name === 'online', signal);
const offline = (connection: BrokerConnection): Promise<void> => until(connection, (name) => name !== 'online', null);

/** Resolves when the connection is in such a state; rejects when the job is cancelled. */
function until(
  connection: BrokerConnection,
  isSo: (state: string) => boolean,
  signal: AbortSignal | null,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const isCancelled = signal?.aborted === true;
      if (!isCancelled && !isSo(connection.state.name)) return;
      end();
      signal?.removeEventListener('abort', look);
      if (isCancelled) reject(new HoldfastError('fleet.job-cancelled', 'Cancelled', { remedy: 'never' }));
      else resolve();
    };
    const end = connection.onChange(look);
    signal?.addEventListener('abort', look);
    look();
  });
}
