import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../platform/errors.ts';
import { SystemDurableFiles } from '../platform/system-durable-files.ts';
import { readState, type Shelving, shelvingFile, wantedFile, wantedSchema, writeState } from './launch-state.ts';
import { type LauncherParts, launch, shelve } from './launcher.ts';
import { SystemShelf } from './system-shelf.ts';

const usage = `Decides which of the installed releases is started. Runs before every start of the till, with the right to change the releases.

  launch.js --root /opt/holdfast --data /var/lib/holdfast            makes "current" point to the release to be started
  launch.js --root /opt/holdfast --data /var/lib/holdfast --shelve   unpacks what the till wants next, while it goes on selling
`;

/** Where the till keeps what it knows of updates. */
export const updatesFolder = (dataDir: string): string => join(dataDir, 'updates');

/** What the launcher works on, in the system's folders. `root`: beside `releases`. */
export function systemLauncher(root: string, dataDir: string, tell: (words: string) => void): LauncherParts {
  return {
    shelf: new SystemShelf(root),
    // For the till to read, which runs as somebody else.
    notes: new SystemDurableFiles(root, 0o644),
    till: new SystemDurableFiles(updatesFolder(dataDir)),
    machine: { node: process.versions.node, architecture: process.arch },
    tell,
  };
}

/** Resolves with the exit code. Where the launcher fails, the till is started as it is. */
export async function runLauncher(args: readonly string[], tell: (words: string) => void): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { root: { type: 'string' }, data: { type: 'string' }, shelve: { type: 'boolean' } },
  });
  if (values.root === undefined || values.data === undefined) {
    tell(usage);
    return 2;
  }
  const parts = systemLauncher(values.root, values.data, tell);
  if (values.shelve !== true) await launch(parts);
  else await shelveWanted(parts);
  return 0;
}

/** Brings what the till wants onto the shelf, and leaves word of how it went. */
export async function shelveWanted(parts: LauncherParts): Promise<void> {
  const wanted = await readState(parts.till, wantedFile, wantedSchema);
  if (wanted === null) return;
  let failed: string | null = null;
  try {
    await shelve(parts, wanted.release);
  } catch (error) {
    failed = messageOf(error).slice(0, 500);
    parts.tell(`${wanted.release} was not unpacked: ${failed}`);
  }
  const shelving: Shelving = { version: 1, orderId: wanted.orderId, failed };
  await writeState(parts.notes, shelvingFile, shelving);
}

if (process.argv[1] !== undefined && /[/\\]updates[/\\]launch\.[jt]s$/.test(process.argv[1])) {
  // The till's own umask may be stricter than the till can read.
  process.umask(0o022);
  const tell = (words: string): boolean => process.stderr.write(`updates: ${words}\n`);
  try {
    process.exitCode = await runLauncher(process.argv.slice(2), tell);
  } catch (error) {
    tell(messageOf(error));
    process.exitCode = 1;
  }
}
