import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { type CliWorld, forMachines, print } from './command-tools.ts';
import { asked, type FleetOptions, fleetClient } from './fleet-asking.ts';
import { table } from './output.ts';

interface ShownRelease {
  readonly release: string;
  readonly version: string;
  readonly architecture: string;
  readonly builtAt: string;
  readonly bundleSize: number;
  readonly signedBy: readonly string[];
  readonly changesKeys: boolean;
  readonly url: string | null;
}

/** `holdfast fleet release …`: what terminals can fetch at the controller. */
export function addFleetReleases(fleet: Command, world: CliWorld): void {
  const release = fleet
    .command('release')
    .description('signed releases that terminals fetch at the controller (docs/updates.md)');
  forMachines(asked(release.command('list', { isDefault: true }), world))
    .description('list them, newest first')
    .action(async (options: FleetOptions) => {
      print(world, options, await releasesAt(options, world), showReleases);
    });
  forMachines(asked(release.command('add'), world))
    .description('hand a bundle to the controller')
    .argument('<file>', 'what "npm run release" has written')
    .action(async (file: string, options: FleetOptions) => {
      const bytes = await readFile(file).catch((error: unknown) => {
        throw new HoldfastError('control.bad-request', `Can't read ${file}: ${messageOf(error)}`, {
          remedy: 'operator',
        });
      });
      const added = await fleetClient(options, world).upload<ShownRelease>('/api/releases', bytes);
      print(world, options, added, (shown) => showReleases([shown]));
    });
  asked(release.command('remove'), world)
    .description('hand a release out no longer; where it runs, it goes on running')
    .argument('<release>', 'its whole name, e.g. 0.2.0-1f0c9a7b2d3e')
    .action(async (name: string, options: FleetOptions) => {
      await fleetClient(options, world).ask('DELETE', `/api/releases/${encodeURIComponent(name)}`);
      world.output.out(`${name} is handed out no longer.\n`);
    });
}

/** Where the controller hands a release out. Throws `control.bad-request` with what is to be done. */
export async function whereToFetch(
  wanted: string,
  options: FleetOptions,
  world: CliWorld,
): Promise<{ readonly version: string; readonly url: string }> {
  const fitting = (await releasesAt(options, world)).filter(
    ({ release, version }) => wanted === release || wanted === version,
  );
  const [found, other] = fitting;
  if (found === undefined) {
    throw refused(
      `The controller has no release ${wanted}`,
      '"holdfast fleet release add FILE" brings it there; or name --url.',
    );
  }
  if (other !== undefined) {
    const names = fitting.map(({ release, architecture }) => `${release} (for ${architecture})`).join(', ');
    throw refused(`There are several: ${names}`, 'Give the whole name.');
  }
  if (found.url === null) {
    throw refused(
      'The controller does not know how terminals reach it',
      'Set releases.publicUrl in its file, or name --url.',
    );
  }
  return { version: found.release, url: found.url };
}

async function releasesAt(options: FleetOptions, world: CliWorld): Promise<readonly ShownRelease[]> {
  const path = '/api/releases';
  return (await fleetClient(options, world).ask<{ readonly releases: readonly ShownRelease[] }>('GET', path)).releases;
}

const refused = (words: string, hint: string): HoldfastError =>
  new HoldfastError('control.bad-request', words, { remedy: 'operator', hint });

function showReleases(releases: readonly ShownRelease[]): string {
  if (releases.length === 0) return 'There are none.';
  return table(
    [{ title: 'RELEASE' }, { title: 'MACHINES' }, { title: 'BUILT' }, { title: 'SIZE' }, { title: 'SIGNED BY' }],
    releases.map(({ release, architecture, builtAt, bundleSize, signedBy, changesKeys }) => [
      release,
      architecture,
      builtAt.slice(0, 16),
      `${(bundleSize / 1_000_000).toFixed(1)} MB`,
      `${signedBy.join(', ')}${changesKeys ? ' (changes the trusted keys)' : ''}`,
    ]),
  );
}
