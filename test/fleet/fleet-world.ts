import { BrokerDoor } from '../../provisioning/controller/broker-door.ts';
import { ClaimDesk } from '../../provisioning/controller/claim-desk.ts';
import { DeviceDesk } from '../../provisioning/controller/device-desk.ts';
import { FleetCaseDesk } from '../../provisioning/controller/fleet-case-desk.ts';
import { FleetService } from '../../provisioning/controller/fleet-service.ts';
import { JobsDesk } from '../../provisioning/controller/jobs-desk.ts';
import { ReconciliationDesk } from '../../provisioning/controller/reconciliation-desk.ts';
import { RolloutDesk } from '../../provisioning/controller/rollout-desk.ts';
import { SettingsEditor } from '../../provisioning/controller/settings-editor.ts';
import type { ControllerStore } from '../../provisioning/controller/store/controller-store.ts';
import { KeyValueControllerStore } from '../../provisioning/controller/store/key-value-controller-store.ts';
import { Vault } from '../../provisioning/controller/vault.ts';
import { type Claim, enrol } from '../../src/fleet/enrolment.ts';
import { Identity } from '../../src/fleet/identity.ts';
import type { FleetName } from '../../src/fleet/protocol.ts';
import type { KeyValueStore } from '../../src/platform/key-value-store.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { type MemoryStore, MemoryStoreMedium } from '../../src/platform/memory-store.ts';
import type { Random } from '../../src/platform/random.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { MemoryBroker } from './memory-broker.ts';

export const fleet = 'acme' as FleetName;

/** One life of a controller: everything between a start and a crash. */
export interface ControllerLife {
  readonly store: ControllerStore;
  readonly devices: DeviceDesk;
  readonly claims: ClaimDesk;
  readonly jobs: JobsDesk;
  readonly rollouts: RolloutDesk;
  readonly reconciliations: ReconciliationDesk;
  readonly settings: SettingsEditor;
  end(): Promise<void>;
}

/** A broker, a controller that may crash, and devices that may lose their power: in memory, by a clock that is told to go. */
export class FleetWorld {
  readonly clock = new ManualClock();
  readonly random: Random;
  readonly medium = new MemoryStoreMedium();
  readonly disk = new MemoryDisk();
  readonly broker: MemoryBroker;
  controller: ControllerLife;
  readonly told: string[] = [];
  /** Sees each write of the controller's store, before and after it; true: the controller's machine stops there. */
  onControllerWrite: (phase: 'before' | 'after') => boolean = () => false;

  constructor(seed = 1) {
    this.random = seededRandom(seed);
    const door = (): BrokerDoor => new BrokerDoor({ fleet, store: this.controller.store, clock: this.clock });
    this.broker = new MemoryBroker(async (username, password, clientId) =>
      username === 'controller' ? 'all' : door().open(username, password, clientId),
    );
    this.controller = this.startController();
  }

  startController(): ControllerLife {
    const { clock, random } = this;
    const store = new KeyValueControllerStore(
      this.#crashing(this.medium.open({ createIfMissing: true })),
      silentLogger,
    );
    const accounts = {
      put: async () => undefined,
      remove: async (username: string) => this.broker.remove(username),
      list: async () => this.broker.usernames,
    };
    const vault = new Vault(new Uint8Array(32), random);
    const common = { fleet, store, vault, accounts, clock, random, log: silentLogger };
    const broker = {
      open: this.broker.open,
      url: 'mqtt://memory',
      authorities: [],
      mqttVersion: 5,
      username: 'controller',
      password: '',
    } as const;
    const service = new FleetService({ ...common, broker });
    const end = new AbortController();
    const running = service.run(end.signal);
    const jobs = new JobsDesk(common);
    return {
      store,
      devices: new DeviceDesk(common),
      claims: new ClaimDesk(common),
      jobs,
      rollouts: new RolloutDesk({ ...common, jobs }),
      reconciliations: new ReconciliationDesk({ ...common, jobs, cases: new FleetCaseDesk(common) }),
      settings: new SettingsEditor(common),
      end: async () => {
        end.abort();
        await running;
      },
    };
  }

  /** A store whose writes never answer once the machine has stopped in one of them. */
  #crashing(store: MemoryStore): KeyValueStore {
    const crash = async (): Promise<never> => {
      await this.crashController();
      return new Promise(() => {});
    };
    return {
      get: (key) => store.get(key),
      entries: (range) => store.entries(range),
      keys: (range) => store.keys(range),
      approximateSize: (from, before) => store.approximateSize(from, before),
      compact: () => store.compact(),
      close: () => store.close(),
      write: async (batch, options) => {
        if (this.onControllerWrite('before')) return crash();
        await store.write(batch, options);
        if (this.onControllerWrite('after')) return crash();
      },
    };
  }

  /** The controller's machine stops at once and starts again: what was not durable may be gone. */
  async crashController(): Promise<void> {
    const before = this.controller;
    this.medium.crash();
    this.controller = this.startController();
    void before.end();
  }

  /** The device in the folder `place` tries to join, until it has or its power fails. */
  async enrol(place: string, claim: () => Promise<Claim>, signal: AbortSignal) {
    const { clock, random, broker } = this;
    const files = this.disk.files(place);
    const identity = await Identity.open(files, random, silentLogger);
    return enrol(
      {
        place: { fleet, url: 'mqtt://memory', authorities: [], mqttVersion: 'auto' },
        identity,
        keepSettings: async (_, wanted) => files.replace('fleet-settings.json', Buffer.from(JSON.stringify(wanted))),
        claim,
        hardware: { model: 'Pi 4', serial: place },
        version: '0.1.0',
        open: broker.open,
        clock,
        random,
        log: silentLogger,
        tell: (words) => this.told.push(words),
      },
      signal,
    );
  }

  identity(place: string): Promise<Identity> {
    return Identity.open(this.disk.files(place), this.random, silentLogger);
  }
}
