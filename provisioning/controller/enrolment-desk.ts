import { isSignedBy } from '../../src/fleet/device-key.ts';
import { clientIdOf, credentialsPurpose } from '../../src/fleet/enrolment.ts';
import type {
  BrokerCredentials,
  ClaimName,
  DeviceId,
  EnrolmentGrant,
  EnrolmentRequest,
  FleetName,
} from '../../src/fleet/protocol.ts';
import { sealFor } from '../../src/fleet/sealing.ts';
import { terminalAccess } from '../../src/fleet/topics.ts';
import type { JsonValue } from '../../src/platform/brand.ts';
import { type Clock, type Duration, hours, type Instant, seconds } from '../../src/platform/clock.ts';
import { HoldfastError, isHoldfastError } from '../../src/platform/errors.ts';
import { type TerminalId, terminalId } from '../../src/platform/ids.ts';
import type { Logger } from '../../src/platform/log.ts';
import type { Random } from '../../src/platform/random.ts';
import { formerChange, succeededChanges } from './absent-terminals.ts';
import type { BrokerAccounts } from './broker-accounts.ts';
import { hashDrawn, makePassword } from './passwords.ts';
import type { SettingsDesk } from './settings-desk.ts';
import { type Change, type ControllerStore, decideAndWrite, type Stored } from './store/controller-store.ts';
import type { ClaimDocument, DeviceDocument, TerminalDocument } from './store/documents.ts';

export interface EnrolmentDeskOptions {
  readonly fleet: FleetName;
  readonly store: ControllerStore;
  readonly accounts: BrokerAccounts;
  readonly settings: SettingsDesk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What was granted and not confirmed is taken back after this. */
export const confirmWithin: Duration = hours(1);
/** How often a device asks whether a person has let it in. */
const askAgainAfter = seconds(15);
/** Receipts that a broken device may have given after its last report; their numbers are passed over. */
export const receiptReserve = 1000;

/**
 * Takes devices into the fleet. One document, the terminal's, says who has its number; every decision is one conditional change of it, so
 * it may be interrupted anywhere, and several controllers may decide at once.
 */
export class EnrolmentDesk {
  readonly #options: EnrolmentDeskOptions;
  /** Decisions about a claim, one after the other: all its devices change the same document. */
  readonly #deciding = new Map<ClaimName, Promise<unknown>>();

  constructor(options: EnrolmentDeskOptions) {
    this.#options = options;
  }

