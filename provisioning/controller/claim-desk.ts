import { type ClaimCode, makeClaimCode } from '../../src/fleet/claim-code.ts';
import { type ClaimName, claimNameSchema, type FleetName } from '../../src/fleet/protocol.ts';
import { enrolmentAccess } from '../../src/fleet/topics.ts';
import { type Clock, type Duration, minutes } from '../../src/platform/clock.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import type { Random } from '../../src/platform/random.ts';
import type { BrokerAccounts } from './broker-accounts.ts';
import { refusal } from './enrolment-desk.ts';
import { hashDrawn, makePassword } from './passwords.ts';
import { type ControllerStore, decideAndWrite } from './store/controller-store.ts';
import type { ClaimDocument } from './store/documents.ts';

/** A code is good for so long. */
export const codeLasts: Duration = minutes(5);

export interface ClaimDeskOptions {
  readonly fleet: FleetName;
  readonly store: ControllerStore;
  readonly accounts: BrokerAccounts;
  readonly clock: Clock;
  readonly random: Random;
}

/** Makes what devices enrol by. A password is told once, when it is made; only its hash is kept. */
export class ClaimDesk {
  readonly #options: ClaimDeskOptions;

  constructor(options: ClaimDeskOptions) {
    this.#options = options;
  }

  /** A credential for many new devices, in their files when they are unboxed. Throws `fleet.claim-exists`. */
  async makeBatch(wishes: {
    readonly name: string;
    readonly group: string | null;
    readonly prefix: string;
    readonly approval: 'auto' | 'manual';
    readonly limit: number | null;
    readonly lasts: Duration | null;
    readonly by: string;
  }): Promise<{ readonly claim: ClaimName; readonly password: string }> {
    const { clock, random } = this.#options;
    const claim = claimNameSchema.parse(`batch-${wishes.name}`);
    const password = makePassword(random);
    const { group, prefix, approval, limit, lasts, by } = wishes;
    const expiresAt = lasts === null ? null : clock.now() + lasts;
    await this.#make(claim, password, { kind: 'batch', group, prefix, approval, limit, expiresAt, createdBy: by });
    return { claim, password };
  }

  /**
   * Twelve digits for one device. `terminal` null: it gets a new number with `prefix`. `replaces`: it takes over the number
   * from the device that has it.
   */
  async makeCode(wishes: {
    readonly terminal: TerminalId | null;
    readonly group: string | null;
    readonly prefix: string;
    readonly replaces: boolean;
    readonly lastReceiptCounter: number | null;
    readonly by: string;
  }): Promise<ClaimCode & { readonly expiresAt: number }> {
    const { clock, random } = this.#options;
    const expiresAt = clock.now() + codeLasts;
    const { terminal, group, prefix, replaces, lastReceiptCounter, by } = wishes;
    const of = { kind: 'code', terminal, group, prefix, replaces, lastReceiptCounter, limit: 1 } as const;
    for (let attempt = 1; ; attempt += 1) {
      const code = makeClaimCode(random);
      try {
        await this.#make(code.claim, code.digits, { ...of, approval: 'auto', expiresAt, createdBy: by });
        return { ...code, expiresAt };
      } catch (error) {
        // Its first three digits are in use by another code.
        if (!isHoldfastError(error, 'fleet.claim-exists') || attempt >= 200) throw error;
      }
    }
  }

  /** Nobody comes in by it any more; who came in stays. Throws `fleet.no-such-claim`. */
  async revoke(claim: ClaimName): Promise<void> {
    const { store, accounts } = this.#options;
    await decideAndWrite(store, async () => {
      const found = await store.get('claims', claim);
      if (found === null) throw refusal('fleet.no-such-claim', `There is no claim ${claim}`, 'never');
      const value = { ...found.value, revoked: true };
      return { changes: [{ collection: 'claims', id: claim, expected: found.version, value }], answer: null };
    });
    await accounts.remove(claim);
  }

  async #make(
    name: ClaimName,
    password: string,
    of: Pick<ClaimDocument, 'kind' | 'approval' | 'group' | 'prefix' | 'limit' | 'expiresAt' | 'createdBy'> &
      Partial<ClaimDocument>,
  ): Promise<void> {
    const { store, accounts, clock, random, fleet } = this.#options;
    const value: ClaimDocument = {
      name,
      passwordHash: hashDrawn(password, random),
      terminal: null,
      replaces: false,
      lastReceiptCounter: null,
      used: 0,
      next: 1,
      revoked: false,
      failures: 0,
      createdAt: clock.now(),
      ...of,
    };
    await decideAndWrite(store, async () => {
      const found = await store.get('claims', name);
      const isGone = found !== null && found.value.kind === 'code' && (found.value.expiresAt ?? 0) <= clock.now();
      if (found !== null && !isGone)
        throw refusal('fleet.claim-exists', `There is a claim ${name} already`, 'operator');
      return { changes: [{ collection: 'claims', id: name, expected: found?.version ?? 0, value }], answer: null };
    });
    try {
      await accounts.put({ username: name, password, clientId: null, access: enrolmentAccess(fleet, name) });
    } catch (error) {
      // Nobody has its password, and it is to be made again under the same name.
      await store.write([{ collection: 'claims', id: name, expected: null, value: null }]);
      throw error;
    }
  }
}
