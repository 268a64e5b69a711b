import { cpus, loadavg, release, totalmem } from 'node:os';

/** What a figure was measured on; absolute times mean nothing elsewhere. */
export interface Machine {
  readonly processors: number;
  readonly model: string;
  readonly memory: string;
  readonly kernel: string;
  readonly node: string;
  /** Over the last minute, before the first measurement: more than a little makes absolute times worthless. */
  readonly load: number;
}

export function thisMachine(): Machine {
  const all = cpus();
  return {
    processors: all.length,
    model: all[0]?.model.trim() ?? 'unknown processor',
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    node: process.version,
    load: loadavg()[0] ?? 0,
  };
}

export const machineWords = ({ processors, model, memory, kernel, node, load }: Machine): string =>
  `${processors} × ${model}, ${memory}, kernel ${kernel}, Node ${node}, load ${load.toFixed(1)}`;
