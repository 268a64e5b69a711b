import type { TerminalConfig } from '../config/schema.ts';
import type { StorageReport } from '../control/protocol.ts';
import { type QuotaSettings, type StoragePlan, storageParts } from '../health/quota.ts';
import { megabytes, type StorageStatus, spaceHint } from '../health/storage-guard.ts';
import type { StorageFolders } from '../health/system-storage.ts';
import type { StorageFacts } from '../register/facts.ts';

// The disk guard, as the configuration sets it and as the till, the control socket and people hear of it.

export function storageFolders({ dataDir, journal, log, quota }: TerminalConfig): StorageFolders {
  return {
    dataDir,
    tapeDir: journal.tapeDir,
    logDir: log.folder === '' ? null : log.folder,
    reserve: quota.reserve,
  };
}

export function quotaSettings({ quota }: TerminalConfig): QuotaSettings {
  const { snapshot, journal, tape, logs, limit, reserve, tightBelow, criticalBelow, fullBelow } = quota;
  return { budgets: { snapshot, journal, tape, logs }, limit, reserve, tightBelow, criticalBelow, fullBelow };
}

export const storageFacts = ({ warn, newSales, payments }: StoragePlan): StorageFacts => ({
  low: warn,
  newSales,
  payments,
});

export function storageReport({ plan, measured, settings }: StorageStatus): StorageReport {
  return {
    level: plan.level,
    words: storageWords(plan),
    room: Math.max(0, plan.room),
    free: measured.free,
    limit: settings.limit,
    reserve: { held: measured.reserve, size: settings.reserve },
    parts: storageParts.map((part) => ({ part, used: measured.usage[part], budget: settings.budgets[part] })),
  };
}

function storageWords({ level, room, over, levels }: StoragePlan): string {
  const left = `${megabytes(Math.max(0, room))} left`;
  const beyond = over.length > 0 ? `; over budget: ${over.join(', ')}` : '';
  const tape = levels.tapeMedium === 'ok' ? '' : '; the tape’s medium is short of space';
  return `${left}${beyond}${tape}${effects[level]}`;
}

const effects: Readonly<Record<StoragePlan['level'], string>> = {
  ok: '',
  tight: '; no larger snapshot is taken, old sales are pruned',
  critical: '; no snapshot is taken, the log is quiet',
  full: '; no new sale is begun until there is space again',
};

/** What a person should know and do; null when there is enough space. */
export function storageAttention({ plan, settings }: StorageStatus): {
  readonly severity: 'warning' | 'alarm';
  readonly words: string;
  readonly nextStep: string;
} | null {
  if (plan.level === 'ok') return null;
  const severity = plan.level === 'tight' ? 'warning' : 'alarm';
  return { severity, words: `Storage is ${plan.level}: ${storageWords(plan)}.`, nextStep: spaceHint(plan, settings) };
}
