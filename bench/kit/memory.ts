import { readFileSync } from 'node:fs';

/** MB; 0 for a process that has ended. */
export function proportionalSetSize(processId: number): number {
  return kilobytes(processId, 'Pss') / 1024;
}

/** MB; 0 for a process that has ended. */
export function residentSetSize(processId: number): number {
  return kilobytes(processId, 'Rss') / 1024;
}

/** MB that are no file's; 0 for a process that has ended. */
export function anonymousSize(processId: number): number {
  return kilobytes(processId, 'Anonymous') / 1024;
}

function kilobytes(processId: number, what: 'Pss' | 'Rss' | 'Anonymous'): number {
  try {
    const text = readFileSync(`/proc/${processId}/smaps_rollup`, 'utf8');
    return Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
