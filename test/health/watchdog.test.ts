import { describe, expect, it } from 'vitest';
import { supervise } from '../../src/assembly/supervision.ts';
import { tellAlive } from '../../src/health/watchdog.ts';
import { minutes, seconds } from '../../src/platform/clock.ts';
import { HoldfastError } from '../../src/platform/errors.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import type { ServiceManager, ServiceMessage } from '../../src/platform/service-manager.ts';
import { ManualClock } from '../tools/manual-clock.ts';

class Listener implements ServiceManager {
  readonly watchdog = seconds(60);
  readonly heard: string[] = [];
  async tell({ kind }: ServiceMessage): Promise<void> {
    this.heard.push(kind);
  }
  release(): void {
    this.heard.push('released');
  }
}

const noRecords = { records: async function* () {} };

describe('tellAlive', () => {
  const running = (answer: () => Promise<void>) => {
    const clock = new ManualClock();
    const manager = new Listener();
    const end = new AbortController();
    void tellAlive({ manager, clock, log: silentLogger, probes: [{ name: 'the store', answer }] }, end.signal);
    return { clock, manager, end };
  };

  it('is heard three times in a watchdog’s patience, until the end', async () => {
    const { clock, manager, end } = running(async () => undefined);
    await clock.advance(minutes(3));
    expect(manager.heard.length).toBeGreaterThanOrEqual(9);
    end.abort();
    await clock.advance(seconds(1));
    const { length } = manager.heard;
    await clock.advance(minutes(3));
    expect(manager.heard).toHaveLength(length);
    expect(clock.waiting).toBe(0);
  });

  it('is silent while a store hangs, and is heard again when it answers', async () => {
    let release: () => void = () => undefined;
    let hangs = false;
    const { clock, manager } = running(() =>
      hangs ? new Promise<void>((resolve) => (release = resolve)) : Promise.resolve(),
    );
    await clock.advance(seconds(30));
    hangs = true;
    await clock.advance(seconds(20));
    const { length } = manager.heard;
    await clock.advance(minutes(2));
    expect(manager.heard).toHaveLength(length);
    hangs = false;
    release();
    await clock.advance(minutes(1));
    expect(manager.heard.length).toBeGreaterThan(length);
  });

  it('counts an error as an answer: a restart mends no disk', async () => {
    const { clock, manager } = running(async () => {
      throw new HoldfastError('store.disk-full', 'The disk is full.', { remedy: 'operator' });
    });
    await clock.advance(minutes(1));
    expect(manager.heard.length).toBeGreaterThanOrEqual(3);
  });
});

describe('supervise', () => {
  it('says that it starts, as long as it takes, is ready, is well and stops once', async () => {
    const clock = new ManualClock();
    const manager = new Listener();
    const disk = new MemoryDisk();
    const supervision = supervise({ manager, files: disk.files('data'), clock, log: silentLogger });
    await clock.advance(minutes(4));
    expect(manager.heard.length).toBeGreaterThanOrEqual(5);
    expect(new Set(manager.heard)).toEqual(new Set(['starting']));
    await supervision.ready('ready to sell', noRecords);
    await clock.advance(minutes(1));
    expect(disk.peek('data', 'heartbeat')).toBeDefined();
    await supervision.stopping();
    await clock.advance(minutes(1));
    await supervision.ended();
    const told = manager.heard.filter((kind, index) => kind !== manager.heard[index - 1]);
    expect(told).toEqual(['starting', 'ready', 'alive', 'stopping', 'released']);
    expect(clock.waiting).toBe(0);
  });

  it('is silent while the disk takes no write, and wears it little', async () => {
    const clock = new ManualClock();
    const manager = new Listener();
    const disk = new MemoryDisk();
    let writes = 0;
    disk.onOperation = ({ what, phase }) => {
      if (what === 'replace' && phase === 'before') writes += 1;
      return null;
    };
    const supervision = supervise({ manager, files: disk.files('data'), clock, log: silentLogger });
    await supervision.ready('ready to sell', noRecords);
    await clock.advance(minutes(30));
    expect(writes).toBeLessThanOrEqual(7);
    disk.onOperation = () => new Promise(() => undefined);
    await clock.advance(minutes(6));
    const { length } = manager.heard;
    await clock.advance(minutes(6));
    expect(manager.heard).toHaveLength(length);
    await supervision.stopping();
  });

  it('that never gets ready leaves nothing behind', async () => {
    const clock = new ManualClock();
    const supervision = supervise({
      manager: new Listener(),
      files: new MemoryDisk().files('data'),
      clock,
      log: silentLogger,
    });
    await clock.advance(seconds(1));
    await supervision.ended();
    expect(clock.waiting).toBe(0);
  });
});
