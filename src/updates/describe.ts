import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf } from '../platform/errors.ts';
import { ownFacts } from './own-release.ts';
import { releaseKeysSchema } from './release-keys.ts';

// For provisioning/image/install.sh: prints what this release says of itself, or checks a file of release keys on standard input.

const [command] = process.argv.slice(2);
try {
  if (command === 'check-keys') {
    const read = releaseKeysSchema.safeParse(JSON.parse(readFileSync(0, 'utf8')));
    if (!read.success) throw new Error(z.prettifyError(read.error));
  } else {
    const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    process.stdout.write(`${JSON.stringify(ownFacts(String(JSON.parse(manifest).version)))}\n`);
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
