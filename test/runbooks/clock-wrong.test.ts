import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { quotaSettings } from '../../src/assembly/storage.ts';
import { exitCode } from '../../src/cli/exit-code.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { createStorageGuard } from '../../src/health/storage-guard.ts';
import type { LiveJournal } from '../../src/journal/live-journal.ts';
import { openJournalAt } from '../../src/journal/open-journal.ts';
import { hours, milliseconds, seconds } from '../../src/platform/clock.ts';
import type { HttpTransport } from '../../src/platform/http-transport.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { seededRandom } from '../../src/platform/seeded-random.ts';
import { createTerminal, type Terminal } from '../../src/terminal.ts';
import { all, openShift, sell } from '../journal/workbench.ts';
import { reopening } from '../simulation/reopening-store.ts';
import { roomyMedium } from '../simulation/storage-medium.ts';
import { ManualClock } from '../tools/manual-clock.ts';
import { readPage, typed } from './page.ts';

// The page about a wrong clock, on the real command line, against a whole terminal whose clock this test sets.

const noNetwork: HttpTransport = {
  exchange: async () => ({ kind: 'failed', sent: false, status: null, code: 'ENETUNREACH', message: 'no network' }),
  close: () => {},
};

let folder: string;
let configFile: string;
let clock: ManualClock;
let journal: LiveJournal;
let terminal: Terminal;
let server: ControlServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hf-'));
  mkdirSync(join(folder, 'data'));
  configFile = join(folder, 'terminal.json');
  const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
  const auth = { type: 'token', token: 't' } as const;
  const magento = { baseUrl: 'http://127.0.0.1:9', sourceCode: 's', auth, address };
  writeFileSync(configFile, JSON.stringify({ terminal: { id: 'K1' }, dataDir: 'data', magento }));
  const config = loadConfig({ file: configFile, env: {} });
  // Its battery is empty: it came up in another year, and no network has told it better.
  clock = new ManualClock('2020-01-01T00:00:00Z');
  clock.isTrusted = false;
  const disk = new MemoryDisk();
  const tape = disk.files('tape');
  const places = { store: disk.store('journal'), tape, anchors: [disk.files('data'), tape] };
  const log = silentLogger;
  const id = terminalId('K1');
  ({ journal } = await openJournalAt(places, { terminalId: id, clock, log, provision: true }));
  const medium = roomyMedium(config.quota.reserve);
  terminal = await createTerminal({
    config,
    version: '0.1.0',
    pid: 1,
    clock,
    random: seededRandom(1),
    log,
    journal,
    snapshotStore: await reopening(disk.store('snapshot')),
    notes: disk.files('data'),
    sealedCards: disk.files('sealed-cards'),
    storage: createStorageGuard({ medium, settings: quotaSettings(config), clock, log }),
    transport: noNetwork,
    auth,
    devices: {
      keypad: null,
      display: null,
      customerDisplay: null,
      printer: null,
      drawer: null,
      scanner: null,
      paymentTerminal: null,
    },
  });
  await meanwhile(terminal.start());
  const socketPath = join(folder, 'data', 'control.sock');
  server = await startControlServer({ socketPath, handlers: terminal.control, log });
});
afterEach(async () => {
  await server.close();
  await meanwhile(terminal.stop());
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Time goes on while something is done. */
async function meanwhile<Result>(task: Promise<Result>): Promise<Result> {
  let isDone = false;
  const done = task.finally(() => {
    isDone = true;
  });
  for (let round = 0; !isDone && round < 50_000; round += 1) await clock.advance(milliseconds(20));
  if (!isDone) throw new Error('it does not come to an end');
  return done;
}

const run = async (commands: readonly string[]): Promise<string> => {
  let said = '';
  for (const command of commands) {
    const { code, out } = await meanwhile(typed(command, configFile, {}));
    // What it is not ready for besides, such as prices, is another page's matter.
    const known: readonly number[] = command.includes('ready')
      ? [exitCode.done, exitCode.attention, exitCode.failed]
      : [exitCode.done];
    expect(known, `${command}: ${out}`).toContain(code);
    said += out;
  }
  return said;
};

it('clock-wrong', { timeout: 60_000 }, async () => {
  const { steps, closing } = readPage('clock-wrong');
  await openShift(journal);
  await sell(journal, 3);
  const saw = await run(steps);
  expect(saw).toMatch(/attention +clock +was not set/);
  // Selling went on: nothing is damaged by it.
  expect(saw).toContain('3 sales');
  // The network is there again, and with it the time.
  clock.jump(hours(24 * 365 * 6));
  clock.isTrusted = true;
  await clock.advance(seconds(10));
  await sell(journal, 1);
  expect(await run(closing)).toMatch(/ok +clock +was set/);
  // The sales keep the number that orders them, and the correction stands between them.
  const kinds = (await meanwhile(all(terminal.control.exportJournal()))).map(
    (line) => /"kind":"([a-z-]+)"/.exec(line)?.[1],
  );
  expect(kinds.filter((kind) => kind === 'sale' || kind === 'clock-corrected')).toEqual([
    'sale',
    'sale',
    'sale',
    'clock-corrected',
    'sale',
  ]);
});
