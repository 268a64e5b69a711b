import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minutes } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import { type ShowroomOptions, startShowroom } from '../../src/showroom/showroom.ts';

/** The built program: a till is a process of its own (`npm run build`, which `npm test` does first). */
const program = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** An empty directory for one showroom; its path is short, because a socket's path may have 107 bytes at most. */
export const showroomFolder = (): string => mkdtempSync(join(tmpdir(), 'hf-'));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** A showroom in `dir` whose till is on and has the catalogue. */
export async function openShowroom(dir: string, options: Partial<ShowroomOptions> = {}): Promise<Showroom> {
  const showroom = await startShowroom({
    dir,
    program,
    clock: new SystemClock('Europe/Berlin'),
    random: seededRandom(42),
    log: silentLogger,
    latency: 'none',
    ...options,
  });
  try {
    await showroom.power('on');
    await showroom.until(
      'the catalogue is copied',
      async () => (await showroom.status())?.snapshot !== null,
      minutes(2),
    );
  } catch (error) {
    await showroom.close();
    throw error;
  }
  return showroom;
}

/** Waits for words on the display. */
export function displays(showroom: Showroom, words: string | RegExp): Promise<void> {
  return showroom.until(`the display says ${words}`, ({ display }) => {
    const text = display.rows.join('\n');
    return display.lit && (typeof words === 'string' ? text.includes(words) : words.test(text));
  });
}

/** Waits until each sale of the till stands in Magento once, delivered and with the same total. */
export function ledgersAgree(showroom: Showroom, sales: number): Promise<void> {
  return showroom.until(`${sales} sales agree`, async () => {
    const { rows } = await showroom.ledger();
    return rows.length === sales && rows.every(({ agrees, till }) => agrees && till?.state === 'confirmed');
  });
}
