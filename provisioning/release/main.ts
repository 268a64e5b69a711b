#!/usr/bin/env node
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HoldfastError, isHoldfastError, messageOf } from '../../src/platform/errors.ts';
import { SystemClock } from '../../src/platform/system-clock.ts';
import { replaceFile } from '../../src/platform/system-durable-files.ts';
import { nowhere, readBundle, readSignedBundle, unpack } from '../../src/updates/bundle.ts';
import { openFileSource } from '../../src/updates/file-source.ts';
import { sizeOf } from '../../src/updates/manifest.ts';
import { ownFormats, ownMinimumVersion } from '../../src/updates/own-release.ts';
import { keyName, type ReleaseKeys, readSigningKey, releaseKeysSchema } from '../../src/updates/release-keys.ts';
import { packBundle } from './pack-bundle.ts';
import { isForThisMachine, releaseContents } from './release-contents.ts';

const usage = `Makes signed releases (docs/updates.md).

  release --key FILE [--key FILE] --output FILE [--portable] [--next-keys FILE]
                                      packs this build and signs it. --portable leaves out what was compiled for this kind of machine
                                      (pins and I2C displays). --next-keys: the keys that terminals trust from this release on
  release make-key FILE               makes a key to sign with
  release make-keys-file FILE KEY KEY what a terminal pins: two public keys (or the files of the keys themselves)
  release show FILE [--keys FILE]     what is in a bundle, and whether it is whole and signed by one of the keys
`;

/** Resolves with the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      key: { type: 'string', multiple: true, default: [] },
      output: { type: 'string' },
      portable: { type: 'boolean', default: false },
      'next-keys': { type: 'string' },
      keys: { type: 'string' },
    },
    allowPositionals: true,
  });
  const [command, file, ...rest] = positionals;
  if (command === undefined && values.output !== undefined && values.key.length > 0) {
    await pack(values.key, values.output, values.portable, values['next-keys'] ?? null);
  } else if (command === 'make-key' && file !== undefined) await makeKey(file);
  else if (command === 'make-keys-file' && file !== undefined && rest.length === 2) await makeKeysFile(file, rest);
  else if (command === 'show' && file !== undefined) await show(file, values.keys ?? null);
  else {
    process.stderr.write(usage);
    return 2;
  }
  return 0;
}

const project = fileURLToPath(new URL('../../..', import.meta.url));

async function pack(keyFiles: readonly string[], output: string, portable: boolean, nextKeys: string | null) {
  const all = releaseContents(project);
  const compiled = all.filter(isForThisMachine);
  const contents = portable ? all.filter((content) => !isForThisMachine(content)) : all;
  const { version, engines } = JSON.parse(readFileSync(`${project}/package.json`, 'utf8'));
  const { name, manifest, bytes } = await packBundle(
    contents,
    {
      version,
      minimumVersion: ownMinimumVersion,
      builtAt: new Date(new SystemClock().now()).toISOString(),
      node: nodeOf(engines.node),
      architecture: portable || compiled.length === 0 ? 'any' : architecture(),
      formats: ownFormats,
      keys: nextKeys === null ? null : readKeys(nextKeys).keys,
    },
    keyFiles.map((file) => readFileSync(file, 'utf8')),
  );
  await replaceFile(output, bytes, 0o644);
  process.stdout.write(
    `${output}: release ${name}, ${manifest.files.length} files, ${megabytes(sizeOf(manifest))}, packed ${megabytes(bytes.length)}, for ${manifest.architecture} machines.\n`,
  );
  if (portable && compiled.length > 0) {
    process.stdout.write(`Left out: ${compiled.map(({ path }) => path.split('/')[1]).join(', ')}.\n`);
  }
}

async function makeKey(file: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await handle.writeFile(pem);
  await handle.sync();
  await handle.close();
  const { publicKey } = readSigningKey(pem);
  process.stdout.write(
    `${file}: key ${keyName(publicKey)}; keep it where nobody else can read it.\nPublic: ${publicKey}\n`,
  );
}

async function makeKeysFile(file: string, keys: readonly string[]): Promise<void> {
  const pinned = releaseKeysSchema.parse({ version: 1, keys: keys.map(publicKeyOf) });
  await replaceFile(file, `${JSON.stringify(pinned, null, 2)}\n`, 0o644);
  process.stdout.write(`${file}: ${pinned.keys.map(keyName).join(' and ')}\n`);
}

/** A public key as it is written, or that of a key file. */
function publicKeyOf(text: string): string {
  if (/^[\w-]{50,80}$/.test(text)) return text;
  return readSigningKey(readFileSync(text, 'utf8')).publicKey;
}

async function show(file: string, keysFile: string | null): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const source = await openFileSource(handle);
    const bundle = keysFile === null ? await readBundle(source) : await readSignedBundle(source, readKeys(keysFile));
    await unpack(bundle, source, nowhere);
    const { files: _, ...about } = bundle.manifest;
    const signed = bundle.signatures.map(({ key }) => key);
    process.stdout.write(`${JSON.stringify({ name: bundle.name, ...about, signatures: signed }, null, 2)}\n`);
    process.stdout.write(
      keysFile === null
        ? 'It is whole; whose signature it has was not looked at (--keys).\n'
        : 'It is whole, and signed.\n',
    );
  } finally {
    await handle.close();
  }
}

function readKeys(file: string): ReleaseKeys {
  const read = releaseKeysSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (read.success) return read.data;
  throw new HoldfastError('update.bad-key', `${file} does not hold two public keys`, {
    remedy: 'operator',
    hint: '"npm run release -- make-keys-file FILE KEY KEY" makes such a file.',
  });
}

/** `>=20.19` → `20.19.0` */
function nodeOf(range: string): string {
  const [major = '20', minor = '0', patch = '0'] = range.replace(/^\D+/, '').split('.');
  return `${major}.${minor}.${patch}`;
}

function architecture(): 'x64' | 'arm64' | 'arm' {
  const { arch } = process;
  if (arch === 'x64' || arch === 'arm64' || arch === 'arm') return arch;
  throw new HoldfastError('release.bad-machine', `There are no terminals of the kind ${arch}`, {
    remedy: 'operator',
    hint: 'Make the release on a machine like the terminals, or with --portable.',
  });
}

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const hint = isHoldfastError(error) && error.hint !== undefined ? `\n${error.hint}` : '';
  process.stderr.write(`${messageOf(error)}${hint}\n`);
  process.exitCode = 1;
}
