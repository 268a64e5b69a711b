import { pbkdf2Sync } from 'node:crypto';
import type { FleetName } from '../../src/fleet/protocol.ts';
import { controllerAccess, gatewayAccess } from '../../src/fleet/topics.ts';
import type { Random } from '../../src/platform/random.ts';
import { accountsAccess, aclsOf, nothingByDefault } from './dynamic-security.ts';

export interface MosquittoWishes {
  readonly fleet: FleetName;
  /** The folder that the files will lie in at the broker; absolute. */
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** Of the listener; PEM. */
  readonly certFile: string;
  readonly keyFile: string;
  /** `mosquitto_dynamic_security.so`; Debian: `/usr/lib/<architecture>/`. */
  readonly plugin: string;
}

/** A file to be written, and who may read it. */
export interface GeneratedFile {
  readonly name: string;
  readonly mode: number;
  readonly text: string;
}

/** What the controller signs in to the broker as. */
export const controllerAccount = 'controller';
/** The same of all gateways. */
export const gatewayAccount = 'gateway';

/** Iterations of the plugin's own PBKDF2 (Mosquitto 2.0, dynamic_security/dynamic_security.h); the passwords are 256 random bits. */
const iterations = 101;

/** A Mosquitto for one fleet: TLS only, nobody without an account, accounts kept by the controller. Passwords are drawn anew. */
export function mosquittoConfig(wishes: MosquittoWishes, random: Random): readonly GeneratedFile[] {
  const { fleet } = wishes;
  const controller = controllerAccess(fleet);
  const accounts = [
    {
      name: controllerAccount,
      access: {
        publish: [...controller.publish, ...accountsAccess.publish],
        subscribe: [...controller.subscribe, ...accountsAccess.subscribe],
      },
    },
    { name: gatewayAccount, access: gatewayAccess(fleet, { shared: true }) },
  ].map((account) => ({ ...account, password: Buffer.from(random.bytes(32)).toString('base64url') }));
  const security = {
    defaultACLAccess: nothingByDefault,
    clients: accounts.map(({ name, password }) => ({
      username: name,
      ...hashed(password, random),
      roles: [{ rolename: name }],
    })),
    groups: [],
    roles: accounts.map(({ name, access }) => ({ rolename: name, acls: aclsOf(access) })),
  };
  return [
    { name: 'mosquitto.conf', mode: 0o644, text: configuration(wishes) },
    // The broker itself writes to it: every account that the controller makes.
    { name: 'dynamic-security.json', mode: 0o600, text: `${JSON.stringify(security, null, 2)}\n` },
    ...accounts.map(({ name, password }) => ({ name: `${name}.password`, mode: 0o600, text: `${password}\n` })),
  ];
}

function hashed(password: string, random: Random) {
  const salt = Buffer.from(random.bytes(12));
  return {
    password: pbkdf2Sync(password, salt, iterations, 64, 'sha512').toString('base64'),
    salt: salt.toString('base64'),
    iterations,
  };
}

const configuration = ({ fleet, folder, host, port, certFile, keyFile, plugin }: MosquittoWishes): string =>
  `# The broker of the fleet "${fleet}". docs/brokers.md says what is what; mosquitto.conf(5) has every option.
per_listener_settings false
allow_anonymous false
plugin ${plugin}
plugin_opt_config_file ${folder}/dynamic-security.json

listener ${port} ${host}
certfile ${certFile}
keyfile ${keyFile}
tls_version tlsv1.2

# What waits for a terminal that is away for a moment survives a restart of the broker; what matters is asked for again anyway.
persistence true
persistence_location ${folder}/
autosave_interval 60
# Longer than a terminal's session is kept (300 s).
persistent_client_expiration 1h
# One megabyte is the longest message of the protocol.
max_packet_size 1048576
# What waits for the controller while it is busy with a whole fleet that comes back; beyond it messages are dropped.
max_queued_messages 100000
max_keepalive 300
# Else an answer waits up to 40 ms for the acknowledgement of what was sent before it.
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
log_type notice
`;
