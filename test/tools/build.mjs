// Compiles the project into dist/ and copies the files that are read at run time. Incremental: a second run takes a moment.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const assets = /\.(gz|html|css|svg|png|woff2)$|(^|\/)page\/.*\.js$/;

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
if (!existsSync(compiler)) {
  console.error('The tools are not installed yet: run "npm ci" first.');
  process.exit(1);
}
const compiled = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
for (const folder of ['src', 'provisioning/controller', 'test/conformance']) copyAssets(folder);

function copyAssets(folder) {
  for (const name of readdirSync(join(root, folder))) {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) copyAssets(path);
    else if (assets.test(path)) copyIfNewer(path);
  }
}

function copyIfNewer(path) {
  const from = join(root, path);
  const to = join(root, 'dist', path);
  if (existsSync(to) && statSync(to).mtimeMs >= statSync(from).mtimeMs) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
