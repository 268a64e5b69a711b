import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { describeWith } from '../tools/needs.ts';

const module = fileURLToPath(new URL('../../provisioning/magento-module/', import.meta.url));

describeWith('phpunit', 'the Magento module', (phpunit) => {
  it('passes its own tests and static checks, with nothing of Magento installed', { timeout: 60_000 }, async () => {
    const { stdout } = await promisify(execFile)(phpunit, ['--configuration', 'phpunit.xml.dist', '--colors=never'], {
      cwd: module,
    }).catch((failure: { readonly stdout?: string }) => {
      throw new Error(`phpunit: ${failure.stdout ?? String(failure)}`);
    });
    expect(stdout).toMatch(/OK \(\d+ tests, \d+ assertions\)/);
  });
});
