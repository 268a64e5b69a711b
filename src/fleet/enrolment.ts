import { type Clock, milliseconds, seconds } from '../platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../platform/errors.ts';
import type { TerminalId } from '../platform/ids.ts';
import { terminalId } from '../platform/ids.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { BrokerConnection } from './broker-connection.ts';
import type { MqttVersion, OpenBrokerLink } from './broker-link.ts';
import { type DeviceKey, signClaim } from './device-key.ts';
import type { Identity, Membership } from './identity.ts';
import { Messenger } from './messenger.ts';
import {
  type BrokerCredentials,
  type ClaimName,
  credentialsSchema,
  type DeviceId,
  type EnrolmentClaim,
  type EnrolmentGrant,
  type FleetName,
} from './protocol.ts';
import { defaultReconnectPolicy, isRefusal, wordsFor } from './reconnect-policy.ts';
import { openSealed } from './sealing.ts';
import { openDesired, type Wanted } from './settings-agent.ts';
import { type Address, topicsReadAt } from './topics.ts';

/** What a device may enrol by: a batch's credential from its file, or a code that somebody typed. */
export interface Claim {
  readonly name: ClaimName;
  readonly password: string;
}

/** Where the fleet is; the same for every connection of a device. */
export interface FleetPlace {
  readonly fleet: FleetName;
  readonly url: string;
  readonly authorities: readonly string[];
  readonly mqttVersion: MqttVersion | 'auto';
}

export interface EnrolmentOptions {
  readonly place: FleetPlace;
  readonly identity: Identity;
  /** The number that this device has sold under already; null: none. It takes no other. */
  readonly ownTerminal?: string | null;
  /** Keeps the settings that came with the grant, durably. */
  readonly keepSettings: (terminal: TerminalId, wanted: Wanted) => Promise<void>;
  /** Asked for as often as one is needed: after one that is not accepted, a person types another. */
  readonly claim: () => Promise<Claim>;
  readonly hardware: { readonly model: string; readonly serial: string };
  readonly version: string;
  readonly open: OpenBrokerLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** What is going on, for the one who stands before the terminal. */
  readonly tell: (words: string) => void;
}

/** What a device is told apart by at the broker. */
export const clientIdOf = (fleet: FleetName, { device }: { readonly device: DeviceId }): string =>
  `holdfast-${fleet}-${device}`;

/** The same, before it has a number. */
export const enrolmentClientIdOf = (fleet: FleetName, of: { readonly device: DeviceId }): string =>
  `${clientIdOf(fleet, of)}-enrolment`;

/** For what credentials are sealed; the controller uses the same. */
export const credentialsPurpose = 'broker credentials';

const askAgainAfter = seconds(5);
/** A credential that is not accepted will not be soon: a person must change it. */
const batchPause = seconds(120);

/** An attempt that ended without an error, but not at its goal; whoever runs the steps begins again at what the identity says. */
class StartOver extends Error {}

/**
 * Takes a device into its fleet, whatever it is at: makes its key, asks for a number and credentials, signs in with them, says so. Each
 * step is durable before the next, and each may be repeated, so it may be killed anywhere. Resolves with the terminal's number;
 * rejects with what only a person can put right, or `fleet.enrolment-ended` when `signal` aborts.
 */
export async function enrol(options: EnrolmentOptions, signal: AbortSignal): Promise<TerminalId> {
  for (;;) {
    if (signal.aborted) throw ended();
    const { membership } = options.identity;
    try {
      switch (membership.stage) {
        case 'none':
          await options.identity.ensureKey();
          break;
        case 'keyed':
          await ask(options, membership, signal);
          break;
        case 'granted':
          await confirm(options, membership, signal);
          break;
        case 'enrolled':
          return membership.terminal;
      }
    } catch (error) {
      if (!(error instanceof StartOver)) throw error;
    }
  }
}

async function ask(
  options: EnrolmentOptions,
  { nonce }: Extract<Membership, { stage: 'keyed' }>,
  signal: AbortSignal,
): Promise<void> {
  const { identity, place, hardware, version, clock, tell } = options;
  const key = await identity.ensureKey();
  const { name, password } = await options.claim();
  tell('Asking the fleet for a place …');
  const claim: EnrolmentClaim = {
    device: key.device,
    signingKey: key.signing.public,
    sealingKey: key.sealing.public,
    nonce,
    hardware,
    version,
  };
  const request = { claim, signature: signClaim(key, claim, { fleet: place.fleet, claim: name }) };
  const grant: EnrolmentGrant = await connected(
    options,
    {
      address: { fleet: place.fleet, claim: name, device: key.device },
      clientId: enrolmentClientIdOf(place.fleet, key),
      credentials: { username: name, password },
      onRefused: async () => {
        if (name.startsWith('code-')) tell('The fleet does not accept this claim code, or it is over: take a new one.');
        else {
          tell('The fleet does not accept this batch’s credential (fleet.claim): it may have been revoked.');
          await clock.sleep(batchPause, signal);
        }
        throw new StartOver();
      },
    },
    (messenger) => messenger.askFor('enrolment.request', request, 'enrolment.grant', 'enrolment.refused'),
    signal,
  );
  const credentials = readCredentials(key, grant.credentials);
  const terminal = terminalId(grant.terminal);
  const { ownTerminal = null } = options;
  if (ownTerminal !== null && ownTerminal !== terminal) throw otherNumber(ownTerminal, terminal);
  const { values } = openDesired(grant.desired, key);
  await options.keepSettings(terminal, { version: grant.desired.version, values });
  await identity.become({
    stage: 'granted',
    nonce,
    terminal,
    credentials,
    firstReceiptCounter: grant.firstReceiptCounter,
  });
}

