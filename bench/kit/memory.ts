import { readFileSync } from 'node:fs';

/** MB of all that a process has mapped and that is in memory, by what it is; zeroes for a process that has ended. */
export interface Memory {
  readonly resident: number;
  /** Shared pages counted in parts. */
  readonly proportional: number;
  /** What the system can't take back: neither the program's text nor files that are mapped. */
  readonly own: number;
}

export function memoryOf(processId: number): Memory {
  const text = read(`/proc/${processId}/smaps_rollup`);
  return {
    resident: megabytes(text, 'Rss'),
    proportional: megabytes(text, 'Pss'),
    own: megabytes(text, 'Anonymous'),
  };
}

/** MB: the most that was ever resident. */
export const peakOf = (processId: number): number => megabytes(read(`/proc/${processId}/status`), 'VmHWM');

const megabytes = (text: string, what: string): number =>
  Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
