import { spawn } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { messageOf } from './errors.ts';
import type { Logger } from './log.ts';

/** The machine's addresses in its networks, IPv4 first. */
export function systemAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);
}

/**
 * Runs the command that switches the machine off (it sends SIGTERM to everything, and then this process ends in order); without
 * one, only this process ends.
 */
export function switchOff(command: readonly string[], log: Logger): void {
  const [program, ...rest] = command;
  if (program === undefined) {
    process.kill(process.pid, 'SIGTERM');
    return;
  }
  const child = spawn(program, rest, { stdio: 'ignore', detached: true });
  child.on('error', (error) =>
    log.error({ program, error: messageOf(error) }, 'the machine could not be switched off'),
  );
  child.unref();
}
