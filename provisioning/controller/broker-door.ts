import { clientIdOf, enrolmentClientIdOf } from '../../src/fleet/enrolment.ts';
import type { FleetName } from '../../src/fleet/protocol.ts';
import { claimNameSchema, deviceIdSchema } from '../../src/fleet/protocol.ts';
import { enrolmentAccess, isWithin, type TopicAccess, terminalAccess } from '../../src/fleet/topics.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { isOver } from './enrolment-desk.ts';
import { isDrawn } from './passwords.ts';
import { type ControllerStore, decideAndWrite } from './store/controller-store.ts';
import { accountsOf } from './store/documents.ts';

/** Wrong passwords after which a claim code is worth nothing any more. */
const mostGuesses = 5;

/** Who may come in at the embedded broker, and what they may reach there. */
export class BrokerDoor {
  readonly #fleet: FleetName;
  readonly #store: ControllerStore;
  readonly #clock: Clock;

  constructor(options: { readonly fleet: FleetName; readonly store: ControllerStore; readonly clock: Clock }) {
    this.#fleet = options.fleet;
    this.#store = options.store;
    this.#clock = options.clock;
  }

  /**
   * What these credentials may reach; null: they are not known, or not any more, or come under the client id of another device, which
   * would be thrown out by it.
   */
  async open(username: string, password: string, clientId: string): Promise<TopicAccess | null> {
    const claim = claimNameSchema.safeParse(username);
    if (claim.success) return isEnrolling(this.#fleet, clientId) ? this.#openForClaim(claim.data, password) : null;
    const device = deviceIdSchema.safeParse(username.slice(0, 24));
    if (!device.success) return null;
    const known = await this.#store.get('devices', device.data);
    if (known === null || known.value.terminal === null) return null;
    const found = await this.#store.get('terminals', known.value.terminal);
    if (found === null) return null;
    const account = accountsOf(found.value).find((candidate) => candidate.username === username);
    if (account === undefined || !isDrawn(password, account.passwordHash)) return null;
    return clientId === clientIdOf(this.#fleet, known.value) ? terminalAccess(this.#fleet, found.value.terminal) : null;
  }

  async #openForClaim(name: ReturnType<typeof claimNameSchema.parse>, password: string): Promise<TopicAccess | null> {
    const found = await this.#store.get('claims', name);
    if (found === null || found.value.revoked || isOver(found.value, this.#clock.now())) return null;
    if (isDrawn(password, found.value.passwordHash)) return enrolmentAccess(this.#fleet, name);
    if (found.value.kind === 'code') await this.#countGuess(name);
    return null;
  }

  async #countGuess(name: string): Promise<void> {
    await decideAndWrite(this.#store, async () => {
      const found = await this.#store.get('claims', name);
      if (found === null) return { changes: [], answer: null };
      const failures = found.value.failures + 1;
      const value = { ...found.value, failures, revoked: found.value.revoked || failures >= mostGuesses };
      return { changes: [{ collection: 'claims', id: name, expected: found.version, value }], answer: null };
    });
  }
}

function isEnrolling(fleet: FleetName, clientId: string): boolean {
  const device = deviceIdSchema.safeParse(clientId.split('-').at(-2));
  return device.success && clientId === enrolmentClientIdOf(fleet, { device: device.data });
}

export const mayPublish = (access: TopicAccess, topic: string): boolean =>
  access.publish.some((filter) => isWithin(topic, filter));
export const maySubscribe = (access: TopicAccess, filter: string): boolean =>
  access.subscribe.some((allowed) => isWithin(filter, allowed));
