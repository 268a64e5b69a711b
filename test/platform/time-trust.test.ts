import { describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { type TimeSources, TimeTrust } from '../../src/platform/time-trust.ts';

class Machine implements TimeSources {
  file = false;
  kernel: boolean | undefined = false;
  now = 0;
  looks = 0;
  questions = 0;

  timesyncdHasSetIt(): boolean {
    this.looks++;
    return this.file;
  }

  async kernelBelievesIt(): Promise<boolean | undefined> {
    this.questions++;
    return this.kernel;
  }

  monotonic(): number {
    return this.now;
  }
}

const answered = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('trust in the clock', () => {
  it('comes with timesyncd’s file and stays when the file goes', () => {
    const machine = new Machine();
    const trust = new TimeTrust(machine);
    expect(trust.trusted()).toBe(false);
    machine.file = true;
    expect(trust.trusted()).toBe(false);
    machine.now = 1_000;
    expect(trust.trusted()).toBe(true);
    machine.file = false;
    machine.now = 100_000;
    expect(trust.trusted()).toBe(true);
  });

  it('comes with the kernel’s word where another service sets the clock', async () => {
    const machine = new Machine();
    const trust = new TimeTrust(machine);
    trust.trusted();
    await answered();
    expect(trust.trusted()).toBe(false);
    machine.kernel = true;
    machine.now = 30_000;
    trust.trusted();
    await answered();
    expect(trust.trusted()).toBe(true);
  });

  it('costs next to nothing, however often it is asked', async () => {
    const machine = new Machine();
    const trust = new TimeTrust(machine);
    for (let n = 0; n < 10_000; n++) trust.trusted();
    await answered();
    expect([machine.looks, machine.questions]).toEqual([1, 1]);
  });

  it('does not ask again where nobody can answer', async () => {
    const machine = new Machine();
    machine.kernel = undefined;
    const trust = new TimeTrust(machine);
    for (; machine.now < 300_000; machine.now += 10_000) {
      trust.trusted();
      await answered();
    }
    expect(machine.questions).toBe(1);
  });
});

describe('the machine’s clock', () => {
  it('counts monotonic time from the boot, not from the process, so that two processes agree', () => {
    const first = new SystemClock().monotonic();
    const second = new SystemClock().monotonic();
    expect(second).toBeGreaterThanOrEqual(first);
    expect(first).toBeGreaterThan(performance.now());
  });
});
