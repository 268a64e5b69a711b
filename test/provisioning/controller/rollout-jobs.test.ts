import { describe, expect, it } from 'vitest';
import { JobsDesk } from '../../../provisioning/controller/jobs-desk.ts';
import { RolloutJobs } from '../../../provisioning/controller/rollout-jobs.ts';
import { KeyValueControllerStore } from '../../../provisioning/controller/store/key-value-controller-store.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { MemoryStoreMedium } from '../../../src/platform/memory-store.ts';
import { systemRandom } from '../../../src/platform/system-random.ts';
import { ManualClock } from '../../tools/manual-clock.ts';

describe('the jobs of a rollout that runs', () => {
  it('are read once, and then as they change', async () => {
    const store = new KeyValueControllerStore(new MemoryStoreMedium().open({ createIfMissing: true }), silentLogger);
    let lists = 0;
    const list = store.list.bind(store);
    store.list = (...wanted: Parameters<typeof list>) => {
      lists += 1;
      return list(...wanted) as never;
    };
    const desk = new JobsDesk({ store, clock: new ManualClock(), random: systemRandom });
    const give = (terminal: string, rollout: string | null) =>
      desk.newJob(terminalId(terminal), {
        job: { kind: 'sync-now' },
        deadline: null,
        expectedVersion: null,
        rollout,
        by: 'ann',
      });
    const first = give('K1', 'one');
    await store.write([first, give('K2', 'other'), give('K3', null)]);
    const jobs = new RolloutJobs(store);
    jobs.watch();
    expect(await jobs.of('one')).toMatchObject([{ terminal: 'K1', state: 'queued' }]);
    const { jobId } = first.value.offer;
    const status = { jobId, revision: 1, words: 'Done', progress: null, result: null } as const;
    await desk.status(terminalId('K1'), { ...status, state: 'succeeded' });
    const later = give('K4', 'one');
    // Before the store tells of it, as PostgreSQL does.
    jobs.add(later.value);
    expect(await jobs.of('one')).toMatchObject([
      { terminal: 'K1', state: 'succeeded' },
      { terminal: 'K4', state: 'queued' },
    ]);
    expect(lists).toBe(1);
    jobs.forgetAllBut([]);
    expect(await jobs.of('one')).toMatchObject([{ terminal: 'K1', state: 'succeeded' }]);
    expect(lists).toBe(2);
  });
});
