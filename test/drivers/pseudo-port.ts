import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './wait.ts';

/** A serial port of software that can be unplugged: a pseudo-terminal, made by socat. It starts plugged in. */
export interface PseudoPort {
  /** What a driver opens; nothing is there while it is unplugged. */
  readonly path: string;
  plugIn(): Promise<void>;
  unplug(): Promise<void>;
  /** Unplugs it for good. */
  dispose(): Promise<void>;
}

/**
 * @param address where the other end of the line listens, in socat's words, e.g. `tcp:127.0.0.1:9100`
 * @param isFree whether the other end has noticed that the line before was unplugged. One that takes one line at a time would
 *   turn a new one away until then, and socat would go, and the port with it.
 */
export async function pseudoPort(address: string, isFree: () => boolean = () => true): Promise<PseudoPort> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-port-'));
  const path = join(folder, 'tty');
  let socat: ChildProcess | null = null;
  const port: PseudoPort = {
    path,
    async plugIn() {
      await until(isFree);
      socat = spawn('socat', [`pty,raw,echo=0,link=${path}`, address], { stdio: 'ignore' });
      await until(() => existsSync(path));
    },
    async unplug() {
      const running = socat;
      socat = null;
      if (running === null) return;
      if (running.exitCode === null && running.signalCode === null) {
        const gone = new Promise((resolve) => running.once('exit', resolve));
        running.kill('SIGKILL');
        await gone;
      }
      rmSync(path, { force: true });
    },
    async dispose() {
      await port.unplug();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await port.plugIn();
  return port;
}
