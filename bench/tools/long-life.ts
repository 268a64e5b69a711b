import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openJournal } from '../../src/journal/open-journal.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { createOutbox } from '../../src/sync/outbox.ts';
import { sampleSale, sampleSaleId, sampleTerminal } from '../../test/journal/sample-sale.ts';
import { type Memory, memoryOf } from '../kit/memory.ts';
import { tillEnvironment } from '../kit/till-environment.ts';
import { willing } from './willing-lane.ts';

const program = fileURLToPath(import.meta.url);
const samples = 20;
const atOnce = 32;

/** Sells so many times in a process of its own, and looks at it now and then. */
export async function liveLong(
  sales: number,
  look: (sold: number, memory: Memory) => void,
): Promise<{ readonly took: number; readonly resident: number }> {
  const clock = new SystemClock();
  const started = clock.monotonic();
  const child = spawn(process.execPath, [program, String(sales)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...tillEnvironment() },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let resident = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const memory = memoryOf(child.pid ?? 0);
    resident = memory.resident;
    look(Number(line), memory);
  }
  if ((await ended) !== 0) throw new Error('the long life ended before its time');
  return { took: clock.monotonic() - started, resident };
}

async function live(sales: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-long-life-'));
  const clock = new SystemClock();
  const { journal } = await openJournal({
    dataDir: folder,
    terminalId: sampleTerminal,
    clock,
    log: silentLogger,
    provision: true,
  });
  const outbox = createOutbox({
    journal,
    lane: willing,
    clock,
    random: seededRandom(1),
    log: silentLogger,
    overlap: atOnce,
  });
  outbox.start();
  for (let sold = 0; sold < sales; ) {
    const group = Array.from({ length: Math.min(atOnce, sales - sold) }, (_, index) => {
      const counter = sold + index + 1;
      return journal.append({ kind: 'sale', sale: sampleSale({ counter, saleId: sampleSaleId(counter) }) });
    });
    await Promise.all(group);
    const before = Math.floor((sold * samples) / sales);
    sold += group.length;
    outbox.documentAdded();
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (journal.counts.waiting > 0) return;
        end();
        resolve();
      };
      const end = outbox.onChange(look);
      look();
    });
    if (Math.floor((sold * samples) / sales) > before) process.stdout.write(`${sold}\n`);
  }
  await outbox.stop();
  await journal.close();
  await rm(folder, { recursive: true });
}

if (process.argv[1] === program) await live(Number(process.argv[2]));
