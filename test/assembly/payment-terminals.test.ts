import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createPaymentTerminal } from '../../src/assembly/payment-terminals.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type PaymentTerminalConfig, paymentTerminal } from '../../src/config/payment-terminal-schema.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { systemRandom } from '../../src/platform/system-random.ts';
import { FakePlace } from '../drivers/fake-place.ts';
import { ManualClock } from '../tools/manual-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-terminals-'));
afterAll(() => rmSync(folder, { recursive: true }));

const adyen = {
  driver: 'adyen',
  host: '192.168.1.30',
  poiId: 'V400m-123456789',
  key: { identifier: 'till', version: 1, passphraseFile: 'adyen-passphrase' },
  certificateAuthorityFile: 'adyen-root.pem',
};

function create(config: PaymentTerminalConfig | null) {
  return createPaymentTerminal(config, {
    name: 'card terminal',
    clock: new ManualClock(),
    random: systemRandom,
    log: silentLogger,
    opener: () => new FakePlace(),
    terminalId: 'K1',
    currency: 'EUR',
    columns: 42,
    files: new MemoryDisk().files('data'),
  });
}

describe('the card terminal that the configuration names', () => {
  it('is an Adyen terminal with its secret in a file, found beside the configuration', () => {
    writeFileSync(join(folder, 'adyen-passphrase'), 'a passphrase\n');
    writeFileSync(join(folder, 'adyen-root.pem'), '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n');
    const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
    const magento = { baseUrl: 'http://x.example', sourceCode: 's', auth: { type: 'token', token: 't' }, address };
    const file = join(folder, 'terminal.json');
    writeFileSync(
      file,
      JSON.stringify({ terminal: { id: 'K1' }, dataDir: 'data', magento, devices: { paymentTerminal: adyen } }),
    );
    const config = loadConfig({ file, env: {} }).devices.paymentTerminal;
    expect(config).toMatchObject({
      port: 8443,
      key: { passphraseFile: join(folder, 'adyen-passphrase') },
      certificateAuthorityFile: join(folder, 'adyen-root.pem'),
    });
    expect(create(config)?.health()).toMatchObject({ driver: 'adyen', kind: 'payment-terminal' });
  });

  it('is a ZVT terminal, as it leaves the factory unless said otherwise', () => {
    const serial = paymentTerminal.parse({ driver: 'zvt', link: { type: 'serial', path: '/dev/ttyACM0' } });
    expect(serial).toMatchObject({ link: { baudRate: 9600, dataBits: 8, stopBits: 2, parity: 'none' } });
    const network = paymentTerminal.parse({ driver: 'zvt', link: { type: 'tcp', host: '192.168.1.30' } });
    expect(network).toMatchObject({ link: { port: 20_007 }, password: '000000', printsOn: 'terminal' });
    expect(create(network)?.health()).toMatchObject({ driver: 'zvt', kind: 'payment-terminal' });
    expect(paymentTerminal.safeParse({ ...network, password: '1234' }).error?.issues[0]?.message).toBe('six digits');
    expect(paymentTerminal.safeParse({ driver: 'zvt', link: { type: 'file', path: '/dev/x' } }).success).toBe(false);
  });

  it('is a Square terminal with its token in a file', () => {
    const accessTokenFile = join(folder, 'square-token');
    writeFileSync(accessTokenFile, 'token\n');
    const config = paymentTerminal.parse({ driver: 'square', deviceId: 'D1', locationId: 'L1', accessTokenFile });
    expect(create(config)?.health()).toMatchObject({ driver: 'square' });
    expect(() => create(paymentTerminal.parse({ ...config, accessTokenFile: '/nowhere' }))).toThrowError(
      /access token/,
    );
  });

  it('is what Worldpay’s IPC drives, on its two usual ports', () => {
    const config = paymentTerminal.parse({ driver: 'worldpay' });
    expect(config).toEqual({ driver: 'worldpay', host: '127.0.0.1', requestPort: 10_000, messagePort: 8_000 });
    expect(create(config)?.health()).toMatchObject({ driver: 'worldpay' });
  });

  it('is refused in words when a file is missing or a number can’t be right', () => {
    const config = paymentTerminal.parse({ ...adyen, certificateAuthorityFile: join(folder, 'nowhere.pem') });
    expect(() => create(config)).toThrowError(/passphraseFile: can't read the passphrase/);
    expect(paymentTerminal.safeParse({ ...adyen, poiId: 'V400m' }).error?.issues[0]?.message).toContain(
      'serial number',
    );
    expect(create(null)).toBeNull();
  });
});
