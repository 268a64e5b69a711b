#!/usr/bin/env node
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readConfiguredFile } from '../../src/assembly/secrets.ts';
import { mqttLinks } from '../../src/fleet/mqtt-link.ts';
import { fleetNameSchema } from '../../src/fleet/protocol.ts';
import type { MagentoAuth } from '../../src/magento/client/token.ts';
import { milliseconds } from '../../src/platform/clock.ts';
import { isHoldfastError, messageOf } from '../../src/platform/errors.ts';
import { pinoLogger } from '../../src/platform/pino-log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { createNodeTransport } from '../../src/platform/system-http-transport.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { bundleRoutes } from './bundles/bundle-routes.ts';
import { Leaves } from './bundles/leave.ts';
import { Readings } from './bundles/readings.ts';
import { Gateway } from './gateway.ts';
import { type GatewayConfig, loadGatewayConfig } from './gateway-config.ts';
import { GatewayServer } from './gateway-server.ts';
import { Shops } from './shops.ts';

const usage = `A gateway: takes documents from terminals over MQTT and brings them into Magento.

  holdfast-gateway --config FILE     run it until SIGTERM

docs/gateway.md says what goes into FILE.
`;

/** Runs the gateway's process; resolves with its exit code. */
export async function runGateway(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: 'string', default: '/etc/holdfast/gateway.json' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return 0;
  }
  const config = loadGatewayConfig(values.config);
  const log = pinoLogger({ level: config.log.level, terminal: 'gateway' });
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
  const clock = new SystemClock();
  const { broker, magento } = config;
  const versions = { auto: 'auto', '5': 5, '3.1.1': 4 } as const;
  const transport = createNodeTransport(
    magento.caFile === '' ? {} : { certificateAuthority: readFileSync(magento.caFile, 'utf8') },
  );
  const password = readConfiguredFile('broker.passwordFile', broker.passwordFile, 'the password');
  const shop = {
    baseUrl: magento.baseUrl,
    auth: readAuth(magento.auth),
    transport,
    requestTimeout: milliseconds(magento.requestTimeout),
    clock,
    log: log.child({ room: 'magento' }),
  };
  const leaves = new Leaves(password, clock);
  const readings =
    config.bundles === null
      ? null
      : new Readings({ ...shop, freshFor: milliseconds(config.bundles.freshFor), random: systemRandom });
  const gateway = new Gateway({
    fleet: fleetNameSchema.parse(config.fleet),
    broker: {
      open: mqttLinks(() => clock.trusted()),
      url: broker.url,
      authorities: broker.caFile === '' ? [] : [readFileSync(broker.caFile, 'utf8')],
      mqttVersion: versions[broker.mqttVersion],
      username: broker.username,
      password,
    },
    shops: new Shops(shop),
    ...(config.bundles === null ? {} : { bundles: { url: config.bundles.publicUrl, leaves } }),
    concurrency: config.concurrency,
    clock,
    random: systemRandom,
    log,
  });
  const server = await GatewayServer.start(
    config.http,
    () => gateway.status(),
    readings === null ? undefined : bundleRoutes({ readings, leaves, log: log.child({ room: 'bundles' }) }),
  );
  gateway.start();
  log.info({ http: server.port, broker: broker.url, magento: magento.baseUrl }, 'the gateway runs');
  log.info({ signal: await stopped }, 'stopping');
  readings?.stop();
  await gateway.stop();
  await server.close();
  transport.close();
  return 0;
}

function readAuth(auth: GatewayConfig['magento']['auth']): MagentoAuth {
  if (auth.type === 'token') {
    return { type: 'token', token: readConfiguredFile('magento.auth.tokenFile', auth.tokenFile, 'the token') };
  }
  const password = readConfiguredFile('magento.auth.passwordFile', auth.passwordFile, 'the password');
  return { type: 'admin', username: auth.username, password };
}

// Also by the link that npm makes of it.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await runGateway(process.argv.slice(2));
  } catch (error) {
    const hint = isHoldfastError(error) && error.hint !== undefined ? `\n${error.hint}` : '';
    process.stderr.write(`${messageOf(error)}${hint}\n`);
    process.exitCode = isHoldfastError(error) && error.code.startsWith('config.') ? 78 : 1;
  }
}
