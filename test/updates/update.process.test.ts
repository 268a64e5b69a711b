import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PackedBundle } from '../../provisioning/release/pack-bundle.ts';
import { minutes } from '../../src/platform/clock.ts';
import type { Showroom } from '../../src/showroom/facade.ts';
import { ownFacts } from '../../src/updates/own-release.ts';
import { ledgersAgree, openShowroom, removeFolder, showroomFolder } from '../showroom/open-showroom.ts';
import { type Changes, InstalledMachine } from './machine.ts';

// The real till under something that does what systemd does, from one release to another and back, with sales that Magento does not
// have yet. The other release is this build under another version, whole or broken.

let dir: string;
let machine: InstalledMachine;
let showroom: Showroom;

beforeEach(async () => {
  dir = showroomFolder();
  machine = new InstalledMachine(dir);
  const updates = { releases: machine.root, quietFor: 0, steadyFor: 300 };
  showroom = await openShowroom(dir, { program: machine.program, config: { updates } });
  showroom.press('50 enter');
  await showroom.until('a shift', async () => (await showroom.status())?.shift.open === true);
});
afterEach(async () => {
  await showroom.close();
  removeFolder(dir);
});

let receipts = 0;
beforeEach(() => {
  receipts = 0;
});
/** Sells for cash without a network; the receipt is on paper when it resolves. */
async function sell(): Promise<void> {
  receipts += 1;
  const wanted = receipts;
  // A till that was started anew has yet to find its devices.
  const ready = async (): Promise<boolean> =>
    (await showroom.status())?.devices.every(({ state }) => state === 'ready') === true;
  await showroom.until('the devices are ready', ready, minutes(2));
  showroom.press('1 enter total enter');
  await showroom.until(`receipt ${wanted}`, async () => ((await showroom.status())?.sales.total ?? 0) >= wanted);
}

async function update(...args: string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const program = join(machine.root, 'current/dist/src/cli/main.js');
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, 'update', ...args, '--config', showroom.configFile],
      (_error, out, err) => resolve({ code: child.exitCode, text: `${out}${err}` }),
    );
  });
}

/** As the command does, without its start. */
async function handIn(bundle: PackedBundle, contact: 'required' | 'not-needed'): Promise<string> {
  const words: string[] = [];
  const query = new URLSearchParams({ by: 'ann', contact });
  try {
    for await (const line of showroom.control.installUpdate(query, Readable.from([bundle.bytes]))) {
      words.push(line.kind === 'failed' ? line.error.message : line.words);
    }
  } catch {
    // The till went down for it.
  }
  return words.join('\n');
}

function written(bundle: PackedBundle): string {
  const file = join(dir, `${bundle.name}.bundle`);
  writeFileSync(file, bundle.bytes);
  return file;
}

/** From the next start on. */
function allowForTrial(milliseconds: number): void {
  const config = JSON.parse(readFileSync(showroom.configFile, 'utf8'));
  config.updates.trialWithin = milliseconds;
  writeFileSync(showroom.configFile, JSON.stringify(config));
}

const runs = (version: string): Promise<void> =>
  showroom.until(`${version} runs`, async () => (await showroom.status())?.version === version, minutes(3));
const report = () => showroom.control.updates().catch(() => null);
const ended = (how: string): Promise<void> =>
  showroom.until(
    `the update is ${how}`,
    async () => {
      const now = await report();
      return now?.last?.how === how || (how === 'committed' && now?.trial?.verdict === 'good');
    },
    minutes(3),
  );
const waiting = async () => (await showroom.status())?.sales.waiting;
const breaking = (words: string): Changes => ({
  'dist/src/terminal.js': (text) =>
    text.replace('export async function createTerminal(world) {', `$&\n    throw new Error('${words}');`),
});

