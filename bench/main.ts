import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

// `npm run bench -- [name…]`: each measurement as a process of its own, one after the other; without a name, all of them.

const here = fileURLToPath(new URL('.', import.meta.url));
const all = readdirSync(here)
  .filter((name) => name.endsWith('.js') && name !== 'main.js')
  .map((name) => name.slice(0, -'.js'.length));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown.join('", "')}"; there are ${all.join(', ')}.`);
  process.exit(2);
}

const [processor] = cpus();
console.log(
  `${cpus().length} × ${processor?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
    `kernel ${release()}, Node ${process.version}`,
);
let failed = 0;
for (const name of asked.length > 0 ? asked : all) {
  console.log(`\n== ${name}`);
  const ended = spawnSync(process.execPath, [`${here}${name}.js`], { stdio: 'inherit' });
  if (ended.status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
