import { describe, expect, test } from 'vitest';
import { quotaSettings, storageAttention, storageFacts, storageReport } from '../../src/assembly/storage.ts';
import { showStatus } from '../../src/cli/show.ts';
import { terminalConfigSchema } from '../../src/config/schema.ts';
import { planStorage, type StorageMeasurement } from '../../src/health/quota.ts';
import type { StorageStatus } from '../../src/health/storage-guard.ts';
import { status } from '../control/sample-answers.ts';

const mb = 1_000_000;
const quota = terminalConfigSchema.shape.quota;
const settings = quotaSettings({ quota: quota.parse(undefined) } as Parameters<typeof quotaSettings>[0]);

function standing(change: Partial<StorageMeasurement>): StorageStatus {
  const measured: StorageMeasurement = {
    usage: { snapshot: 6 * mb, journal: 40 * mb, tape: 30 * mb, logs: 0 },
    reserve: settings.reserve,
    free: 1000 * mb,
    tapeFree: null,
    refused: false,
    ...change,
  };
  return { measured, settings, plan: planStorage(measured, settings) };
}

describe('what people hear of the disk', () => {
  test('nothing while there is enough space', () => {
    expect(storageAttention(standing({}))).toBeNull();
    expect(storageFacts(standing({}).plan)).toEqual({ low: false, newSales: true, payments: true });
  });

  test('a warning when it is tight, an alarm when it is critical or full, each with what would help', () => {
    expect(storageAttention(standing({ free: 200 * mb }))).toMatchObject({
      severity: 'warning',
      words: 'Storage is tight: 200 MB left; no larger snapshot is taken, old sales are pruned.',
      nextStep: expect.stringContaining('dataDir'),
    });
    const critical = standing({ free: 50 * mb });
    expect(storageAttention(critical)?.severity).toBe('alarm');
    expect(storageFacts(critical.plan)).toEqual({ low: true, newSales: true, payments: true });
    expect(storageAttention(standing({ free: 0, reserve: 0 }))).toMatchObject({
      severity: 'alarm',
      words: expect.stringContaining('no new sale is begun'),
    });
  });

  test('parts beyond their budget are named', () => {
    const usage = { snapshot: 6 * mb, journal: 700 * mb, tape: 30 * mb, logs: 0 };
    expect(storageAttention(standing({ usage }))).toMatchObject({
      words: expect.stringContaining('over budget: journal'),
      nextStep: expect.stringContaining('quota.journal (600 MB)'),
    });
  });

  test('"holdfast status" shows the level with the numbers', () => {
    const shown = showStatus({ ...status, storage: storageReport(standing({ free: 50 * mb, reserve: 0 })) }, 0);
    expect(shown).toContain(
      'critical, 18 MB left; no snapshot is taken, the log is quiet; ' +
        'snapshot 6.0 MB of 500.0 MB, journal 40.0 MB of 600.0 MB, tape 30.0 MB of 600.0 MB, logs 0 B of 200.0 MB, ' +
        'reserve 0 B of 32.0 MB; limit 2.0 GB',
    );
  });
});

describe('the quota’s settings', () => {
  const refused = (change: object): string | undefined => quota.safeParse(change).error?.issues[0]?.path.join('.');

  test('the parts must fit into the limit', () => {
    expect(refused({ limit: 100 * mb })).toBe('limit');
    expect(refused({ snapshot: 1500 * mb })).toBe('limit');
    expect(refused({ limit: 3000 * mb, snapshot: 1500 * mb })).toBeUndefined();
  });

  test('the levels must follow each other, and the reserve must hold a sale', () => {
    expect(refused({ criticalBelow: 300 * mb })).toBe('tightBelow');
    expect(refused({ fullBelow: 96 * mb })).toBe('tightBelow');
    expect(refused({ reserve: 1 * mb })).toBe('reserve');
  });
});
