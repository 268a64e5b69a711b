import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { ago, bytes, ProgressBar, table } from '../../src/cli/output.ts';
import { runCli } from '../../src/cli/program.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { instant } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { sampleHandlers, status } from '../control/sample-answers.ts';

let folder: string;
let configFile: string;
let server: ControlServer | undefined;
let calls: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'));
  mkdirSync(join(folder, 'data'));
  configFile = join(folder, 'terminal.json');
  calls = [];
  writeFileSync(
    configFile,
    JSON.stringify({
      terminal: { id: 'K1' },
      dataDir: 'data',
      magento: {
        baseUrl: 'http://127.0.0.1:1',
        sourceCode: 'store-berlin',
        auth: { type: 'token', token: 'very-secret-token' },
        address: { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' },
      },
    }),
  );
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function startTerminal(): Promise<void> {
  server = await startControlServer({
    socketPath: join(folder, 'data', 'control.sock'),
    handlers: sampleHandlers(calls),
    log: silentLogger,
  });
}

async function holdfast(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    output: { out: (text) => out.push(text), err: (text) => err.push(text), terminal: false },
    env: { HOLDFAST_CONFIG: configFile },
    clock: { now: () => instant('2026-11-23T09:00:00Z') },
    version: '0.1.0',
    run: () => Promise.reject(new Error('not in this test')),
    provision: () => Promise.resolve('begun'),
    journalTools: () => Promise.reject(new Error('not in this test')),
  });
  return { code, out: out.join(''), err: err.join('') };
}

describe('holdfast', () => {
  it('shows a running terminal’s status in words, and as JSON for machines', async () => {
    await startTerminal();
    const people = await holdfast('status');
    expect(people).toMatchObject({ code: exitCode.done, err: '' });
    expect(people.out).toContain('none, everything sold is in Magento');
    expect(people.out).toContain('generation 3, 67 products, read 60 min ago');
    expect(JSON.parse((await holdfast('status', '--json')).out)).toEqual(status);
  });

  it('sends a parked sale on its way again, and prints the metrics', async () => {
    await startTerminal();
    const retried = await holdfast('queue', 'retry', 'K1-00000001');
    expect(retried).toMatchObject({ code: exitCode.done, err: '' });
    expect(retried.out).toContain('K1-00000001');
    expect(calls).toContain('retry K1-00000001');
    expect((await holdfast('queue', 'retry', 'K9-1')).err).toContain('K9-1');
    expect((await holdfast('metrics')).out).toBe('holdfast_up 1\n');
  });

  it('lists the queue with what each sale waits for', async () => {
    await startTerminal();
    const listed = await holdfast('queue', 'list', '--state', 'waiting', '--limit', '3');
    expect(calls).toContain('queue waiting 3');
    expect(listed.out).toMatch(/K1-00000001\s+60 min ago\s+12\.50 EUR\s+waiting\s+not begun\s+0\s+–\s+–/);
    expect((await holdfast('queue', 'show', 'K1-00000001')).out).toContain('id             id-1');
    expect(await holdfast('queue', 'show', 'K1-404')).toMatchObject({ code: exitCode.failed });
  });

  it('pulls a snapshot with progress on standard error and ends with the reason when it fails', async () => {
    await startTerminal();
    const pulled = await holdfast('snapshot', 'pull');
    expect(pulled.code).toBe(exitCode.failed);
    expect(pulled.err).toContain('products 30/67');
    expect(pulled.err).toContain('Magento does not accept the token.\nCheck magento.auth.');
    expect(pulled.out).toBe('');
  });

  it('explains a price, or a sale as it was priced', async () => {
    await startTerminal();
    expect((await holdfast('price', 'explain', 'COF-01', '--qty', '2')).out).toBe('COF-01 × 2 now\n');
    expect((await holdfast('price', 'explain', '--sale', 'K1-00000001')).out).toBe('as sold\n');
    expect(await holdfast('price', 'explain')).toMatchObject({ code: exitCode.usage });
    expect(await holdfast('price', 'explain', 'COF-01', '--at', 'yesterday')).toMatchObject({ code: exitCode.usage });
  });

  it('opens a shift, and hands a refusal through with its next step', async () => {
    await startTerminal();
    expect((await holdfast('shift', 'open', '--cashier', 'Ada', '--float', '50.00')).out).toContain('Ada');
    const refused = await holdfast('shift', 'open', '--cashier', 'Ada', '--float', '9.99');
    expect(refused).toMatchObject({ code: exitCode.failed, err: 'A shift is open already.\nClose it first.\n' });
    expect(await holdfast('shift', 'open', '--cashier', 'Ada', '--float', 'lots')).toMatchObject({
      code: exitCode.usage,
    });
  });

  it('says that no terminal runs here, with its own exit code', async () => {
    const asked = await holdfast('status');
    expect(asked.code).toBe(exitCode.notRunning);
    expect(asked.err).toContain('No terminal is running here');
  });

  it('ends with 78 for a bad configuration, naming the key', async () => {
    writeFileSync(configFile, '{"terminal": {"id": "k1"}}');
    const checked = await holdfast('config', 'check');
    expect(checked.code).toBe(exitCode.configuration);
    expect(checked.err).toContain('terminal.id: 1 to 12');
    expect((await holdfast('run')).code).toBe(exitCode.configuration);
    expect((await holdfast('status', '--config', join(folder, 'none.json'))).code).toBe(exitCode.configuration);
  });

  it('prints the configuration without secrets, and every setting with its meaning', async () => {
    expect((await holdfast('config', 'print')).out).not.toContain('very-secret-token');
    expect((await holdfast('config', 'print', '--defaults')).out).toMatch(/sync\.retryEvery\s+integer\s+60000/);
  });

  it('puts a terminal into service', async () => {
    expect((await holdfast('provision')).out).toContain('Terminal K1 is in service');
  });

  it('ends with 2 for a command line it does not know', async () => {
    expect(await holdfast('sell')).toMatchObject({ code: exitCode.usage });
    expect((await holdfast('--version')).code).toBe(exitCode.done);
  });
});

describe('output', () => {
  it('lines up columns, counting characters and not bytes', () => {
    expect(
      table(
        [{ title: 'A' }, { title: 'N', align: 'right' }],
        [
          ['für', '1'],
          ['x', '10'],
        ],
      ),
    ).toBe('A     N\nfür   1\nx    10');
  });

  it('draws a bar on a terminal and clears it at the end', () => {
    const err: string[] = [];
    const bar = new ProgressBar({ out: () => {}, err: (text) => err.push(text), terminal: true });
    bar.show('products', 30, 60);
    expect(err.join('')).toContain(`▕${'█'.repeat(12)}${' '.repeat(12)}▏  50 %  products 30/60`);
    bar.end();
    expect(err.join('').endsWith('\r\x1b[2K')).toBe(true);
  });

  it('says times and sizes in the unit a person would choose', () => {
    expect([ago(0, 59_000), ago(0, 600_000), ago(0, 7_200_000), ago(0, 300_000_000)]).toEqual([
      '59 s',
      '10 min',
      '2 h',
      '3 d',
    ]);
    expect([bytes(999), bytes(1_400_000)]).toEqual(['999 B', '1.4 MB']);
  });
});
