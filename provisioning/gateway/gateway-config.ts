import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { readServiceFile } from '../../src/config/service-file.ts';

const path = z.string().min(1);

/** Everything that a gateway is set up with, from one JSON file. Paths are relative to its folder. */
export const gatewayConfigSchema = z.strictObject({
  fleet: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, '1 to 32 of a–z, 0–9 and "-", e.g. acme')
    .meta({ description: 'The fleet’s name, as the controller and the terminals have it.' }),
  broker: z.strictObject({
    url: z.url({ protocol: /^mqtts?$/ }),
    username: z.string().min(1).default('gateway'),
    passwordFile: path,
    caFile: z
      .string()
      .default('')
      .meta({ description: 'PEM of a private authority; empty: the system’s count alone.' }),
    mqttVersion: z.enum(['auto', '5', '3.1.1']).default('auto').meta({
      description:
        'With 5 several gateways share the work; with 3.1.1 every one hears every offer, and the first takes it.',
    }),
  }),
  magento: z.strictObject({
    baseUrl: z.url({ protocol: /^https?$/ }),
    auth: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('token'), tokenFile: path }),
      z.strictObject({ type: z.literal('admin'), username: z.string().min(1), passwordFile: path }),
    ]),
    caFile: z.string().default(''),
    requestTimeout: z
      .int()
      .min(1000)
      .max(300_000)
      .default(30_000)
      .meta({ description: 'Milliseconds of one request.' }),
  }),
  concurrency: z.int().min(1).max(64).default(8).meta({
    description: 'How many documents, of all terminals, this gateway brings into Magento at once.',
  }),
  http: z
    .strictObject({
      host: z.string().default('127.0.0.1').meta({ description: 'TLS is for the reverse proxy in front of it.' }),
      port: z.int().min(0).max(65_535).default(8482),
    })
    .prefault({})
    .meta({ description: 'GET /health, GET /metrics, and bundles.' }),
  bundles: z
    .strictObject({
      publicUrl: z
        .url({ protocol: /^https?$/ })
        .meta({ description: 'How terminals reach "http", by a proxy with TLS.' }),
      freshFor: z.int().min(60_000).default(7_200_000).meta({
        description:
          'Milliseconds for which the shop, once read, is handed out; then it is read anew for the next who asks.',
      }),
    })
    .nullable()
    .default(null)
    .meta({ description: 'Reads the shop once for all terminals (snapshot.through: gateway).' }),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
});
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;

/** Throws `config.unreadable`, `config.invalid` (operator), naming every wrong key. */
export function loadGatewayConfig(file: string): GatewayConfig {
  const read = readServiceFile(file, gatewayConfigSchema, { whose: 'gateway', page: 'docs/gateway.md' });
  const at = (name: string): string => (name === '' ? '' : resolve(dirname(resolve(file)), name));
  const { broker, magento } = read;
  const auth =
    magento.auth.type === 'token'
      ? { ...magento.auth, tokenFile: at(magento.auth.tokenFile) }
      : { ...magento.auth, passwordFile: at(magento.auth.passwordFile) };
  return {
    ...read,
    broker: { ...broker, passwordFile: at(broker.passwordFile), caFile: at(broker.caFile) },
    magento: { ...magento, auth, caFile: at(magento.caFile) },
  };
}
