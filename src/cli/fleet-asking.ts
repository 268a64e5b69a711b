import { type Command, Option } from 'commander';
import type { CliWorld } from './command-tools.ts';
import { FleetClient } from './fleet-client.ts';

/** What every command that asks the controller takes. */
export interface FleetOptions {
  readonly controller: string;
  readonly json?: boolean;
}

/** Adds `--controller`; the token comes by the environment, where other users of the machine don't see it. */
export const asked = (command: Command, world: CliWorld): Command =>
  command.addOption(
    new Option('--controller <url>', 'the fleet’s controller')
      .env('HOLDFAST_CONTROLLER')
      .default(world.env['HOLDFAST_CONTROLLER'] ?? 'http://127.0.0.1:8480'),
  );

export function fleetClient(options: FleetOptions, world: CliWorld): FleetClient {
  const token = world.env['HOLDFAST_TOKEN'];
  return new FleetClient(
    options.controller,
    token === undefined ? {} : { authorization: `Bearer ${token}` },
    world.fetch ?? fetch,
  );
}
