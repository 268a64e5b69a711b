import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../src/platform/errors.ts';

/** A file of a release: where it goes, and where it is. */
export interface ReleaseContent {
  readonly path: string;
  readonly executable: boolean;
  read(): Uint8Array;
}

/** What a running till needs, beside its packages; sources, tests and tools stay behind. As in provisioning/image/install.sh. */
const own = ['dist/src', 'dist/drivers', 'dist/provisioning', 'package.json', 'package-lock.json', 'LICENSE', 'NOTICE'];

/** Helps nobody who runs a till: source maps, TypeScript, what compilers leave behind. */
const useless = /\.(map|[cm]?ts|o|a|stamp)$|\/obj(\.target)?\/|\/\.deps\//;

/** Compiled when it was installed, so for this kind of machine alone. */
const compiledHere = /^node_modules\/.*\/build\/Release\/[^/]+\.node$/;

/** The built release in `project`, in a fixed order. Throws `release.not-built`. */
export function releaseContents(project: string): readonly ReleaseContent[] {
  const paths = own.flatMap((path) => filesIn(project, path));
  if (!paths.includes('dist/src/cli/main.js')) {
    throw new HoldfastError('release.not-built', `There is no built release in ${project}`, {
      remedy: 'operator',
      hint: 'Run "npm ci && npm run build" first.',
    });
  }
  return [...paths, ...runtimePackages(project).flatMap((path) => filesIn(project, path))]
    .filter((path) => !useless.test(path))
    .sort()
    .map((path) => ({
      path,
      executable: (statSync(join(project, path)).mode & 0o100) !== 0,
      read: () => readFileSync(join(project, path)),
    }));
}

/** Whether it runs only on machines like this one. */
export const isForThisMachine = ({ path }: ReleaseContent): boolean => compiledHere.test(path);

/** Packages that a till needs, as the lockfile says; optional ones where they are installed. */
function runtimePackages(project: string): readonly string[] {
  // npm's own lockfile, version 3.
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  return Object.entries(packages)
    .filter(([path, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true)
    .map(([path]) => path)
    .filter((path) => !path.startsWith('node_modules/@types/'));
}

function filesIn(project: string, path: string): readonly string[] {
  const found = statSync(join(project, path), { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isFile()) return [path];
  return readdirSync(join(project, path)).flatMap((name) => filesIn(project, `${path}/${name}`));
}