async function confirm(
  options: EnrolmentOptions,
  granted: Extract<Membership, { stage: 'granted' }>,
  signal: AbortSignal,
): Promise<void> {
  const { identity, place, clock, tell } = options;
  const key = await identity.ensureKey();
  const { terminal, credentials, firstReceiptCounter } = granted;
  tell(`Signing in as ${terminal} …`);
  try {
    await connected(
      options,
      {
        address: { fleet: place.fleet, terminal },
        clientId: clientIdOf(place.fleet, key),
        credentials,
        onRefused: async () => {
          // Granted and never confirmed: the controller has taken it back. As the same device, the same is asked again.
          await clock.sleep(askAgainAfter, signal);
          await identity.askAgain();
          throw new StartOver();
        },
      },
      (messenger) => messenger.ask('enrolment.confirm', { device: key.device }),
      signal,
    );
  } catch (error) {
    if (!isHoldfastError(error, 'fleet.not-granted')) throw error;
    await identity.askAgain();
    throw new StartOver();
  }
  await identity.become({
    stage: 'enrolled',
    terminal,
    credentials,
    firstReceiptCounter,
    isProvisioned: false,
    next: null,
  });
  tell(`This is terminal ${terminal}.`);
}

/** Throws `fleet.sealed-for-another`. */
export function readCredentials(key: DeviceKey, sealed: string): BrokerCredentials {
  return credentialsSchema.parse(JSON.parse(openSealed(key.sealing, sealed, credentialsPurpose)));
}

interface Session {
  readonly address: Address;
  readonly clientId: string;
  readonly credentials: BrokerCredentials;
  /** The broker does not accept the credentials. Throws to begin again. */
  readonly onRefused: () => void | Promise<void>;
}

/** Connects, asks until there is an answer, and leaves. Waits for the network as long as it takes. */
async function connected<Answer>(
  options: EnrolmentOptions,
  session: Session,
  question: (messenger: Messenger) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  const { place, open, clock, random, log, tell } = options;
  const end = new AbortController();
  const stop = (): void => end.abort();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  let messenger: Messenger | null = null;
  const connection = new BrokerConnection({
    open,
    wishes: {
      ...place,
      topics: topicsReadAt(session.address),
      identity: () => ({ clientId: session.clientId, ...session.credentials, will: null }),
      message: (topic, payload) => messenger?.receive(topic, payload),
    },
    policy: defaultReconnectPolicy,
    clock,
    random,
    log,
  });
  messenger = new Messenger({ publisher: connection, address: session.address, clock, random, log });
  let wake: () => void = () => undefined;
  connection.onChange(() => wake());
  connection.start(end.signal);
  try {
    for (;;) {
      const { state } = connection;
      if (signal.aborted) throw ended();
      if (state.name === 'waiting' && isRefusal(state.trouble)) {
        await session.onRefused();
      }
      if (state.name === 'online') {
        try {
          return await question(messenger);
        } catch (error) {
          const pause = pauseBefore(error);
          if (pause === null) throw error;
          tell(messageOf(error));
          await clock.sleep(pause, end.signal);
          continue;
        }
      }
      if (state.name === 'waiting') tell(wordsFor(state.trouble).words);
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (connection.state !== state) resolve();
      });
    }
  } finally {
    signal.removeEventListener('abort', stop);
    end.abort();
    await connection.ended();
  }
}

/** What is worth asking again, after how long; null: what only a person can put right. */
function pauseBefore(error: unknown) {
  if (!isHoldfastError(error)) return null;
  if (error.remedy === 'retry') return askAgainAfter;
  return error.remedy === 'retry-after' ? milliseconds(error.retryAfter ?? askAgainAfter) : null;
}

function otherNumber(own: string, given: TerminalId): HoldfastError {
  return new HoldfastError('fleet.other-number', `This till is ${own}, and the fleet wants it to be ${given}`, {
    remedy: 'operator',
    hint: `Make a claim code for ${own}: a till keeps the number that it has sold under.`,
  });
}

function ended(): HoldfastError {
  return new HoldfastError('fleet.enrolment-ended', 'Enrolment was interrupted; it goes on at the next start', {
    remedy: 'retry',
  });
}
