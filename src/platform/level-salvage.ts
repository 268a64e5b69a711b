import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyValueStore } from './key-value-store.ts';
import { isLog, isTable, namesIn } from './level-check.ts';
import {
  type BlockHandle,
  blockIsIntact,
  chainedBlocks,
  indexedBlocks,
  readBatch,
  readDataBlock,
  readLogRecords,
  type StoredChange,
  tableFooter,
} from './level-format.ts';

/**
 * Copies into `into` everything that lies undamaged in these folders of a LevelDB: of each key the newest value that can be
 * read, which after damage may be an older one than the newest written. Uses no code of LevelDB on the damaged files: its
 * `repair` verifies nothing and ends the process on some of them (measured).
 */
export async function salvageLevelFiles(paths: readonly string[], into: KeyValueStore): Promise<void> {
  const newest = new Map<string, number>();
  const keep = async (changes: readonly StoredChange[]): Promise<void> => {
    const newer = changes.filter(({ key, version }) => {
      if (version < (newest.get(key) ?? 0)) return false;
      newest.set(key, version);
      return true;
    });
    await into.write(
      newer.map(({ key, value }) => (value === null ? { type: 'delete', key } : { type: 'put', key, value })),
      { durable: false },
    );
  };
  for (const path of paths) {
    for (const name of await namesIn(path)) {
      if (!isLog.test(name) && !isTable.test(name)) continue;
      const bytes = await readFile(join(path, name)).catch(() => Buffer.alloc(0));
      let found: StoredChange[] = [];
      for (const change of isLog.test(name) ? changesInLog(bytes) : changesInTable(bytes)) {
        found.push(change);
        if (found.length < 500) continue;
        await keep(found);
        found = [];
      }
      await keep(found);
    }
  }
}

function* changesInLog(bytes: Buffer): Generator<StoredChange> {
  for (const record of readLogRecords(bytes)) yield* attempt(() => readBatch(record));
}

function* changesInTable(bytes: Buffer): Generator<StoredChange> {
  const footer = tableFooter(bytes);
  const indexed = footer !== undefined && blockIsIntact(bytes, footer.index);
  const blocks: Iterable<BlockHandle> = indexed ? indexedBlocks(bytes, footer.index) : chainedBlocks(bytes);
  for (const block of blocks) {
    if (blockIsIntact(bytes, block)) yield* attempt(() => readDataBlock(bytes, block));
  }
}

/** What can be read until the first thing that is not as it should be (the index blocks at the end of a table, say). */
function* attempt(read: () => Iterable<StoredChange>): Generator<StoredChange> {
  try {
    yield* read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