  /**
   * A device asks, by a claim that the broker has let in. Grants again what was granted already, with new credentials: whoever asks does
   * not have the old ones. Throws what the device is to be refused with (`fleet.…`).
   */
  async request(claimName: ClaimName, { claim, signature }: EnrolmentRequest): Promise<EnrolmentGrant> {
    const { fleet, store, accounts, settings, random, clock } = this.#options;
    if (!isSignedBy(claim, { fleet, claim: claimName }, signature)) {
      throw refusal('fleet.bad-signature', 'The request is not signed by the key it names', 'never');
    }
    const password = makePassword(random);
    const passwordHash = hashDrawn(password, random);
    const decided = await this.#inTurn(claimName, async () => {
      const by = await this.#openClaim(claimName);
      const device = await store.get('devices', claim.device);
      if (device?.value.state === 'revoked') {
        throw refusal(
          'fleet.revoked',
          'This device was revoked',
          'operator',
          'Make a new device of it: holdfast fleet forget.',
        );
      }
      const known: DeviceDocument = {
        device: claim.device,
        terminal: null,
        state: 'asking',
        approved: false,
        ...device?.value,
        claim: claimName,
        hardware: claim.hardware,
        version: claim.version,
        at: clock.now(),
      };
      if (by.value.approval === 'manual' && !known.approved) {
        const change = deviceChange(known, device);
        return { changes: [change], answer: null };
      }
      const place = await this.#placeFor(known, by);
      const issued = place.value.accounts + 1;
      const account = { username: `${claim.device}-${issued}`, passwordHash };
      const firstReceiptCounter = await this.#firstCounter(place.value, claim.device, by.value);
      const pending: NonNullable<TerminalDocument['pending']> = {
        device: claim.device,
        sealingKey: claim.sealingKey,
        account,
        hardware: claim.hardware,
        firstReceiptCounter,
        since: clock.now(),
        claim: claimName,
        expiresAt: clock.now() + confirmWithin,
      };
      const value: TerminalDocument = { ...place.value, pending, accounts: issued };
      const changes: Change[] = [
        { collection: 'terminals', id: value.terminal, expected: place.version, value },
        deviceChange(
          { ...known, terminal: value.terminal, state: known.state === 'member' ? 'member' : 'pending' },
          device,
        ),
      ];
      if (known.terminal !== value.terminal) {
        const used = { ...by.value, used: by.value.used + 1, next: place.next ?? by.value.next };
        changes.push({ collection: 'claims', id: claimName, expected: by.version, value: used });
      }
      return {
        changes,
        answer: { terminal: value.terminal, account, firstReceiptCounter, replaced: place.value.pending },
      };
    });
    if (decided === null) {
      throw refusal(
        'fleet.waiting-for-approval',
        'Somebody must let this device in',
        askAgainAfter,
        'Approve it in the fleet’s console.',
      );
    }
    const { terminal, account, firstReceiptCounter, replaced } = decided;
    const credentials: BrokerCredentials = { username: account.username, password };
    if (replaced !== null) await accounts.remove(replaced.account.username);
    await accounts.put({ ...credentials, clientId: clientIdOf(fleet, claim), access: terminalAccess(fleet, terminal) });
    const desired = await settings.desired(terminal, 'pending');
    if (desired === undefined) throw refusal('fleet.busy', 'The terminal was removed meanwhile', askAgainAfter);
    await this.#note(terminal, { kind: 'granted', device: claim.device, claim: claimName });
    return {
      terminal,
      credentials: sealFor(claim.sealingKey, JSON.stringify(credentials), credentialsPurpose, random),
      desired,
      firstReceiptCounter,
    };
  }

  #inTurn<Answer>(claim: ClaimName, decide: Parameters<typeof decideAndWrite<Answer>>[1]): Promise<Answer> {
    const before = this.#deciding.get(claim) ?? Promise.resolve();
    const done = before.then(() => decideAndWrite(this.#options.store, decide));
    const settled = done.catch(() => undefined);
    this.#deciding.set(claim, settled);
    void settled.then(() => {
      if (this.#deciding.get(claim) === settled) this.#deciding.delete(claim);
    });
    return done;
  }

  /** A device has its credentials and uses them. From here on it is the terminal's only one. Throws `fleet.not-granted`. */
  async confirm(terminal: TerminalId, device: DeviceId): Promise<void> {
    const { store, accounts, clock } = this.#options;
    const replaced = await decideAndWrite(store, async () => {
      const found = await store.get('terminals', terminal);
      const { pending = null, member = null } = found?.value ?? {};
      if (found === null || pending?.device !== device) {
        if (member?.device === device) return { changes: [], answer: null };
        throw refusal('fleet.not-granted', `${device} was not granted ${terminal}, or too long ago`, 'operator');
      }
      const { claim: _, expiresAt: __, ...granted } = pending;
      const joined = { ...granted, since: clock.now() };
      const sold = await this.#lastReported(terminal);
      if (member !== null && member.device !== device && sold >= pending.firstReceiptCounter) {
        throw refusal(
          'fleet.not-granted',
          `${terminal} went on selling on its old device`,
          'operator',
          'Switch the old one off and make a new claim code.',
        );
      }
      const changes: Change[] = [
        {
          collection: 'terminals',
          id: terminal,
          expected: found.version,
          value: { ...found.value, member: joined, pending: null, rotation: null, revoked: null },
        },
        ...(await this.#deviceBecomes(device, 'member')),
      ];
      changes.push(...(await succeededChanges(store, terminal, device, joined.firstReceiptCounter)));
      if (member !== null && member.device !== device) {
        const how = { why: 'replaced', before: joined.firstReceiptCounter, goneAt: clock.now() } as const;
        changes.push(
          ...(await this.#deviceBecomes(member.device, 'revoked')),
          await formerChange(store, terminal, member.device, how),
        );
      }
      return {
        changes,
        answer: [member?.account, found.value.rotation?.account, ...(found.value.rotation?.former ?? [])],
      };
    });
    if (replaced === null) return;
    for (const account of replaced) if (account !== undefined) await accounts.remove(account.username);
    await this.#note(terminal, { kind: 'enrolled', device });
  }

  /** Takes back what was granted and never confirmed, and removes claims that are over. */
  async collectGarbage(): Promise<void> {
    const { store, accounts, clock, log } = this.#options;
    for (const { value, version } of await store.list('terminals')) {
      const { pending, terminal } = value;
      if (pending === null || pending.expiresAt > clock.now()) continue;
      // A number that a batch made for it goes back as well.
      const isUnused = value.member === null && value.revoked === null && value.createdBy === pending.claim;
      const device = await store.get('devices', pending.device);
      const changes: Change[] = [
        {
          collection: 'terminals',
          id: terminal,
          expected: version,
          value: isUnused ? null : { ...value, pending: null },
        },
      ];
      if (isUnused) changes.push({ collection: 'desired', id: terminal, expected: null, value: null });
      if (device !== null && device.value.state === 'pending') {
        changes.push({ collection: 'devices', id: pending.device, expected: device.version, value: null });
      }
      if (!(await this.#ifStillSo(changes))) continue;
      await accounts.remove(pending.account.username);
      log.info({ terminal, device: pending.device }, 'an enrolment that was never confirmed is taken back');
    }
    for (const { value, version, id } of await store.list('claims', { prefix: 'code-' })) {
      if (value.expiresAt === null || value.expiresAt > clock.now() - confirmWithin) continue;
      await accounts.remove(id);
      await this.#ifStillSo([{ collection: 'claims', id, expected: version, value: null }]);
    }
  }

  /** Writes what garbage collection found, unless somebody was faster: then it is looked at again next time. */
  async #ifStillSo(changes: readonly Change[]): Promise<boolean> {
    try {
      await this.#options.store.write(changes);
      return true;
    } catch (error) {
      if (isHoldfastError(error, 'controller-store.conflict')) return false;
      throw error;
    }
  }

  async #openClaim(name: ClaimName): Promise<Stored<'claims'>> {
    const { store, clock } = this.#options;
    const found = await store.get('claims', name);
    if (found === null || found.value.revoked || isOver(found.value, clock.now())) {
      throw refusal('fleet.claim-over', 'This claim is over', 'operator', 'Take a new claim code, or another batch.');
    }
    return found;
  }

  /** The terminal that a device becomes: the one it was, the one its code is for, or a new one. */
  async #placeFor(known: DeviceDocument, by: Stored<'claims'>): Promise<Place> {
    const { store } = this.#options;
    const claim = by.value;
    const own = known.terminal === null ? null : await store.get('terminals', known.terminal);
    if (own !== null && holds(own.value, known.device)) {
      if (claim.terminal === null || claim.terminal === own.value.terminal) return own;
      throw refusal(
        'fleet.device-in-use',
        `This device is ${own.value.terminal} already`,
        'operator',
        `Revoke ${own.value.terminal} first.`,
      );
    }
    if (claim.limit !== null && claim.used >= claim.limit) {
      throw refusal(
        'fleet.claim-used-up',
        `This claim was for ${claim.limit} device(s)`,
        'operator',
        'Take another one.',
      );
    }
    if (claim.terminal !== null) {
      const wanted = await store.get('terminals', claim.terminal);
      if (wanted === null) return this.#newPlace(claim.terminal, claim);
      const { member, pending } = wanted.value;
      if ((member !== null || pending !== null) && !claim.replaces) {
        throw refusal(
          'fleet.number-taken',
          `${claim.terminal} is another device`,
          'operator',
          'If this one takes its place, make a claim code that says so (--replace).',
        );
      }
      return wanted;
    }
    for (let number = claim.next; ; number += 1) {
      const terminal = terminalId(`${claim.prefix}${number}`);
      if ((await store.get('terminals', terminal)) !== null) continue;
      return { ...this.#newPlace(terminal, claim), next: number + 1 };
    }
  }

  #newPlace(terminal: TerminalId, { name, group }: ClaimDocument): Place {
    const value = newTerminal(terminal, { group, createdAt: this.#options.clock.now(), createdBy: name });
    return { version: 0, value };
  }

  /** Behind everything that a device with this number may have given before. */
  async #firstCounter(place: TerminalDocument, device: DeviceId, claim: ClaimDocument): Promise<number> {
    const { member } = place;
    if (member?.device === device) return member.firstReceiptCounter;
    const wasAnother = member !== null || place.revoked !== null;
    const reported = await this.#lastReported(place.terminal);
    const least = Math.max(reported, claim.lastReceiptCounter ?? 0, (member?.firstReceiptCounter ?? 1) - 1);
    if (claim.lastReceiptCounter !== null) return least + 1;
    return wasAnother || reported > 0 ? least + receiptReserve + 1 : 1;
  }

  /** The highest receipt counter that the terminal has told of. */
  async #lastReported(terminal: TerminalId): Promise<number> {
    const report = await this.#options.store.get('reports', terminal);
    return report?.value.health.queue?.lastReceiptCounter ?? 0;
  }

  async #deviceBecomes(device: DeviceId, state: DeviceDocument['state']): Promise<Change[]> {
    const found = await this.#options.store.get('devices', device);
    return found === null ? [] : [deviceChange({ ...found.value, state }, found)];
  }

  async #note(terminal: TerminalId, entry: JsonValue): Promise<void> {
    const { store, clock } = this.#options;
    await store.append('events', terminal, entry, clock.now());
  }
}

