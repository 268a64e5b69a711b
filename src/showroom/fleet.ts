import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startController } from '../../provisioning/controller/controller.ts';
import { controllerConfigSchema } from '../../provisioning/controller/controller-config.ts';
import { KeyValueControllerStore } from '../../provisioning/controller/store/key-value-controller-store.ts';
import { mqttLinks } from '../fleet/mqtt-link.ts';
import type { Clock } from '../platform/clock.ts';
import { openLevelStore } from '../platform/level-store.ts';
import { silentLogger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';

/** A fleet's controller beside the shop, with the one till in it. */
export interface ShowroomFleet {
  /** Of the controller's API. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** What goes into the till's configuration. */
  readonly tillConfig: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

const name = 'showroom';
const user = 'showroom';
/** On this machine only, and of a simulated shop. */
const password = 'showroom showroom';

/** The real controller with its embedded broker, on ports of the system's choice, kept in `dir`. */
export async function startShowroomFleet(options: {
  readonly dir: string;
  readonly fresh: boolean;
  readonly clock: Clock;
  readonly random: Random;
  /** What gateways sign in to its broker with, as "gateway"; absent: there are none. */
  readonly gatewayPassword?: string;
}): Promise<ShowroomFleet> {
  const { dir, fresh, clock, random, gatewayPassword } = options;
  if (fresh) await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const level = await openLevelStore(join(dir, 'store'), { createIfMissing: true });
  const store = new KeyValueControllerStore(level, silentLogger);
  const controller = await startController({
    config: controllerConfigSchema.parse({
      fleet: name,
      dataDir: dir,
      http: { port: 0 },
      broker: { kind: 'embedded', port: 0 },
    }),
    version: 'showroom',
    store,
    // The secrets are a simulated shop's.
    vaultKey: new Uint8Array(32),
    brokerPassword: null,
    ...(gatewayPassword === undefined ? {} : { gatewayPassword }),
    authorities: [],
    links: mqttLinks(() => true),
    clock,
    random,
    log: silentLogger,
  });
  if ((await store.get('users', user)) === null) await controller.signIn.addUser(user, password, 'admin');
  const batch = `till-${Buffer.from(random.bytes(4)).toString('hex')}`;
  const wishes = { name: batch, group: null, prefix: 'K', approval: 'auto', limit: 1, lasts: null, by: user } as const;
  const claim = await controller.parts.claims.makeBatch(wishes);
  return {
    url: `http://127.0.0.1:${controller.httpPort}`,
    user,
    password,
    tillConfig: {
      fleet: {
        broker: `mqtt://127.0.0.1:${controller.brokerPort}`,
        name,
        claim: { username: claim.claim, password: claim.password },
      },
    },
    async close() {
      await controller.stop();
      await store.close();
    },
  };
}
