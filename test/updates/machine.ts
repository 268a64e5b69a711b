import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type PackedBundle, packBundle } from '../../provisioning/release/pack-bundle.ts';
import { type ReleaseContent, releaseContents } from '../../provisioning/release/release-contents.ts';
import type { Manifest, ReleaseName } from '../../src/updates/manifest.ts';
import { ownFacts } from '../../src/updates/own-release.ts';
import { project } from '../supervision/small-terminal.ts';
import { pinned, releaseKey } from './releases.ts';

type About = Omit<Manifest, 'files' | 'kind'>;

/** What is different in a release, by path: its file's new text. */
export type Changes = Readonly<Record<string, (text: string) => string>>;

/** This build as it would be under another version; its packages lie beside the releases. */
export function contentsOf(version: string, changes: Changes = {}): readonly ReleaseContent[] {
  const all: Changes = {
    'package.json': (text) => text.replace(/"version": "[^"]+"/, `"version": "${version}"`),
    ...changes,
  };
  return releaseContents(project)
    .filter(({ path }) => !path.startsWith('node_modules/') && !path.startsWith('dist/src/showroom/'))
    .map((content) => {
      const change = all[content.path];
      if (change === undefined) return content;
      return {
        ...content,
        read() {
          const text = Buffer.from(content.read()).toString('utf8');
          const changed = change(text);
          if (changed === text) throw new Error(`${content.path} was not changed`);
          return Buffer.from(changed);
        },
      };
    });
}

/** A machine as the install script leaves it, with release 0.1.0, and two keys whose releases it takes. */
export class InstalledMachine {
  readonly root: string;
  /** To be started instead of `holdfast`: it does before every start of the till, and after its end, what systemd would. */
  readonly program: string;
  readonly keys = [releaseKey(), releaseKey()] as const;
  readonly first = '0.1.0-000000000001' as ReleaseName;

  constructor(dir: string) {
    this.root = join(dir, 'opt');
    this.program = join(dir, 'supervisor.mjs');
    const place = join(this.root, 'releases', this.first);
    for (const { path, read } of contentsOf('0.1.0', { 'package.json': (text) => `${text}\n` })) {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), read());
    }
    writeFileSync(join(place, 'release.json'), JSON.stringify(ownFacts('0.1.0')));
    writeFileSync(join(place, '.complete'), '');
    for (const link of ['current', 'launcher']) symlinkSync(place, join(this.root, link));
    symlinkSync(join(project, 'node_modules'), join(this.root, 'node_modules'));
    writeFileSync(join(this.root, 'release-keys.json'), JSON.stringify(pinned(...this.keys)));
    writeFileSync(this.program, supervisor(this.root, join(dir, 'data')));
  }

  /** A release made of this build, signed by the first key. */
  bundle(version: string, changes: Changes = {}, facts: Partial<About> = {}): Promise<PackedBundle> {
    const about: About = {
      ...ownFacts(version),
      builtAt: '2026-11-29T08:00:00.000Z',
      node: '20.19.0',
      architecture: 'any',
      ...facts,
    };
    return packBundle(contentsOf(version, changes), about, [this.keys[0].pem], 1);
  }
}

/** The order of systemd/holdfast.service: the launcher if anything is ordered, then the till, again and again. */
const supervisor = (root: string, dataDir: string): string => `
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
const [root, dataDir] = ${JSON.stringify([root, dataDir])};
const args = process.argv.slice(2);
let child = null, isOver = args[0] !== 'run';
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => { isOver = true; child?.kill('SIGTERM'); });
do {
  if (existsSync(dataDir + '/updates/order.json')) {
    spawnSync(process.execPath, [root + '/launcher/dist/src/updates/launch.js', '--root', root, '--data', dataDir], { stdio: 'inherit' });
  }
  child = spawn(process.execPath, [root + '/current/dist/src/cli/main.js', ...args], { stdio: 'inherit' });
  process.exitCode = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  if (process.exitCode === 78) break;
} while (!isOver);
`;
