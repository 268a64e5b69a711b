import { HoldfastError } from '../platform/errors.ts';
import type { Manifest, ReleaseFacts, ReleaseFormats } from './manifest.ts';
import { compareVersions } from './version.ts';

/** The machine that a release is to run on. */
export interface Machine {
  /** Without the leading "v". */
  readonly node: string;
  /** As Node calls it, e.g. `arm64`. */
  readonly architecture: string;
}

const kept = ['store', 'tape'] as const;
const names = { store: 'the journal’s database', tape: 'the journal’s tape' } as const;

/**
 * Whether `next` can take over from `running`: it must read everything that lies on the disk, and know how to come from there.
 * Throws `update.needs-newer` and `update.can-not-read`, each with the next step.
 */
export function requireSuccessor(next: ReleaseFacts, running: ReleaseFacts): void {
  if (compareVersions(running.version, next.minimumVersion) < 0) {
    throw new HoldfastError(
      'update.needs-newer',
      `Release ${next.version} can follow ${next.minimumVersion} or later; this terminal runs ${running.version}`,
      { remedy: 'operator', hint: `Install a release from ${next.minimumVersion} on first.` },
    );
  }
  for (const part of kept) {
    const [theirs, ours] = [next.formats[part], running.formats[part]];
    if (theirs.newest >= ours.newest && theirs.oldest <= ours.newest) continue;
    throw new HoldfastError(
      'update.can-not-read',
      `Release ${next.version} can't read ${names[part]} of this terminal: it is of format ${ours.newest}, and the release knows ${theirs.oldest} to ${theirs.newest}`,
      { remedy: 'operator', hint: 'Nothing was changed. Install a release that knows it: a later one.' },
    );
  }
}

/** Throws `update.other-machine`, `update.needs-node`. */
export function requireMachine({ version, node, architecture }: Manifest, machine: Machine): void {
  if (architecture !== 'any' && architecture !== machine.architecture) {
    throw new HoldfastError(
      'update.other-machine',
      `This bundle of release ${version} is for ${architecture}; this machine is ${machine.architecture}`,
      { remedy: 'operator', hint: 'Take the bundle that was made for this kind of machine.' },
    );
  }
  if (compareVersions(machine.node, node) >= 0) return;
  throw new HoldfastError('update.needs-node', `Release ${version} needs Node.js ${node}; here is ${machine.node}`, {
    remedy: 'operator',
    hint: 'Install that Node.js first: provisioning/image/install.sh --node FOLDER.',
  });
}

/**
 * Whether `next` would write the journal in a format that `running` can't read. Such a release proves itself before it opens the
 * journal, because there is no way back afterwards.
 */
export function raisesFormats(next: ReleaseFormats, running: ReleaseFormats): boolean {
  return kept.some((part) => next[part].newest > running[part].newest);
}
