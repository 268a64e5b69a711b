// For `npm run image:test`: this build as release 0.1.1, signed, and the keys to pin. Usage: image-release.mjs FOLDER (keys.json, next.bundle)
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packBundle } from '../../dist/provisioning/release/pack-bundle.js';
import { releaseContents } from '../../dist/provisioning/release/release-contents.js';
import { ownFacts } from '../../dist/src/updates/own-release.js';
import { pinned, releaseKey } from '../../dist/test/updates/releases.js';

const [folder = '.'] = process.argv.slice(2);
const version = '0.1.1';
const contents = releaseContents(fileURLToPath(new URL('../..', import.meta.url))).map((content) =>
  content.path === 'package.json'
    ? {
        ...content,
        read: () =>
          Buffer.from(
            content
              .read()
              .toString()
              .replace(/"version": "[^"]+"/, `"version": "${version}"`),
          ),
      }
    : content,
);
const about = { ...ownFacts(version), builtAt: '2026-11-29T08:00:00.000Z', node: '20.19.0', architecture: 'any' };
const [one, other] = [releaseKey(), releaseKey()];
const { bytes } = await packBundle(contents, about, [one.pem], 1);
writeFileSync(join(folder, 'next.bundle'), bytes);
writeFileSync(join(folder, 'keys.json'), JSON.stringify(pinned(one, other)));
