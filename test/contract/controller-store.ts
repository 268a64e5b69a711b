import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newTerminal } from '../../provisioning/controller/enrolment-desk.ts';
import {
  type Change,
  type ControllerStore,
  decideAndWrite,
} from '../../provisioning/controller/store/controller-store.ts';
import { instant } from '../../src/platform/clock.ts';
import { terminalId } from '../../src/platform/ids.ts';

/** What every ControllerStore must do. `open` may be called twice where several controllers can share one. */
export function controllerStoreContract(
  name: string,
  make: () => Promise<{ open(): Promise<ControllerStore>; end(): Promise<void> }>,
  { isShared }: { readonly isShared: boolean },
): void {
  describe(`${name} as a ControllerStore`, () => {
    let place: Awaited<ReturnType<typeof make>>;
    let store: ControllerStore;
    beforeEach(async () => {
      place = await make();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.end();
    });

    const terminal = (id: string, label = '') => ({
      ...newTerminal(terminalId(id), { group: null, createdAt: 1, createdBy: 'ann' }),
      label,
    });
    const put = (id: string, expected: number | null, label = ''): Change => ({
      collection: 'terminals',
      id,
      expected,
      value: terminal(id, label),
    });
    const group = (id: string, expected: number | null): Change => ({
      collection: 'groups',
      id,
      expected,
      value: { name: id, label: '', settings: {}, secrets: {} },
    });
    const label = async (id: string) => (await store.get('terminals', id))?.value.label;

    it('keeps documents and counts their versions', async () => {
      expect(await store.get('terminals', 'K1')).toBeNull();
      await store.write([put('K1', 0, 'one')]);
      expect(await store.get('terminals', 'K1')).toEqual({ id: 'K1', version: 1, value: terminal('K1', 'one') });
      await store.write([put('K1', 1, 'two')]);
      await store.write([put('K1', null, 'three')], { durable: false });
      expect(await store.get('terminals', 'K1')).toMatchObject({ version: 3, value: { label: 'three' } });
      await store.write([{ collection: 'terminals', id: 'K1', expected: 3, value: null }]);
      expect(await store.get('terminals', 'K1')).toBeNull();
      // What is not there may go as well.
      await store.write([{ collection: 'terminals', id: 'K1', expected: null, value: null }]);
      await store.write([{ collection: 'terminals', id: 'K1', expected: 0, value: null }]);
    });

    it('refuses what is not as expected, whole', async () => {
      await store.write([put('K1', 0, 'one'), group('market', 0)]);
      for (const wrong of [put('K1', 0), put('K1', 2), put('K9', 1), { ...put('K1', 2), value: null }] as Change[]) {
        await expect(store.write([put('K2', 0), wrong])).rejects.toMatchObject({ code: 'controller-store.conflict' });
        expect(await store.get('terminals', 'K2')).toBeNull();
      }
      expect(await label('K1')).toBe('one');
    });

    it('lets one of many win each time', async () => {
      await store.write([put('K1', 0, '0')]);
      const addOne = () =>
        decideAndWrite(
          store,
          async () => {
            const found = await store.get('terminals', 'K1');
            return { changes: [put('K1', found!.version, String(Number(found!.value.label) + 1))], answer: null };
          },
          { tries: 100 },
        );
      await Promise.all(Array.from({ length: 20 }, addOne));
      expect(await label('K1')).toBe('20');
    });

    it('lists in the order of ids, from one, with a beginning, so many', async () => {
      await store.write(['K2', 'K10', 'A1', 'K1', 'B_1'.replace('_', '-')].map((id) => put(id, 0)));
      await store.write([group('k', 0)]);
      const ids = async (wishes?: Parameters<ControllerStore['list']>[1]) =>
        (await store.list('terminals', wishes)).map(({ id }) => id);
      expect(await ids()).toEqual(['A1', 'B-1', 'K1', 'K10', 'K2']);
      expect(await ids({ prefix: 'K1' })).toEqual(['K1', 'K10']);
      expect(await ids({ prefix: 'K', after: 'K1', limit: 1 })).toEqual(['K10']);
      expect(await ids({ after: 'K10' })).toEqual(['K2']);
      expect(await ids({ prefix: 'Z' })).toEqual([]);
    });

    it('keeps logs by time and by whom they are about', async () => {
      for (let number = 1; number <= 5; number += 1) {
        await store.append('events', number % 2 === 0 ? 'K2' : 'K1', { number }, instant(number * 1000));
      }
      await store.append('audit', '', { number: 9 }, instant(1000));
      const numbers = async (subject: string | null, before?: string, limit = 10) => {
        const wishes = { subject, limit, ...(before === undefined ? {} : { before }) };
        const entries = await store.readLog('events', wishes);
        return {
          ids: entries.map(({ id }) => id),
          numbers: entries.map(({ entry }) => (entry as { number: number }).number),
        };
      };
      const all = await numbers(null);
      expect(all.numbers).toEqual([5, 4, 3, 2, 1]);
      expect((await numbers('K1')).numbers).toEqual([5, 3, 1]);
      expect((await numbers(null, all.ids[1], 2)).numbers).toEqual([3, 2]);
      expect((await numbers('K3')).numbers).toEqual([]);
      await store.pruneLog('events', instant(3000));
      expect((await numbers(null)).numbers).toEqual([5, 4, 3]);
      expect((await numbers('K2')).numbers).toEqual([4]);
      expect(await store.readLog('audit', { subject: null, limit: 5 })).toHaveLength(1);
    });

    it('tells of every change, and of none that was refused', async () => {
      const seen: string[] = [];
      const end = store.onChange((collection, id) => seen.push(`${collection} ${id}`));
      await store.write([put('K1', 0), group('market', 0)]);
      await store.write([put('K1', 0)]).catch(() => undefined);
      await store.write([{ collection: 'terminals', id: 'K1', expected: null, value: null }]);
      await expect.poll(() => [...seen].sort()).toEqual(['groups market', 'terminals K1', 'terminals K1']);
      end();
      await store.write([put('K2', 0)]);
      await new Promise((resolve) => setImmediate(resolve));
      expect(seen).toHaveLength(3);
    });

    if (!isShared) return;
    it('is shared: one controller sees, and hears of, what another has written', async () => {
      const other = await place.open();
      const heard: string[] = [];
      other.onChange((collection, id) => heard.push(`${collection} ${id}`));
      await store.write([put('K1', 0, 'here')]);
      await expect.poll(() => heard).toEqual(['terminals K1']);
      const both = await Promise.allSettled([store.write([put('K1', 1, 'a')]), other.write([put('K1', 1, 'b')])]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      await other.close();
    });
  });
}
