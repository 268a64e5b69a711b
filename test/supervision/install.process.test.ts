import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { variableName } from '../../src/config/variable-name.ts';
import { releaseFactsSchema } from '../../src/updates/manifest.ts';
import { describeWithSmallDisk } from '../tools/needs.ts';
import { pinned, releaseKey } from '../updates/releases.ts';
import { project, ran } from './small-terminal.ts';

// The install script in a root of its own, made of this Debian's programs and a copy of its settings. The whole way, from nothing
// by debootstrap, is `npm run image:test`.

const script = join(project, 'provisioning/image/install.sh');

let root: string;
let config: string;
const mounted: string[] = [];

const inside = (...parts: readonly string[]): string => join(root, ...parts);
const modeOf = (path: string): string => (statSync(inside(path)).mode & 0o777).toString(8);
const enabled = (): boolean =>
  lstatSync(inside('etc/systemd/system/multi-user.target.wants/holdfast.service'), { throwIfNoEntry: false }) !==
  undefined;

function bind(path: string): void {
  mkdirSync(inside(path), { recursive: true });
  execFileSync('mount', ['--bind', path, inside(path)]);
  mounted.unshift(inside(path));
}

async function install(...args: readonly string[]) {
  // Node may lie anywhere on a machine that builds; a till has it where the script puts it.
  const node = process.execPath.startsWith('/usr/') ? [] : ['--node', dirname(dirname(process.execPath))];
  return ran('bash', [script, '--root', root, '--no-packages', ...node, ...args]);
}

