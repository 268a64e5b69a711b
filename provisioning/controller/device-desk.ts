import type { DeviceId } from '../../src/fleet/protocol.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { TerminalId } from '../../src/platform/ids.ts';
import { formerChange } from './absent-terminals.ts';
import type { BrokerAccounts } from './broker-accounts.ts';
import { deviceChange, refusal } from './enrolment-desk.ts';
import { type Change, type ControllerStore, decideAndWrite } from './store/controller-store.ts';
import { accountsOf } from './store/documents.ts';

export interface DeviceDeskOptions {
  readonly store: ControllerStore;
  readonly accounts: BrokerAccounts;
  readonly clock: Clock;
}

/** What people decide about devices: let one in, shut one out, forget one. */
export class DeviceDesk {
  readonly #options: DeviceDeskOptions;

  constructor(options: DeviceDeskOptions) {
    this.#options = options;
  }

  /** Shuts a terminal's device out for good. Throws `fleet.no-such-terminal`. */
  async revoke(terminal: TerminalId, by: string, why: string): Promise<void> {
    const { store, accounts, clock } = this.#options;
    const names = await decideAndWrite(store, async () => {
      const found = await store.get('terminals', terminal);
      if (found === null) throw noSuchTerminal(terminal);
      const { member, pending } = found.value;
      const changes: Change[] = [
        {
          collection: 'terminals',
          id: terminal,
          expected: found.version,
          value: { ...found.value, member: null, pending: null, rotation: null, revoked: { at: clock.now(), by, why } },
        },
      ];
      if (member !== null) {
        const how = { why: 'revoked', before: null, goneAt: clock.now() } as const;
        changes.push(await formerChange(store, terminal, member.device, how));
      }
      for (const device of new Set([member?.device, pending?.device])) {
        const known = device === undefined ? null : await store.get('devices', device);
        if (known !== null) changes.push(deviceChange({ ...known.value, state: 'revoked' }, known));
      }
      return { changes, answer: accountsOf(found.value) };
    });
    for (const { username } of names) await accounts.remove(username);
    await store.append('events', terminal, { kind: 'revoked', by, why }, clock.now());
  }

  /** A person lets a device in that asks by a batch which wants that. Throws `fleet.no-such-device`. */
  async approve(device: DeviceId): Promise<void> {
    const { store } = this.#options;
    await decideAndWrite(store, async () => {
      const found = await store.get('devices', device);
      if (found === null) throw refusal('fleet.no-such-device', `No device ${device} has asked`, 'never');
      return { changes: [deviceChange({ ...found.value, approved: true }, found)], answer: null };
    });
  }

  /** Forgets a device altogether, so that its hardware may come back by a new claim. Its terminal must not have it any more. */
  async forget(device: DeviceId): Promise<void> {
    const { store } = this.#options;
    await decideAndWrite(store, async () => {
      const found = await store.get('devices', device);
      if (found === null) throw refusal('fleet.no-such-device', `No device ${device} is known`, 'never');
      if (found.value.state === 'member' || found.value.state === 'pending') {
        throw refusal(
          'fleet.device-in-use',
          `${device} is ${found.value.terminal}`,
          'operator',
          'Revoke the terminal first.',
        );
      }
      return { changes: [{ collection: 'devices', id: device, expected: found.version, value: null }], answer: null };
    });
  }
}

export const noSuchTerminal = (terminal: string) =>
  refusal('fleet.no-such-terminal', `There is no terminal ${terminal} in this fleet`, 'never');
