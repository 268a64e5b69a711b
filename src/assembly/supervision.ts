import { type Probe, tellAlive, tellStarting } from '../health/watchdog.ts';
import type { Journal } from '../journal/journal.ts';
import { type Clock, minutes } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import type { Logger } from '../platform/log.ts';
import type { ServiceManager } from '../platform/service-manager.ts';

/** How a process and its supervisor stand: it says that it starts, is ready, is well, stops. */
export interface Supervision {
  ready(words: string, journal: Pick<Journal, 'records'>): Promise<void>;
  /** Also when it never got ready; only the first time counts. */
  stopping(): Promise<void>;
  /** Everything is closed; the process may end. `restarting`: it does not, but begins again, so its supervisor hears of no stop. */
  ended(why?: 'stopped' | 'restarting'): Promise<void>;
}

interface SupervisionParts {
  readonly manager: ServiceManager;
  /** The data directory. */
  readonly files: DurableFiles;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Begins with "starting". */
export function supervise({ manager, files, clock, log }: SupervisionParts): Supervision {
  const started = new AbortController();
  const stopping = new AbortController();
  void tellStarting({ manager, probes: [], clock, log }, started.signal);
  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    started.abort();
    stopping.abort();
    await manager.tell({ kind: 'stopping' });
  };
  return {
    async ready(words, journal) {
      started.abort();
      await manager.tell({ kind: 'ready', words });
      const probes = [journalProbe(journal), diskProbe(files, clock)];
      void tellAlive({ manager, probes, clock, log }, stopping.signal);
    },
    stopping: stop,
    async ended(why = 'stopped') {
      started.abort();
      if (why === 'restarting') stopping.abort();
      else await stop();
      manager.release();
    },
  };
}

/** LevelDB answers a read. */
const journalProbe = (journal: Pick<Journal, 'records'>): Probe => ({
  name: 'the journal',
  async answer() {
    for await (const _ of journal.records()) return;
  },
});

/** A durable write this often: a medium that hangs is found out without wearing it. */
const writeEvery = minutes(5);

/** The medium takes a write and makes it durable. */
function diskProbe(files: DurableFiles, clock: Clock): Probe {
  let written: number | null = null;
  return {
    name: 'the disk',
    async answer() {
      if (written !== null && clock.monotonic() - written < writeEvery) return;
      await files.replace('heartbeat', Buffer.from(`${new Date(clock.now()).toISOString()}\n`));
      written = clock.monotonic();
    },
  };
}
