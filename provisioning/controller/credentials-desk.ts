import { clientIdOf, credentialsPurpose } from '../../src/fleet/enrolment.ts';
import type { BrokerCredentials, FleetName } from '../../src/fleet/protocol.ts';
import { sealFor } from '../../src/fleet/sealing.ts';
import { terminalAccess } from '../../src/fleet/topics.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import type { Random } from '../../src/platform/random.ts';
import type { BrokerAccounts } from './broker-accounts.ts';
import { refusal } from './enrolment-desk.ts';
import { hashDrawn, makePassword } from './passwords.ts';
import { type ControllerStore, decideAndWrite } from './store/controller-store.ts';

export interface CredentialsDeskOptions {
  readonly fleet: FleetName;
  readonly store: ControllerStore;
  readonly accounts: BrokerAccounts;
  readonly clock: Clock;
  readonly random: Random;
}

/** More unconfirmed accounts than a terminal can be signed in by without something being very wrong. */
const mostFormer = 4;

/** Gives a terminal new credentials beside its old ones, until it says that it uses them. */
export class CredentialsDesk {
  readonly #options: CredentialsDeskOptions;

  constructor(options: CredentialsDeskOptions) {
    this.#options = options;
  }

  /** New credentials for a job, sealed; asked twice, all of them are good until one is confirmed. Throws `fleet.not-granted`. */
  async renew(terminal: TerminalId, jobId: string): Promise<string> {
    const { fleet, store, accounts, clock, random } = this.#options;
    const password = makePassword(random);
    const passwordHash = hashDrawn(password, random);
    const decided = await decideAndWrite(store, async () => {
      const found = await store.get('terminals', terminal);
      if (found === null || found.value.member === null) throw notEnrolled(terminal);
      const { member, rotation } = found.value;
      const issued = found.value.accounts + 1;
      const account = { username: `${member.device}-${issued}`, passwordHash };
      const handedOut = rotation === null ? [] : [...rotation.former, rotation.account];
      const former = handedOut.slice(-mostFormer);
      const value = { ...found.value, accounts: issued, rotation: { jobId, account, since: clock.now(), former } };
      return {
        changes: [{ collection: 'terminals', id: terminal, expected: found.version, value }],
        answer: {
          username: account.username,
          device: member.device,
          sealingKey: member.sealingKey,
          given: handedOut.slice(0, -mostFormer),
        },
      };
    });
    const credentials: BrokerCredentials = { username: decided.username, password };
    await accounts.put({
      ...credentials,
      clientId: clientIdOf(fleet, decided),
      access: terminalAccess(fleet, terminal),
    });
    for (const { username } of decided.given) await accounts.remove(username);
    return sealFor(decided.sealingKey, JSON.stringify(credentials), credentialsPurpose, random);
  }

  /** The terminal uses the credentials of this job: the ones before are over. Throws `fleet.not-granted`. */
  async confirm(terminal: TerminalId, jobId: string): Promise<void> {
    const { store, accounts } = this.#options;
    const before = await decideAndWrite(store, async () => {
      const found = await store.get('terminals', terminal);
      const { member = null, rotation = null } = found?.value ?? {};
      if (found === null || member === null) throw notEnrolled(terminal);
      if (rotation === null || rotation.jobId !== jobId) {
        // Said before, and the answer was lost.
        return { changes: [], answer: null };
      }
      const value = { ...found.value, member: { ...member, account: rotation.account }, rotation: null };
      return {
        changes: [{ collection: 'terminals', id: terminal, expected: found.version, value }],
        answer: [member.account, ...rotation.former],
      };
    });
    for (const { username } of before ?? []) await accounts.remove(username);
  }
}

const notEnrolled = (terminal: TerminalId) => refusal('fleet.not-granted', `${terminal} has no device`, 'operator');
