import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { readServiceFile } from '../../src/config/service-file.ts';

/** Everything that a controller is set up with, from one JSON file. Paths are relative to its folder. */
export const controllerConfigSchema = z.strictObject({
  fleet: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, '1 to 32 of a–z, 0–9 and "-", e.g. acme')
    .meta({ description: 'The fleet’s name; part of every topic. Terminals have the same in fleet.name.' }),
  dataDir: z.string().min(1).meta({ description: 'For the embedded store and the vault’s key. Mode 0700.' }),
  http: z
    .strictObject({
      host: z.string().default('127.0.0.1').meta({ description: 'TLS is for the reverse proxy in front of it.' }),
      port: z.int().min(0).max(65_535).default(8480),
    })
    .prefault({}),
  store: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('embedded') }),
      z.strictObject({
        kind: z.literal('postgresql'),
        url: z.string().min(1).meta({ description: 'postgresql://user@host/database, or a socket’s folder as host.' }),
        passwordFile: z.string().default('').meta({ description: 'Empty: the URL, PGPASSWORD or ~/.pgpass has it.' }),
      }),
    ])
    .default({ kind: 'embedded' })
    .meta({
      description: 'embedded: LevelDB in dataDir, one controller. postgresql: several controllers, large fleets.',
    }),
  vaultKeyFile: z
    .string()
    .default('')
    .meta({ description: '32 random bytes, the same for all controllers on one store; empty: made in dataDir.' }),
  broker: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('embedded'),
        host: z.string().default('127.0.0.1'),
        port: z.int().min(0).max(65_535).default(1883),
        tls: z
          .strictObject({ certFile: z.string().min(1), keyFile: z.string().min(1) })
          .nullable()
          .default(null),
        gatewayPasswordFile: z
          .string()
          .default('')
          .meta({ description: 'What gateways sign in with, as "gateway"; empty: there are none.' }),
      }),
      z.strictObject({
        kind: z.literal('external'),
        url: z.url({ protocol: /^mqtts?$/ }),
        username: z.string().min(1),
        passwordFile: z.string().min(1),
        caFile: z.string().default(''),
        accounts: z.enum(['none', 'mosquitto']).default('none').meta({
          description: 'mosquitto: the controller keeps terminals’ accounts in its dynamic security (docs/brokers.md).',
        }),
      }),
    ])
    .prefault({ kind: 'embedded' })
    .meta({ description: 'embedded: inside the controller (MQTT 3.1.1); external: another one (docs/brokers.md).' }),
  publicBroker: z
    .string()
    .default('')
    .meta({ description: 'How terminals reach the broker, as in fleet.broker; part of QR codes. Empty: as above.' }),
  adyen: z
    .strictObject({
      hmacKeysFile: z
        .string()
        .min(1)
        .meta({ description: 'Hex keys of the webhook, one a line; the old one too while it is replaced.' }),
      path: z
        .string()
        .regex(/^\/[\w/-]+$/)
        .default('/webhooks/adyen'),
    })
    .nullable()
    .default(null)
    .meta({
      description:
        'Takes Adyen’s webhooks in and brings them to the terminal that took the payment (docs/payments-adyen.md).',
    }),
  releases: z
    .strictObject({
      dir: z.string().default('').meta({
        description: 'Where bundles of releases are kept; several controllers share it. Empty: "releases" in dataDir.',
      }),
      publicUrl: z
        .union([z.literal(''), z.url({ protocol: /^https?$/ })])
        .default('')
        .meta({
          description:
            'How terminals reach this controller over HTTP, e.g. https://controller.example; for the job "update".',
        }),
      keysFile: z.string().default('').meta({
        description: 'The keys that terminals trust: other bundles are refused here already. Empty: not looked at.',
      }),
    })
    .prefault({})
    .meta({ description: 'Releases that terminals fetch here (docs/updates.md).' }),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});

export type ControllerConfig = z.infer<typeof controllerConfigSchema>;

/** Throws `config.unreadable`, `config.invalid` (operator), naming every wrong key. */
export function loadControllerConfig(file: string): ControllerConfig {
  const read = readServiceFile(file, controllerConfigSchema, { whose: 'controller', page: 'docs/fleet.md' });
  return withAbsolutePaths(read, dirname(resolve(file)));
}

function withAbsolutePaths(config: ControllerConfig, folder: string): ControllerConfig {
  const at = (path: string): string => (path === '' ? '' : resolve(folder, path));
  const { broker, store, adyen } = config;
  return {
    ...config,
    dataDir: at(config.dataDir),
    vaultKeyFile: at(config.vaultKeyFile),
    releases: {
      ...config.releases,
      dir: config.releases.dir === '' ? join(at(config.dataDir), 'releases') : at(config.releases.dir),
      keysFile: at(config.releases.keysFile),
    },
    adyen: adyen === null ? null : { ...adyen, hmacKeysFile: at(adyen.hmacKeysFile) },
    store: store.kind === 'embedded' ? store : { ...store, passwordFile: at(store.passwordFile) },
    broker:
      broker.kind === 'external'
        ? { ...broker, passwordFile: at(broker.passwordFile), caFile: at(broker.caFile) }
        : {
            ...broker,
            gatewayPasswordFile: at(broker.gatewayPasswordFile),
            tls: broker.tls === null ? null : { certFile: at(broker.tls.certFile), keyFile: at(broker.tls.keyFile) },
          },
  };
}
