import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import type { UpdateProgress, UpdateReport } from '../control/updates-protocol.ts';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import { SystemDurableFiles } from '../platform/system-durable-files.ts';
import { nowhere, readSignedBundle, unpack } from '../updates/bundle.ts';
import { openFileSource } from '../updates/file-source.ts';
import { requireKeys } from '../updates/launcher.ts';
import { sizeOf } from '../updates/manifest.ts';
import { checkConfig } from './check-config.ts';
import { type CliWorld, type CommonOptions, configured, connect, forMachines, load, print } from './command-tools.ts';
import { facts } from './output.ts';

/** `holdfast update …`: another release of Holdfast in the place of this one. */
export function addUpdate(program: Command, world: CliWorld): void {
  const update = program.command('update').description('another release in the place of this one (docs/updates.md)');
  forMachines(configured(update.command('status', { isDefault: true }), world))
    .description('say which release runs, whether it has proven itself, and how the last update ended')
    .action(async (options: CommonOptions) => {
      print(world, options, await connect(options, world).updates(), showUpdates);
    });
  forMachines(configured(update.command('verify'), world))
    .description('say whether a bundle is whole and signed by a key that this terminal trusts')
    .argument('<file>', 'the bundle')
    .action(async (file: string, options: CommonOptions) => {
      const { releases } = load(options, world).updates;
      if (releases === '') throw notHere();
      print(world, options, await verified(file, releases), facts);
    });
  configured(update.command('install'), world)
    .description('install a bundle at the running terminal, when nobody sells')
    .argument('<file>', 'the bundle')
    .requiredOption('--by <name>', 'who does it')
    .option('--offline', 'keep it although the server can’t be reached')
    .action(async (file: string, options: CommonOptions & { readonly by: string; readonly offline?: true }) => {
      const contact = options.offline === true ? 'not-needed' : 'required';
      await (await opened(file)).close();
      const query = new URLSearchParams({ by: options.by, contact });
      await follow(connect(options, world).installUpdate(query, createReadStream(file)));
    });
  configured(update.command('rollback'), world)
    .description('go back to the release before, when nobody sells')
    .requiredOption('--by <name>', 'who does it')
    .action(async (options: CommonOptions & { readonly by: string }) => {
      await follow(connect(options, world).rollBackUpdate(new URLSearchParams({ by: options.by })));
    });
  // Asked of a release that is not running yet, by the one that is.
  configured(update.command('rehearse', { hidden: true }), world).action(async (options: CommonOptions) => {
    checkConfig(options, world);
    if (world.rehearse === undefined) throw notHere();
    world.output.out(`${JSON.stringify(await world.rehearse())}\n`);
  });

  /** Tells what happens until the terminal goes down for it. */
  async function follow(lines: AsyncIterable<UpdateProgress>): Promise<void> {
    let isRestarting = false;
    try {
      for await (const line of lines) {
        if (line.kind === 'failed') {
          const { code, message, hint } = line.error;
          throw new HoldfastError(code, message, { remedy: 'operator', ...(hint === null ? {} : { hint }) });
        }
        world.output.out(`${line.words}\n`);
        isRestarting ||= line.kind === 'restarting';
        if (line.kind === 'done') return;
      }
    } catch (error) {
      // The terminal that answers goes down.
      if (!isRestarting) throw error;
    }
    if (!isRestarting) {
      throw new HoldfastError('control.failed', 'The terminal stopped before it was done.', { remedy: 'retry' });
    }
    world.output.out('"holdfast update status" tells whether the release has proven itself.\n');
  }
}

async function verified(file: string, releases: string): Promise<readonly (readonly [string, string])[]> {
  const handle = await opened(file);
  try {
    const source = await openFileSource(handle);
    const keys = await requireKeys({ notes: new SystemDurableFiles(releases) });
    const bundle = await readSignedBundle(source, keys);
    await unpack(bundle, source, nowhere);
    const { manifest, name, signedBy } = bundle;
    return [
      ['release', name],
      ['signed by', signedBy],
      ['built', manifest.builtAt],
      ['machines', manifest.architecture],
      ['Node.js', `${manifest.node} or newer`],
      ['may follow', `${manifest.minimumVersion} or newer`],
      ['size', `${(sizeOf(manifest) / 1_000_000).toFixed(1)} MB in ${manifest.files.length} files`],
      ['keys', manifest.keys === null ? 'unchanged' : 'it replaces the trusted keys'],
    ];
  } finally {
    await handle.close();
  }
}

async function opened(file: string) {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw new HoldfastError('control.bad-request', `Can't read ${file}: ${messageOf(error)}`, {
      remedy: 'operator',
      cause: error,
    });
  }
}

function showUpdates(report: UpdateReport | null): string {
  if (report === null) return 'This installation is not updated by itself (docs/updates.md).';
  const { release, version, previous, trial, doing, last, keys } = report;
  return facts([
    ['runs', `${release ?? version}${trial === null ? '' : trialWords(trial)}`],
    ['before it', previous ?? 'nothing to go back to'],
    ...(doing === null ? [] : [['now', doing] as const]),
    ['last update', last === null ? 'none' : `${last.release}: ${last.how}: ${last.words}`],
    ['trusted keys', keys.length === 0 ? 'none: no release is taken' : keys.join(', ')],
  ]);
}

function trialWords({ starts, verdict }: NonNullable<UpdateReport['trial']>): string {
  if (verdict === 'good') return ', and has proven itself';
  if (verdict === 'bad') return ', and goes back when nobody sells';
  return `, on trial (start ${starts})`;
}

function notHere(): HoldfastError {
  return new HoldfastError('update.not-here', 'This installation is not updated by itself', {
    remedy: 'operator',
    hint: 'updates.releases is empty: it was not made by provisioning/image/install.sh.',
  });
}
