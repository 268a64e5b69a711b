import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCode } from '../../src/cli/exit-code.ts';
import { runCli } from '../../src/cli/program.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { instant } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { sampleHandlers } from '../control/sample-answers.ts';

let folder: string;
let server: ControlServer | undefined;
const calls: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-receipts-'));
  mkdirSync(join(folder, 'data'));
  calls.length = 0;
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function configure(language: string, receipt: object = {}): void {
  const config = {
    terminal: { id: 'K1', language },
    dataDir: 'data',
    magento: {
      baseUrl: 'http://127.0.0.1:1',
      sourceCode: 'store',
      auth: { type: 'token', token: 't' },
      address: { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' },
    },
    receipt,
  };
  writeFileSync(join(folder, 'terminal.json'), JSON.stringify(config));
}

async function holdfast(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    output: { out: (text) => out.push(text), err: (text) => err.push(text), terminal: false },
    env: { HOLDFAST_CONFIG: join(folder, 'terminal.json') },
    clock: { now: () => instant('2026-11-23T09:00:00Z') },
    version: '0.1.0',
    run: () => Promise.reject(new Error('not in this test')),
    provision: () => Promise.resolve('begun'),
    journalTools: () => Promise.reject(new Error('not in this test')),
  });
  return { code, out: out.join(''), err: err.join('') };
}

it('shows a sample with the shop’s words, in its language', async () => {
  configure('fr', { header: ['Chez Marie'] });
  const { code, out } = await holdfast('receipt', 'preview', '--sample', 'provisional');
  expect(code).toBe(exitCode.done);
  expect(out).toContain('Chez Marie');
  expect(out).toContain('PROVISOIRE');
});

it('draws a sample as a picture of the paper', async () => {
  configure('vi');
  const file = join(folder, 'z.png');
  expect((await holdfast('receipt', 'preview', '--sample', 'z', '--png', file)).code).toBe(exitCode.done);
  const picture = PNG.sync.read(readFileSync(file));
  expect(picture.width).toBe(512 + 64);
  expect(picture.height).toBeGreaterThan(400);
  expect((await holdfast('receipt', 'preview', '--png', join(folder, 'nowhere', 'z.png'))).err).toContain('nowhere');
});

it('shows and prints what a running terminal sold', async () => {
  configure('en');
  server = await startControlServer({
    socketPath: join(folder, 'data', 'control.sock'),
    handlers: sampleHandlers(calls),
    log: silentLogger,
  });
  expect((await holdfast('receipt', 'preview', '--sale', 'K1-00000001')).out).toBe('the receipt');
  expect((await holdfast('receipt', 'preview', '--sale', 'K1-00000001', '--gift')).out).toBe('the gift');
  expect((await holdfast('receipt', 'preview', '--sale', 'K1-99')).code).not.toBe(exitCode.done);
  await holdfast('receipt', 'print', 'K1-00000001', '--gift');
  expect(calls).toEqual(['print gift K1-00000001']);
});

it('checks the logo with the configuration', async () => {
  configure('en', { logo: 'logo.png' });
  writeFileSync(join(folder, 'logo.png'), 'not a picture at all, but long enough to look at');
  const wrong = await holdfast('config', 'check');
  expect(wrong.code).toBe(exitCode.configuration);
  expect(wrong.err).toMatch(/receipt\.logo: .*logo\.png can't be used: it is not a PNG file/);
  writeFileSync(join(folder, 'logo.png'), PNG.sync.write(new PNG({ width: 4, height: 4 })));
  expect((await holdfast('config', 'check')).code).toBe(exitCode.done);
});

it('takes a language from a file and names what it lacks', async () => {
  configure('pl');
  const none = await holdfast('config', 'check');
  expect(none.code).toBe(exitCode.configuration);
  expect(none.err).toContain('There is no language "pl"');

  mkdirSync(join(folder, 'languages'));
  const exported = JSON.parse((await holdfast('language', 'export', 'en')).out);
  exported.name = 'Polski';
  exported.receipts.total = 'RAZEM';
  delete exported.screens.labels.change;
  exported.screens.menu.hold = 'Odłóż ten rachunek';
  writeFileSync(join(folder, 'languages', 'pl.json'), JSON.stringify(exported));
  const checked = await holdfast('config', 'check');
  expect(checked.code).toBe(exitCode.done);
  expect(checked.out).toContain('language pl: screens.menu.hold: "Odłóż ten rachunek" has 18 characters; 13 fit');
  expect(checked.out).toContain('language pl: missing, and taken from another language: screens.labels.change');
  expect((await holdfast('receipt', 'preview')).out).toContain('RAZEM');

  writeFileSync(join(folder, 'languages', 'pl.json'), '{"name": 5}');
  expect((await holdfast('config', 'check')).err).toContain('pl.json');
});

it('lists the languages that need no file', async () => {
  expect((await holdfast('language', 'list')).out).toContain('Tiếng Việt');
  expect((await holdfast('language', 'export', 'tlh')).err).toContain('no built-in language "tlh"');
});
