import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeyRange, KeyValueStore } from '../../src/platform/key-value-store.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const plain = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : new TextDecoder().decode(value);

export interface StoreUnderTest {
  open(): Promise<KeyValueStore>;
  /** Whatever the store was written on, as after a power cut; undefined if this implementation can't be cut. */
  crash?: () => void;
}

/** What every KeyValueStore must do. Runs against LevelDB and against memory. */
export function keyValueStoreContract(
  name: string,
  make: () => Promise<StoreUnderTest>,
  { canCrash }: { readonly canCrash: boolean },
): void {
  describe(`${name} as a KeyValueStore`, () => {
    let place: StoreUnderTest;
    let store: KeyValueStore;
    beforeEach(async () => {
      place = await make();
      store = await place.open();
    });
    afterEach(() => store.close());

    const put = (...pairs: [string, string][]): Promise<void> =>
      store.write(
        pairs.map(([key, value]) => ({ type: 'put', key, value: text(value) })),
        { durable: true },
      );
    const list = async (range: KeyRange): Promise<string[]> => {
      const found: string[] = [];
      for await (const [key, value] of store.entries(range)) found.push(`${key}=${plain(value)}`);
      return found;
    };

    it('gives back what was put and undefined for the rest', async () => {
      await put(['a', '1'], ['b', '']);
      expect(plain(store.get('a'))).toBe('1');
      expect(plain(store.get('b'))).toBe('');
      expect(store.get('c')).toBeUndefined();
    });

    // A Buffer's own slice() is no copy.
    it.each([
      ['an array', text('before')],
      ['a part of a Buffer', Buffer.from('long before').subarray(5)],
    ])('keeps a value that the caller changes afterwards: %s', async (_, value) => {
      await store.write([{ type: 'put', key: 'a', value }], { durable: true });
      value.fill(0);
      expect(plain(store.get('a'))).toBe('before');
    });

    it('applies a batch in its order, the last change of a key wins', async () => {
      await put(['a', '1']);
      await store.write(
        [
          { type: 'delete', key: 'a' },
          { type: 'put', key: 'a', value: text('2') },
          { type: 'put', key: 'b', value: text('3') },
          { type: 'delete', key: 'b' },
        ],
        { durable: true },
      );
      expect(await list({})).toEqual(['a=2']);
    });

    it('walks a range in the order of UTF-8 bytes, either way, from inclusive, before exclusive, limited', async () => {
      await put(['ä', '4'], ['a', '1'], ['b!2', '3'], ['b!10', '2'], ['\u{1F600}', '6'], ['\uFFFD', '5']);
      expect(await list({})).toEqual(['a=1', 'b!10=2', 'b!2=3', 'ä=4', '\uFFFD=5', '\u{1F600}=6']);
      expect(await list({ from: 'b!10', before: 'ä' })).toEqual(['b!10=2', 'b!2=3']);
      expect(await list({ from: 'b', before: 'c', reverse: true })).toEqual(['b!2=3', 'b!10=2']);
      expect(await list({ reverse: true, limit: 2 })).toEqual(['\u{1F600}=6', '\uFFFD=5']);
      expect(await list({ from: 'x', before: 'b' })).toEqual([]);
      const keys: string[] = [];
      for await (const key of store.keys({ from: 'b', limit: 2 })) keys.push(key);
      expect(keys).toEqual(['b!10', 'b!2']);
    });

    it('walks the state that was there when the walk began', async () => {
      await put(['a', '1'], ['b', '2']);
      const walk = store.entries({});
      await put(['a', 'changed'], ['c', '3']);
      const found: string[] = [];
      for await (const [key, value] of walk) found.push(`${key}=${plain(value)}`);
      expect(found).toEqual(['a=1', 'b=2']);
    });

    it('walks more entries than fit into one read', async () => {
      const pairs = Array.from({ length: 2500 }, (_, n): [string, string] => [String(n).padStart(5, '0'), `${n}`]);
      await put(...pairs);
      expect(await list({})).toEqual(pairs.map(([key, value]) => `${key}=${value}`));
    });

    it('knows roughly how much lies between two keys, and compacts without losing anything', async () => {
      await put(['a', 'x'.repeat(100)], ['b', 'y'.repeat(100)]);
      await store.compact('a', 'z');
      expect(await store.approximateSize('a', 'z')).toBeGreaterThanOrEqual(0);
      expect((await list({})).length).toBe(2);
    });

    it('has everything again after closing and opening', async () => {
      await put(['a', '1']);
      await store.write([{ type: 'put', key: 'b', value: text('2') }], { durable: false });
      await store.close();
      store = await place.open();
      expect(await list({})).toEqual(['a=1', 'b=2']);
    });

    it('refuses to work once closed', async () => {
      await store.close();
      expect(() => store.get('a')).toThrow();
      await expect(put(['a', '1'])).rejects.toThrow();
      store = await place.open();
    });

    if (!canCrash) return;
    it('keeps at a power cut what was durable, and of the rest a beginning', async () => {
      await put(['a', '1']);
      await store.write([{ type: 'put', key: 'b', value: text('2') }], { durable: false });
      await store.write([{ type: 'put', key: 'c', value: text('3') }], { durable: false });
      place.crash?.();
      store = await place.open();
      const left = await list({});
      expect([['a=1'], ['a=1', 'b=2'], ['a=1', 'b=2', 'c=3']]).toContainEqual(left);
    });
  });
}
