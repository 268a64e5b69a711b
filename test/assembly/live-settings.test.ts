import { expect, it } from 'vitest';
import { isLive, LiveSettings, liveKeys, liveRetryPolicy } from '../../src/assembly/live-settings.ts';
import { createReceipts } from '../../src/assembly/receipts.ts';
import { settingRule, valueAt } from '../../src/config/fleet-settings.ts';
import { terminalConfigSchema } from '../../src/config/schema.ts';
import { english } from '../../src/languages/language.ts';
import { type Logger, levelled } from '../../src/platform/log.ts';
import { completed, defaultRetryPolicy } from '../../src/sync/retry-policy.ts';
import { basket } from '../receipts/sales.ts';

const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
const configWith = (changes: object) =>
  terminalConfigSchema.parse({
    terminal: { id: 'K1' },
    dataDir: '/nowhere',
    magento: { baseUrl: 'http://127.0.0.1:9', sourceCode: 's', auth: { type: 'token', token: 't' }, address },
    ...changes,
  });

it('settings that count at once are settings of the fleet, and read anew at every use', () => {
  const live = new LiveSettings(configWith({}));
  for (const key of liveKeys) expect(settingRule(key), key).toMatchObject({ device: false, secret: false });
  expect(isLive('till.cashier')).toBe(false);
  const policy = completed(liveRetryPolicy(live));
  expect(policy).toMatchObject({ retryEvery: 60_000, longest: defaultRetryPolicy.longest });
  const changed = configWith({
    sync: { retryEvery: 5_000, probeEvery: 20_000, jitter: 0, overlap: 8 },
    log: { level: 'debug', folder: '/elsewhere' },
    receipt: { header: ['Ada’s'], footer: ['Bye'], taxNumber: 'DE1' },
  });
  live.apply(changed);
  expect([policy.retryEvery, policy.probeEvery, policy.jitter]).toEqual([5_000, 5_000, 0]);
  for (const key of liveKeys) expect(live.valueOf(key)).toEqual(valueAt(changed, key));
  // What can't count at once stays as it was.
  expect([live.sync.overlap, live.log.folder, live.receipt.taxNumber]).toEqual([1, '', '']);
});

it('a receipt has the lines that the fleet wants at that moment', () => {
  const config = configWith({ receipt: { footer: ['Thank you'] } });
  const live = new LiveSettings(config);
  const receipts = createReceipts(
    config,
    [english],
    null,
    () => true,
    () => live.receipt,
  );
  const paper = (): string => Buffer.from(receipts.sale(basket(), { copy: false }).bytes).toString('latin1');
  expect(paper()).toContain('Thank you');
  live.apply(configWith({ receipt: { header: ['New name'], footer: ['Bye'] } }));
  expect(paper()).toContain('New name');
  expect(paper()).toContain('Bye');
  expect(paper()).not.toContain('Thank you');
});

it('a log follows its level, in the loggers that were made before as well', () => {
  const said: string[] = [];
  const base: Logger = {
    debug: (_, words) => said.push(words),
    info: (_, words) => said.push(words),
    warn: (_, words) => said.push(words),
    error: (_, words) => said.push(words),
    child: () => base,
  };
  let level: 'debug' | 'warn' = 'warn';
  const child = levelled(base, () => level).child({ room: 'sync' });
  const sayAll = (): void => {
    for (const of of ['debug', 'info', 'warn', 'error'] as const) child[of]({}, of);
  };
  sayAll();
  expect(said.splice(0)).toEqual(['warn', 'error']);
  level = 'debug';
  sayAll();
  expect(said).toEqual(['debug', 'info', 'warn', 'error']);
});
