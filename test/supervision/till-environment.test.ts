import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { environmentIn } from '../../bench/kit/till-environment.ts';

/** As much of the file as is looked at here. */
interface Ecosystem {
  readonly apps: readonly { readonly env: Readonly<Record<string, string>> }[];
}

const file = (name: string): URL => new URL(`../../${name}`, import.meta.url);

it('pm2 starts a till with the same small heap as systemd', async () => {
  const { apps }: Ecosystem = await import(file('ecosystem.config.js').href);
  const { HOLDFAST_CONFIG: _, ...pm2 } = apps[0]?.env ?? {};
  expect(environmentIn(readFileSync(file('systemd/holdfast.service'), 'utf8'))).toMatchObject(pm2);
  expect(pm2).toMatchObject({
    MALLOC_ARENA_MAX: '1',
    NODE_OPTIONS: expect.stringContaining('--max-semi-space-size=2'),
  });
});
