import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { openJournal } from '../../src/journal/open-journal.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { flipped } from '../journal/damage.ts';
import { sell } from '../journal/workbench.ts';

const program = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

let folder: string;
/** The data directory of a terminal that sold seven times and was switched off. */
let card: string;
let copies = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-recovery-'));
  card = join(folder, 'card');
  await mkdir(card);
  const { journal } = await openJournal({
    dataDir: card,
    terminalId: terminalId('K1'),
    clock: new SystemClock('Europe/Berlin'),
    log: silentLogger,
    provision: true,
  });
  await sell(journal, 7);
  await journal.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function holdfast(...args: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

async function medium(): Promise<string> {
  const copy = join(folder, `medium-${++copies}`);
  await cp(card, copy, { recursive: true });
  return copy;
}

/** The configuration of a device whose data directory is `dataDir`. */
async function device(dataDir: string, id = 'K1'): Promise<string> {
  const file = join(folder, `terminal-${++copies}.json`);
  const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
  const auth = { type: 'token', token: 'secret' };
  const magento = { baseUrl: 'http://127.0.0.1:1', sourceCode: 'store-berlin', auth, address };
  await writeFile(file, JSON.stringify({ terminal: { id }, dataDir, magento }));
  return file;
}

/** Every file with what is in it. */
async function contentsOf(path: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    contents[file] = entry.isFile() ? (await readFile(file)).toString('base64') : 'folder';
  }
  return contents;
}

const fresh = (): string => join(folder, `fresh-${++copies}`);

describe('a broken terminal’s medium', () => {
  it.each(['journal', 'tape'])('gives every sale back when its %s is gone, and stays as it is', async (gone) => {
    const from = await medium();
    await rm(join(from, gone), { recursive: true });
    const before = await contentsOf(from);
    const output = join(from, '..', `sales-${gone}.jsonl`);
    const recovered = await holdfast('journal', 'recover', '--from-dir', from, '--output', output);
    expect(recovered).toMatchObject({ code: exitCode.done, out: '' });
    expect(recovered.err).toContain('7 records, 7 sales');
    expect(await contentsOf(from)).toEqual(before);

    const dataDir = fresh();
    const config = await device(dataDir);
    const imported = await holdfast('journal', 'import', output, '--config', config);
    expect(imported).toMatchObject({ code: exitCode.done, err: '' });
    expect(imported.out).toContain('7 sales, 7 of them not yet in Magento');
    const again = await holdfast('journal', 'export', '--config', config);
    expect(again.out).toBe(await readFile(output, 'utf8'));
    expect(await holdfast('journal', 'verify', '--config', config)).toMatchObject({ code: exitCode.done });
  });

  it('says what is lost when both copies are damaged in the same place, and gives the rest', async () => {
    const from = await medium();
    await rm(join(from, 'journal'), { recursive: true });
    await flipped('tape/tape-0000000000000001.frames', 900).apply(from);
    const { code, out, err } = await holdfast('journal', 'recover', '--from-dir', from);
    expect(code).toBe(exitCode.damaged);
    expect(err).toContain('K1-00000001');
    expect(out.split('\n').filter((line) => line.includes('"kind":"sale"'))).toHaveLength(6);
  });

  it('can be put into a new device at once, which then goes on after the last receipt on paper', async () => {
    const dataDir = fresh();
    const config = await device(dataDir);
    const args = ['journal', 'import', await medium(), '--last-receipt', 'K1-00000009', '--config', config];
    expect(await holdfast(...args)).toMatchObject({ code: exitCode.done });
    const { journal } = await openJournal({
      dataDir,
      terminalId: terminalId('K1'),
      clock: new SystemClock('Europe/Berlin'),
      log: silentLogger,
      provision: false,
    });
    expect([journal.counts.sales, journal.nextReceiptCounter]).toEqual([7, 10]);
    await journal.close();
    expect(await holdfast(...args)).toMatchObject({ code: exitCode.dataDirectory });
  });

  it.each([
    ['an empty folder', async () => join(folder, 'empty'), exitCode.damaged, 'no record'],
    ['no folder at all', async () => join(folder, 'nowhere'), exitCode.failed, 'nowhere'],
  ])('is not taken for %s', async (_, from, code, words) => {
    await mkdir(join(folder, 'empty'), { recursive: true });
    const answer = await holdfast('journal', 'recover', '--from-dir', await from());
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(words);
  });
});

describe('holdfast journal', () => {
  it('verifies a terminal that is switched off and says what is damaged', async () => {
    const dataDir = await medium();
    const config = await device(dataDir);
    expect(await holdfast('journal', 'verify', '--config', config)).toMatchObject({
      code: exitCode.done,
      out: 'The journal is complete: 7 records, 7 sales, 7 of them not yet in Magento.\n',
    });
    await flipped('tape/tape-0000000000000001.frames', 900).apply(dataDir);
    const damaged = await holdfast('journal', 'verify', '--json', '--config', config);
    expect(damaged.code).toBe(exitCode.damaged);
    expect(JSON.parse(damaged.out)).toMatchObject({ outcome: 'repaired', lostReceipts: [] });
  });

  it('refuses an export that was changed, another terminal’s, and a number that is none', async () => {
    const output = join(folder, 'sales.jsonl');
    await holdfast('journal', 'recover', '--from-dir', card, '--output', output);
    const changed = join(folder, 'changed.jsonl');
    await writeFile(changed, (await readFile(output, 'utf8')).replace('1190', '1090'));
    const config = await device(fresh());
    const other = await device(fresh(), 'K2');
    const cases = [
      [['journal', 'import', changed, '--config', config], exitCode.damaged, 'changed'],
      [['journal', 'import', output, '--config', other], exitCode.dataDirectory, 'K1'],
      [['journal', 'import', output, '--last-receipt', 'K9-1', '--config', config], exitCode.failed, 'K9-1'],
      [['journal', 'recover', '--from-dir', card, '--output', output], exitCode.usage, 'exists already'],
      [['journal', 'recover'], exitCode.usage, '--from-dir'],
    ] as const;
    for (const [args, code, words] of cases) {
      const answer = await holdfast(...args);
      expect([args[1], answer.code]).toEqual([args[1], code]);
      expect(answer.err).toContain(words);
    }
    expect((await readFile(output, 'utf8')).split('\n')).toHaveLength(10);
  });
});
