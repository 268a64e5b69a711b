import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { messageOf } from '../../src/platform/errors.ts';

/** How a process was held to one core and so much memory. */
export interface SmallMachine {
  /** For the reader of the figures. */
  readonly words: string;
  release(): void;
}

const groups = '/sys/fs/cgroup';
const bytes = 256 * 1024 * 1024;

/**
 * Holds a running process, with all its threads, to the first core, and this one to the others. To 256 MB by a control group, where
 * one may be made (version 2, as root); else nothing holds it and its peak is what tells: Node reserves more address space than
 * any limit of that leaves it.
 */
export function holdToSmallMachine(processId: number): SmallMachine {
  const others = cpus().length > 1 ? `1-${cpus().length - 1}` : '0';
  const pinned = onCores(processId, '0') && onCores(process.pid, others);
  const core = pinned ? 'one core' : 'all cores (taskset is not installed)';
  const group = `${groups}/holdfast-bench-${process.pid}`;
  try {
    if (!existsSync(`${groups}/cgroup.controllers`)) throw new Error('no control groups of version 2');
    mkdirSync(group);
    writeFileSync(`${group}/memory.max`, String(bytes));
    writeFileSync(`${group}/memory.swap.max`, '0');
    writeFileSync(`${group}/cgroup.procs`, String(processId));
    return {
      words: `Held to ${core} and, by a control group, to 256 MB.`,
      // It goes when the process has ended.
      release: () => void quietly(() => rmdirSync(group)),
    };
  } catch (error) {
    quietly(() => rmdirSync(group));
    return { words: `Held to ${core}; its memory is measured, not held (${messageOf(error)}).`, release: () => {} };
  }
}

const onCores = (processId: number, list: string): boolean =>
  spawnSync('taskset', ['-a', '-p', '-c', list, String(processId)], { stdio: 'ignore' }).status === 0;

function quietly(task: () => void): void {
  try {
    task();
  } catch {
    // It was never made, or is still in use.
  }
}
