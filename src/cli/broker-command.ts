import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { fleetNameSchema } from '../fleet/protocol.ts';
import { HoldfastError } from '../platform/errors.ts';
import { systemRandom } from '../platform/system-random.ts';
import type { CliWorld } from './command-tools.ts';

interface BrokerOptions {
  readonly output: string;
  readonly fleet: string;
  readonly host: string;
  readonly port: string;
  readonly cert?: string;
  readonly key?: string;
  readonly plugin?: string;
}

/** `holdfast fleet broker-config`: what a broker of one's own is set up with. */
export function addBrokerConfig(fleet: Command, world: CliWorld): void {
  fleet
    .command('broker-config')
    .description('write the configuration of an MQTT broker for a fleet (docs/brokers.md)')
    .argument('<broker>', 'mosquitto')
    .requiredOption('--output <dir>', 'a folder for it, without an earlier one')
    .requiredOption('--fleet <name>', 'the fleet’s name, as the controller and the terminals have it')
    .option('--host <address>', 'where it listens', '0.0.0.0')
    .option('--port <number>', 'where it listens', '8883')
    .option('--cert <file>', 'its certificate, PEM; default: broker.pem in the folder')
    .option('--key <file>', 'the certificate’s key, PEM; default: broker.key in the folder')
    .addOption(new Option('--plugin <file>', 'mosquitto_dynamic_security.so; default: where Debian has it'))
    .action(async (broker: string, options: BrokerOptions) => {
      if (broker !== 'mosquitto') throw unknownBroker(broker);
      const { mosquittoConfig } = await import('../../provisioning/brokers/mosquitto-config.ts');
      const folder = resolve(options.output);
      const port = Number(options.port);
      const name = fleetNameSchema.safeParse(options.fleet);
      if (!name.success) throw wrong(`--fleet ${options.fleet}`, '1 to 32 of a–z, 0–9 and "-", e.g. acme');
      if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong(`--port ${options.port}`, '1 to 65535');
      const files = mosquittoConfig(
        {
          fleet: name.data,
          folder,
          host: options.host,
          port,
          certFile: resolve(options.cert ?? join(folder, 'broker.pem')),
          keyFile: resolve(options.key ?? join(folder, 'broker.key')),
          plugin: options.plugin ?? installedPlugin(),
        },
        systemRandom,
      );
      const before = files.find((file) => existsSync(join(folder, file.name)));
      if (before !== undefined) throw existsAlready(join(folder, before.name));
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (const file of files) writeFileSync(join(folder, file.name), file.text, { mode: file.mode, flag: 'wx' });
      world.output.out(`${files.map((file) => join(folder, file.name)).join('\n')}\n`);
    });
}

/** Debian keeps it in the folder of the machine's architecture. */
function installedPlugin(): string {
  const name = 'mosquitto_dynamic_security.so';
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((folder) => join('/usr/lib', folder)) : [];
  const found = ['/usr/lib', ...folders].map((folder) => join(folder, name)).find((path) => existsSync(path));
  return found ?? `/usr/lib/${name}`;
}

const wrong = (what: string, words: string): HoldfastError =>
  new HoldfastError('control.bad-request', `${what} is not possible: ${words}`, { remedy: 'never' });

const unknownBroker = (broker: string): HoldfastError =>
  new HoldfastError('control.bad-request', `No configuration can be made for "${broker}"`, {
    remedy: 'operator',
    hint: 'Known is mosquitto. docs/brokers.md tells how EMQX and RabbitMQ are set up.',
  });

const existsAlready = (path: string): HoldfastError =>
  new HoldfastError('broker.config-exists', `${path} is there already, and it holds accounts`, {
    remedy: 'operator',
    hint: 'Take another folder, or move the earlier one away if its accounts are not needed any more.',
  });
