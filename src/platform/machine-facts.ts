import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg, release, type as systemType, totalmem, uptime } from 'node:os';
import { messageOf } from './errors.ts';
import type { Logger } from './log.ts';

/** How the machine is; what can't be measured is null, or left at what Node itself knows. */
export interface MachineFacts {
  /** Of the processor, °C. */
  readonly temperature: number | null;
  /** Bytes. */
  readonly memoryTotal: number;
  readonly memoryAvailable: number;
  readonly processMemory: number;
  /** Of one minute, per processor core. */
  readonly load: number;
  /** Seconds. */
  readonly uptime: number;
}

/** What machine it is; does not change while it runs. */
export interface MachineIdentity {
  readonly model: string;
  readonly serial: string;
  readonly system: string;
}

/** Where nothing can be asked, as in a simulation. */
export const unknownMachine: readonly [MachineFacts, MachineIdentity] = [
  { temperature: null, memoryTotal: 0, memoryAvailable: 0, processMemory: 0, load: 0, uptime: 0 },
  { model: 'unknown', serial: 'unknown', system: 'unknown' },
];

/** Measured anew at each call. `systeminformation` reads files and now and then starts a program, so call it seldom. */
export async function machineFacts(log: Logger): Promise<MachineFacts> {
  const { cpuTemperature, mem } = await import('systeminformation');
  const [temperature, memory] = await Promise.all([
    cpuTemperature().catch((error: unknown) => unknownFact(log, 'temperature', error)),
    mem().catch((error: unknown) => unknownFact(log, 'memory', error)),
  ]);
  const degrees = temperature?.main;
  return {
    temperature: typeof degrees === 'number' && degrees > 0 ? degrees : null,
    memoryTotal: memory?.total ?? totalmem(),
    memoryAvailable: memory?.available ?? 0,
    processMemory: process.memoryUsage.rss(),
    load: (loadavg()[0] ?? 0) / availableParallelism(),
    uptime: uptime(),
  };
}

export async function machineIdentity(log: Logger): Promise<MachineIdentity> {
  const { osInfo, system } = await import('systeminformation');
  const [machine, os] = await Promise.all([
    system().catch((error: unknown) => unknownFact(log, 'model', error)),
    osInfo().catch((error: unknown) => unknownFact(log, 'system', error)),
  ]);
  const model = [machine?.manufacturer, machine?.model].filter(Boolean).join(' ');
  return {
    model: (deviceTree('model') ?? model).slice(0, 120) || 'unknown',
    serial: (deviceTree('serial-number') ?? machine?.serial ?? '').slice(0, 120) || 'unknown',
    system: (os === null ? `${systemType()} ${release()}` : `${os.distro} ${os.release}, ${os.kernel}`).slice(0, 120),
  };
}

/** What a Raspberry Pi says of itself, ended by a zero byte. */
function deviceTree(name: string): string | null {
  try {
    return readFileSync(`/proc/device-tree/${name}`, 'utf8').replaceAll('\0', '');
  } catch {
    return null;
  }
}

function unknownFact(log: Logger, what: string, error: unknown): null {
  log.debug({ what, error: messageOf(error) }, 'the machine does not tell');
  return null;
}
