import { execFile } from 'node:child_process';
import { type Duration, milliseconds } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './log.ts';
import type { ServiceManager, ServiceMessage } from './service-manager.ts';

/** The parts of `process` that a supervisor shows itself in. */
export interface SupervisedProcess {
  readonly pid: number;
  readonly env: Record<string, string | undefined>;
  /** There is one when the parent opened a channel, as pm2 does. */
  readonly send?: ((message: string) => unknown) | undefined;
  readonly connected?: boolean | undefined;
  readonly disconnect?: (() => void) | undefined;
}

/** Whoever supervises this process, told apart by what it has put into the environment (sd_notify(3), pm2 "graceful start"). */
export function systemServiceManager(supervised: SupervisedProcess, log: Logger): ServiceManager {
  if (supervised.env['NOTIFY_SOCKET'] !== undefined) return systemd(supervised, log);
  return {
    watchdog: null,
    async tell(message) {
      if (message.kind === 'ready') supervised.send?.('ready');
    },
    release() {
      // pm2 listens on this side of the channel too, which would keep the process until pm2 kills it.
      if (supervised.connected === true) supervised.disconnect?.();
    },
  };
}

/**
 * Node can't open systemd's datagram socket, so systemd's own program does, which is wherever systemd is. It returns when systemd
 * has taken the message (NotifyAccess=all, because it is another process), a few times a minute.
 */
function systemd({ pid, env }: SupervisedProcess, log: Logger): ServiceManager {
  const own = { ...env };
  // What else this process starts must not speak in its name: systemd's own programs tell their errors to whoever listens.
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
  let failed = false;
  return {
    watchdog: watchdogOf(pid, own),
    tell: (message) =>
      new Promise((resolve) => {
        execFile('systemd-notify', argumentsFor(message), { timeout: patience, env: own }, (error) => {
          if (error !== null && !failed) {
            log.warn(
              { error: messageOf(error) },
              'systemd could not be told how this service is; is systemd-notify installed?',
            );
          }
          failed = error !== null;
          resolve();
        });
      }),
    release: () => undefined,
  };
}

/** Milliseconds; systemd-notify waits for systemd, which may be busy. */
const patience = 10_000;

function watchdogOf(pid: number, env: Readonly<SupervisedProcess['env']>): Duration | null {
  const microseconds = Number(env['WATCHDOG_USEC'] ?? Number.NaN);
  const watched = env['WATCHDOG_PID'];
  if (!(microseconds > 0) || (watched !== undefined && watched !== String(pid))) return null;
  return milliseconds(microseconds / 1000);
}

function argumentsFor(message: ServiceMessage): string[] {
  switch (message.kind) {
    case 'starting':
      return [`EXTEND_TIMEOUT_USEC=${Math.round(message.within * 1000)}`];
    case 'ready':
      return ['--ready', `--status=${message.words}`];
    case 'alive':
      return ['WATCHDOG=1'];
    case 'stopping':
      return ['STOPPING=1'];
  }
}