/** A terminal's document as it is or would be; version 0: it is not there yet. */
interface Place {
  readonly version: number;
  readonly value: TerminalDocument;
  /** The batch's next number, when a new one was taken. */
  readonly next?: number;
}

export function newTerminal(
  terminal: TerminalId,
  made: Pick<TerminalDocument, 'group' | 'createdAt' | 'createdBy'>,
): TerminalDocument {
  const nothing = { settings: {}, secrets: {}, member: null, pending: null, rotation: null, revoked: null };
  return { terminal, label: '', accounts: 0, ...nothing, ...made };
}

/** Whether a claim may not be used any more at this moment. */
export const isOver = (claim: ClaimDocument, now: Instant): boolean =>
  claim.expiresAt !== null && claim.expiresAt <= now;

const holds = ({ member, pending }: TerminalDocument, device: DeviceId): boolean =>
  member?.device === device || pending?.device === device;

export function deviceChange(value: DeviceDocument, before: Stored<'devices'> | null): Change {
  return { collection: 'devices', id: value.device, expected: before?.version ?? 0, value };
}

/** What a device, or a person, is refused with. A duration: it may ask again after that. */
export function refusal(
  code: string,
  message: string,
  remedy: 'operator' | 'never' | Duration,
  hint?: string,
): HoldfastError {
  return new HoldfastError(code, message, {
    ...(typeof remedy === 'number' ? { remedy: 'retry-after', retryAfter: remedy } : { remedy }),
    ...(hint === undefined ? {} : { hint }),
  });
}
