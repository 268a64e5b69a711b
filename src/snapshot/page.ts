import type { KeyValueChange } from '../platform/key-value-store.ts';
import { BlockPacker } from './blocks.ts';
import { PageKeys } from './hash-index.ts';
import type { ImportState } from './layout.ts';
import { type AnyRecord, eachKey, nameOf } from './records.ts';
import type { RecordKind } from './shop-source.ts';
import { PageNames, type Subject } from './word-index.ts';

/** The records of one page as they are stored, and their keys and names put aside for the indexes. */
export class SnapshotPage {
  readonly #blocks: BlockPacker;
  readonly #keys = new PageKeys();
  readonly #names: { readonly [Of in Subject]: PageNames } = { product: new PageNames(), customer: new PageNames() };
  readonly #generation: number;
  readonly #page: number;

  constructor({ generation, pages, blocks }: Pick<ImportState, 'generation' | 'pages' | 'blocks'>, kind: RecordKind) {
    this.#generation = generation;
    this.#page = pages;
    this.#blocks = new BlockPacker(generation, kind, blocks[kind] ?? 0);
  }

  add(entry: AnyRecord): void {
    const position = this.#blocks.add(entry.record);
    eachKey(entry, (index, key) => this.#keys.add(index, key, position));
    const named = nameOf(entry);
    if (named !== null) this.#names[named.subject].add(position, named.name);
  }

  /** What is to be written, and the number of the next block. */
  end(): { readonly changes: KeyValueChange[]; readonly nextBlock: number } {
    const nextBlock = this.#blocks.end();
    const changes = [...this.#blocks.changes, ...this.#keys.changes(this.#generation, this.#page)];
    for (const subject of ['product', 'customer'] as const) {
      const names = this.#names[subject].change(this.#generation, subject, this.#page);
      if (names !== null) changes.push(names);
    }
    return { changes, nextBlock };
  }
}
