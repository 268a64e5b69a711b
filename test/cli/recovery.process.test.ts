import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveJournal } from '../../src/journal/journal-log.ts';
import { openJournal } from '../../src/journal/open-journal.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { deliver, openShift, sell } from '../journal/workbench.ts';

const page = fileURLToPath(new URL('../../docs/recovery.md', import.meta.url));
const program = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** What the page tells a person to type, in order, and where its example paths lie in this test. */
async function commandsOfThePage(places: Readonly<Record<string, string>>): Promise<string[][]> {
  const text = await readFile(page, 'utf8');
  const lines = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
  return lines.map((line) =>
    line
      .trim()
      .split(' ')
      .slice(1)
      .map((word) => Object.entries(places).reduce((at, [from, to]) => at.replace(from, to), word)),
  );
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-runbook-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function open(dataDir: string, provision: boolean): Promise<{ journal: LiveJournal }> {
  const clock = new SystemClock('Europe/Berlin');
  return openJournal({ dataDir, terminalId: terminalId('K1'), clock, log: silentLogger, provision });
}

async function config(dataDir: string): Promise<string> {
  const file = `${dataDir}.json`;
  const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
  const magento = {
    baseUrl: 'http://127.0.0.1:1',
    sourceCode: 'store-berlin',
    auth: { type: 'token', token: 'secret' },
    address,
  };
  await writeFile(file, JSON.stringify({ terminal: { id: 'K1' }, dataDir, magento }));
  return file;
}

function holdfast(args: readonly string[], configFile: string): Promise<{ code: number; words: string }> {
  const env = { ...process.env, HOLDFAST_CONFIG: configFile };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env, cwd: folder }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), words: out + err });
    });
  });
}

describe('the page about broken terminals', () => {
  it('gives commands that do what it says, from the first to the last', async () => {
    const card = join(folder, 'card', 'holdfast');
    await mkdir(join(folder, 'usb'));
    await mkdir(card, { recursive: true });
    const { journal } = await open(card, true);
    await openShift(journal);
    await sell(journal, 9);
    await deliver(journal, 1);
    await journal.close();
    const old = await config(card);
    const fresh = await config(join(folder, 'new-device'));

    const places = { '/media/usb': join(folder, 'usb'), '/mnt/card/var/lib/holdfast': card };
    const [verify, toTheSafe, recover, importIt, look, ...rest] = await commandsOfThePage(places);
    expect(rest).toEqual([]);
    const run = (args: readonly string[] | undefined, configFile: string) => holdfast(args ?? [], configFile);

    expect(await run(verify, old)).toMatchObject({
      code: 0,
      words: expect.stringContaining('complete: 11 records, 9 sales'),
    });
    expect(await run(toTheSafe, old)).toMatchObject({ code: 0 });
    expect((await readFile(join(folder, 'usb', 'sales.jsonl'), 'utf8')).split('\n')).toHaveLength(11 + 2 + 1);

    // The card dies half: its database is gone.
    await rm(join(card, 'journal'), { recursive: true });
    expect(await run(recover, fresh)).toMatchObject({ code: 0, words: expect.stringContaining('9 sales') });
    expect(await run(importIt, fresh)).toMatchObject({ code: 0, words: expect.stringContaining('9 sales') });
    expect(await run(look, fresh)).toMatchObject({ code: 0, words: expect.stringContaining('8 of them not yet') });

    const { journal: again } = await open(join(folder, 'new-device'), false);
    expect(again.counts).toMatchObject({ sales: 9, waiting: 8, parked: 0, confirmed: 1 });
    expect(again.nextReceiptCounter).toBe(124);
    await again.close();
  });
});
