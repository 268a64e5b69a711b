import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeSettings, withoutSecrets } from '../../src/config/describe.ts';
import { loadConfig } from '../../src/config/load.ts';
import { variableName } from '../../src/config/variable-name.ts';
import { isHoldfastError } from '../../src/platform/errors.ts';

const minimal = {
  terminal: { id: 'K1' },
  dataDir: 'data',
  magento: {
    baseUrl: 'http://127.0.0.1:8080',
    sourceCode: 'store-berlin',
    auth: { type: 'token', token: 'very-secret-token' },
    address: { street: 'Ladenstr. 1', city: 'Berlin', postcode: '10115', countryId: 'DE', email: 'till@example.com' },
  },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function load(content: unknown, env: Record<string, string> = {}) {
  const file = join(folder, 'terminal.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadConfig({ file, env });
}

function messageFrom(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    if (isHoldfastError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('loadConfig', () => {
  it('fills in what the file leaves out, and makes paths absolute beside the file', () => {
    const config = load(minimal);
    expect(config.dataDir).toBe(join(folder, 'data'));
    expect(config.journal.tapeDir).toBe(join(folder, 'data', 'tape'));
    expect(config.sync.retryEvery).toBe(60_000);
    expect(config.magento.paymentMethods.cash).toBe('cashondelivery');
  });

  it('lets a variable win over the file', () => {
    const config = load(minimal, {
      HOLDFAST_MAGENTO__BASE_URL: 'https://shop.example',
      HOLDFAST_SYNC__RETRY_EVERY: '5000',
      HOLDFAST_DATA_DIR: '/var/lib/holdfast',
      UNRELATED__THING: 'x',
    });
    expect(config.magento.baseUrl).toBe('https://shop.example');
    expect(config.sync.retryEvery).toBe(5000);
    expect(config.dataDir).toBe('/var/lib/holdfast');
  });

  it('names each wrong key, what was expected, and the variable that could set it', () => {
    const message = messageFrom(() =>
      load({ ...minimal, terminal: { id: 'k 1' }, sync: { retryEvery: 'soon' }, dispaly: {} }),
    );
    expect(message).toContain('config.invalid');
    expect(message).toContain('terminal.id: 1 to 12 of A–Z, 0–9 and "-"');
    expect(message).toContain('HOLDFAST_SYNC__RETRY_EVERY');
    expect(message).toContain('dispaly: there is no such setting');
    expect(message).toContain('3 mistakes');
  });

  it('says so when the file is missing or not JSON', () => {
    expect(messageFrom(() => loadConfig({ file: join(folder, 'none.json'), env: {} }))).toContain(
      'there is no such file',
    );
    expect(messageFrom(() => load('{"terminal": '))).toContain('is not JSON');
  });

  it('never repeats a secret in an error', () => {
    const message = messageFrom(() => load({ ...minimal, magento: { ...minimal.magento, baseUrl: 'nonsense' } }));
    expect(message).not.toContain('very-secret-token');
  });
});

describe('describeSettings', () => {
  it('documents every setting with its type and variable', () => {
    const settings = describeSettings();
    const retry = settings.find((setting) => setting.key === 'sync.retryEvery');
    expect(retry).toMatchObject({ type: 'integer', fallback: '60000', variable: 'HOLDFAST_SYNC__RETRY_EVERY' });
    expect(settings.find((setting) => setting.key === 'magento.auth.token')?.secret).toBe(true);
    expect(new Set(settings.map((setting) => setting.key)).size).toBe(settings.length);
  });

  it('hides secrets of a configuration that is shown', () => {
    expect(JSON.stringify(withoutSecrets(load(minimal)))).not.toContain('very-secret-token');
    const link = { type: 'tcp', host: '192.168.1.30' };
    const members = [{ name: 'Ada', supervisor: true, pinHash: null, badge: 'very-secret-badge' }];
    const full = load({
      ...minimal,
      magento: { ...minimal.magento, auth: { type: 'admin', username: 'till', password: 'very-secret' } },
      devices: { paymentTerminal: { driver: 'zvt', link, password: '471100' } },
      staff: { members },
    });
    const shown = withoutSecrets(full);
    expect(JSON.stringify(shown)).not.toMatch(/very-secret|471100/);
    expect(shown).toMatchObject({
      magento: { auth: { username: 'till', password: '(secret)' } },
      devices: {
        paymentTerminal: { driver: 'zvt', password: '(secret)', link: { host: '192.168.1.30', port: 20_007 } },
      },
      staff: { members: [{ name: 'Ada', pinHash: null, badge: '(secret)' }] },
    });
  });

  it('names variables the way they are read back', () => {
    expect(variableName(['magento', 'baseUrl'])).toBe('HOLDFAST_MAGENTO__BASE_URL');
  });
});
