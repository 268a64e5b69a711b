import { readFileSync } from 'node:fs';

/** Seconds of a processor that a process has used so far, in user mode and in the kernel (proc(5)); 0 for one that has ended. */
export function processorSeconds(processId: number): number {
  try {
    const text = readFileSync(`/proc/${processId}/stat`, 'utf8');
    // Behind the name, which may hold anything, utime and stime are the twelfth and thirteenth; in ticks, of which Linux tells 100.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