describe('another release', () => {
  it('takes over with sales that wait, keeps them through a power cut, and gives them back when it is rolled back', async () => {
    await showroom.network('off');
    await sell();
    await sell();
    const file = written(await machine.bundle('0.2.0'));
    expect(await update('verify', file)).toMatchObject({ code: 0, text: expect.stringContaining('signed by') });
    const done = await update('install', file, '--by', 'ann', '--offline');
    expect(done.text).toMatch(/Unpacking 0\.2\.0-[\s\S]*Trying[\s\S]*Restarting with 0\.2\.0/);
    expect(done.code).toBe(0);
    await runs('0.2.0');
    const pid = (await showroom.status())?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await showroom.until(
      'it runs again',
      async () => ![undefined, pid].includes((await showroom.status())?.pid),
      minutes(3),
    );
    await ended('committed');
    expect(await waiting()).toBe(2);
    await sell();
    const back = await update('rollback', '--by', 'ann');
    expect(back).toMatchObject({ code: 0, text: expect.stringContaining('Restarting with 0.1.0') });
    await runs('0.1.0');
    await ended('committed');
    expect(await waiting()).toBe(3);
    await sell();
    await showroom.network('on');
    await ledgersAgree(showroom, 4);
    expect((await update('status')).text).toMatch(
      /runs\s+0\.1\.0-0{11}1, and has proven itself[\s\S]*before it\s+0\.2\.0/,
    );
  });

  it('that is not signed, or does not run here, is not taken; that never gets ready is taken back by itself, and one on trial by a person, with what was sold in between', async () => {
    await showroom.network('off');
    await sell();
    const forged = await machine.bundle('0.6.0');
    const bytes = Buffer.from(forged.bytes);
    bytes.write('"version":"9', bytes.indexOf('"version":"0'));
    expect(await handIn({ ...forged, bytes }, 'required')).toContain('not signed by a key that this terminal trusts');
    const strict: Changes = { 'dist/src/config/schema.js': (text) => `${text}\nthrow new Error('no such setting');` };
    expect(await handIn(await machine.bundle('0.7.0', strict), 'required')).toContain('no such setting');
    expect((await showroom.status())?.version).toBe('0.1.0');

    expect(await handIn(await machine.bundle('0.3.0', breaking('it is broken')), 'not-needed')).toContain(
      'Restarting with 0.3.0',
    );
    await ended('rolled-back');
    expect(await report()).toMatchObject({
      version: '0.1.0',
      last: { words: expect.stringContaining('started 3 times') },
    });
    expect(readFileSync(join(dir, 'till.log'), 'utf8')).toContain('it is broken');

    await handIn(await machine.bundle('0.4.0'), 'required');
    await runs('0.4.0');
    await sell();
    expect(await report()).toMatchObject({ trial: { verdict: null } });
    expect((await update('rollback', '--by', 'ann')).text).toContain('Restarting with 0.1.0');
    await runs('0.1.0');
    await showroom.until('that is noted', async () => (await report())?.last?.words === 'Taken back by ann.');
    const attention = (await showroom.status())?.attention ?? [];
    expect(attention).toContainEqual(expect.objectContaining({ words: expect.stringContaining('was taken back') }));
    expect(await waiting()).toBe(2);
    await showroom.network('on');
    await ledgersAgree(showroom, 2);
  });

  it('that writes the journal anew does so only once it has proven itself', async () => {
    const facts = ownFacts('0.5.0');
    const { oldest, newest } = facts.formats.store;
    const raised = { formats: { ...facts.formats, store: { oldest, newest: newest + 1 } } };
    const raise: Changes = {
      'dist/src/journal/format.js': (text) => text.replace(`store: ${newest}`, `store: ${newest + 1}`),
    };
    const bundle = await machine.bundle('0.5.0', raise, raised);
    await showroom.network('off');
    await sell();
    allowForTrial(2_000);
    await handIn(bundle, 'required');
    await ended('rolled-back');
    // It never opened the journal: the one before reads it as if nothing had been.
    expect((await report())?.last?.words).toContain('the server was not reached');
    expect(await waiting()).toBe(1);
    expect(existsSync(join(dir, 'data/updates/rehearsal'))).toBe(false);
    await sell();

    await showroom.network('on');
    await ledgersAgree(showroom, 2);
    await showroom.network('off');
    await sell();
    allowForTrial(600_000);
    await handIn(bundle, 'not-needed');
    await runs('0.5.0');
    await ended('committed');
    expect(readFileSync(join(dir, 'till.log'), 'utf8')).toContain('was brought from format');
    expect(await waiting()).toBe(1);
    const back = await update('rollback', '--by', 'ann');
    expect(back).toMatchObject({ code: 1, text: expect.stringContaining(`it is of format ${newest + 1}`) });
    await showroom.network('on');
    await ledgersAgree(showroom, 3);
  });
});