describeWithSmallDisk('the install script', () => {
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'holdfast-image-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=800m,mode=755', 'holdfast-test', root]);
    mounted.push(root);
    for (const path of ['/usr', '/dev', '/proc']) bind(path);
    for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
      if (existsSync(`/${folder}`)) symlinkSync(`usr/${folder}`, inside(folder));
    }
    for (const folder of ['tmp', 'opt', 'var/lib', 'run']) mkdirSync(inside(folder), { recursive: true });
    execFileSync('cp', ['-a', '/etc', inside('etc')]);
    config = inside('terminal.json');
    const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
    const magento = { baseUrl: 'http://127.0.0.1:9', sourceCode: 's', auth: { type: 'token', token: 't' }, address };
    writeFileSync(config, JSON.stringify({ terminal: { id: 'K1' }, dataDir: '/var/lib/holdfast', magento }));
  });
  afterAll(() => {
    for (const path of mounted) execFileSync('umount', [path]);
    rmSync(root, { recursive: true, force: true });
  });

  it('puts everything in place and leaves the settings to a person', async () => {
    const { code, text } = await install();
    expect(text).toContain('edit /etc/holdfast/terminal.json');
    expect(code).toBe(0);
    expect(readFileSync(inside('etc/group'), 'utf8')).toMatch(/^dialout:.*holdfast/m);
    expect([modeOf('var/lib/holdfast'), modeOf('etc/holdfast'), modeOf('etc/holdfast/terminal.json')]).toEqual([
      '700',
      '750',
      '640',
    ]);
    expect(existsSync(inside(readlinkSync(inside('opt/holdfast/current')), 'dist/src/cli/main.js'))).toBe(true);
    expect(existsSync(inside(readlinkSync(inside('opt/holdfast/current')), 'node_modules/vitest'))).toBe(false);
    expect(existsSync(inside('var/lib/holdfast/journal'))).toBe(false);
    // For updates: what the release is, and who decides about the next one.
    expect(readlinkSync(inside('opt/holdfast/launcher'))).toBe(readlinkSync(inside('opt/holdfast/current')));
    const facts = readFileSync(inside(readlinkSync(inside('opt/holdfast/current')), 'release.json'), 'utf8');
    expect(releaseFactsSchema.parse(JSON.parse(facts)).formats.store.newest).toBeGreaterThan(0);
    expect(enabled()).toBe(false);
  });

  it('puts the terminal into service when its settings are complete', async () => {
    const { code, text } = await install('--config', config);
    expect(text).toContain('Terminal K1 is in service');
    expect(code).toBe(0);
    expect(existsSync(inside('var/lib/holdfast/journal'))).toBe(true);
    expect(enabled()).toBe(true);
    expect(readFileSync(inside('etc/systemd/system/holdfast.service'), 'utf8')).toMatch(/^ExecStart=\S+\/node \/opt/m);
    // The till and its commands know where the releases are.
    const variable = `${variableName(['updates', 'releases'])}=/opt/holdfast`;
    expect(readFileSync(inside('etc/systemd/system/holdfast.service'), 'utf8')).toContain(`Environment=${variable}\n`);
    expect(readFileSync(inside('usr/local/bin/holdfast'), 'utf8')).toContain(variable);
    const wanted = inside('etc/systemd/system/multi-user.target.wants/holdfast-update.path');
    expect(lstatSync(wanted).isSymbolicLink()).toBe(true);
    const status = await ran('chroot', [
      root,
      'setpriv',
      '--reuid=holdfast',
      '--regid=holdfast',
      '--clear-groups',
      'holdfast',
      'journal',
      'verify',
    ]);
    expect(status.code).toBe(0);
  });

  it('changes nothing the next time', async () => {
    const before = statSync(inside('etc/holdfast/terminal.json')).ino;
    const { code, text } = await install('--config', config);
    expect(code).toBe(0);
    expect(text).toContain('was in service already; nothing was changed');
    expect(text).not.toMatch(/^ {2}\/etc/m);
    expect(statSync(inside('etc/holdfast/terminal.json')).ino).toBe(before);
  });

  it('goes on where a power cut ended it', async () => {
    const place = readlinkSync(inside('opt/holdfast/current'));
    rmSync(inside(place, '.complete'));
    rmSync(inside(place, 'dist/src/cli'), { recursive: true });
    writeFileSync(inside('etc/systemd/system/holdfast.service.new'), '[Unit]');
    rmSync(inside('etc/systemd/system/holdfast.service'));
    const { code } = await install('--config', config);
    expect(code).toBe(0);
    expect(existsSync(inside(place, 'dist/src/cli/main.js'))).toBe(true);
    expect(existsSync(inside('etc/systemd/system/holdfast.service'))).toBe(true);
    expect(existsSync(inside('etc/systemd/system/holdfast.service.new'))).toBe(false);
  });

  it('pins the keys of releases, two of them', async () => {
    const file = inside('keys.json');
    const keys = pinned(releaseKey(), releaseKey());
    writeFileSync(file, JSON.stringify({ ...keys, keys: [keys.keys[0]] }));
    const refused = await install('--release-keys', file);
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('holds no release keys') });
    writeFileSync(file, JSON.stringify(keys));
    expect((await install('--release-keys', file)).code).toBe(0);
    expect(JSON.parse(readFileSync(inside('opt/holdfast/release-keys.json'), 'utf8'))).toEqual(keys);
    expect(modeOf('opt/holdfast/release-keys.json')).toBe('644');
  });

  it('leaves a newer release in place that an update has brought, unless it is told otherwise', async () => {
    const place = readlinkSync(inside('opt/holdfast/current'));
    const newer = '/opt/holdfast/releases/99.0.0-0123456789ab';
    execFileSync('cp', ['-a', inside(place), inside(newer)]);
    rmSync(inside('opt/holdfast/current'));
    symlinkSync(newer, inside('opt/holdfast/current'));
    const kept = await install('--config', config);
    expect(kept).toMatchObject({
      code: 0,
      text: expect.stringContaining('99.0.0-0123456789ab runs here and is newer'),
    });
    expect(readlinkSync(inside('opt/holdfast/current'))).toBe(newer);
    expect((await install('--config', config, '--this-release')).code).toBe(0);
    expect(readlinkSync(inside('opt/holdfast/current'))).toBe(place);
    rmSync(inside(newer), { recursive: true });
  });

  it('says what is wrong', async () => {
    expect(await install('--colour')).toMatchObject({ code: 1, text: expect.stringContaining('no option --colour') });
    const nowhere = await install('--config', '/nowhere.json');
    expect(nowhere).toMatchObject({ code: 1, text: expect.stringContaining('no file /nowhere.json') });
    const refused = inside('refused.json');
    writeFileSync(refused, '{"terminal":{"id":"lower case"}}');
    const incomplete = await install('--config', refused);
    expect(incomplete).toMatchObject({ code: 1, text: expect.stringContaining('terminal.id') });
    expect(incomplete.text).toContain('Nothing of them was taken over');
    expect(readFileSync(inside('etc/holdfast/terminal.json'), 'utf8')).toContain('"K1"');
  });
});
