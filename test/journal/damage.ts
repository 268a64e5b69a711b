import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One way to damage a folder of files. */
export interface Damage {
  readonly name: string;
  apply(folder: string): Promise<void>;
}

/** Every file below `folder`, as a path relative to it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'LOCK' && !entry.name.startsWith('LOG'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Every file deleted, truncated at `cuts` points and with one byte flipped at `flips` points, evenly spread. */
export async function allDamages(folder: string, cuts: number, flips: number): Promise<Damage[]> {
  const damages: Damage[] = [];
  for (const file of await filesBelow(folder)) {
    const { size } = await stat(join(folder, file));
    damages.push(deleted(file));
    for (const at of spread(size, cuts)) damages.push(cut(file, at));
    for (const at of spread(size, flips)) damages.push(flipped(file, at));
  }
  return damages;
}

export const deleted = (file: string): Damage => ({
  name: `${file} deleted`,
  apply: (folder) => rm(join(folder, file)),
});

export const cut = (file: string, at: number): Damage => ({
  name: `${file} cut at ${at}`,
  apply: (folder) => truncate(join(folder, file), at),
});

export const flipped = (file: string, at: number): Damage => ({
  name: `${file} flipped at ${at}`,
  apply: async (folder) => {
    const bytes = await readFile(join(folder, file));
    bytes[at] = (bytes[at] ?? 0) ^ 0x55;
    await writeFile(join(folder, file), bytes);
  },
});

/** `count` positions in 0…size−1, both ends among them. */
function spread(size: number, count: number): number[] {
  const positions = Array.from({ length: count }, (_, n) => Math.floor((n * (size - 1)) / Math.max(1, count - 1)));
  return size === 0 ? [] : [...new Set(positions)];
}
