import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeSettings, withoutSecrets } from '../../src/config/describe.ts';
import { fleetLayerSchema, fleetSettingsFile } from '../../src/config/fleet-layer.ts';
import { judgeSettings, refuseSetting, settingRule } from '../../src/config/fleet-settings.ts';
import { loadConfig } from '../../src/config/load.ts';
import { terminalConfigSchema } from '../../src/config/schema.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { openStateFile } from '../../src/platform/state-file.ts';
import { SystemDurableFiles } from '../../src/platform/system-durable-files.ts';

const address = { street: 'Markt 1', city: 'Ulm', postcode: '89073', countryId: 'DE', email: 'till@shop.example' };
const own = {
  terminal: { id: 'K1' },
  dataDir: 'data',
  fleet: { broker: 'mqtt://127.0.0.1:1883', name: 'acme' },
  magento: {
    baseUrl: 'https://shop.example',
    sourceCode: 'market',
    auth: { type: 'token', token: 'secret' },
    address,
  },
};

describe('settings from a fleet', () => {
  it('know what belongs to the device and what is secret', () => {
    for (const key of [
      'dataDir',
      'terminal.id',
      'journal',
      'journal.tapeDir',
      'devices',
      'devices.printer',
      'fleet',
      'log.folder',
    ]) {
      expect(settingRule(key)?.device, key).toBe(true);
    }
    for (const key of ['journal.retentionDays', 'log.level', 'receipt', 'magento.baseUrl']) {
      expect(settingRule(key)?.device, key).toBe(false);
    }
    expect(settingRule('magento.auth')?.secret).toBe(true);
    expect(settingRule('receipt')?.secret).toBe(false);
    expect(settingRule('no.such.thing')).toBeNull();
    // The same in the documentation.
    const described = describeSettings().filter(({ device }) => device);
    expect(described.map(({ key }) => key)).toContain('devices.printer.link.path');
  });

  it('never show what the schema marks as secret, wherever it stands', () => {
    const claim = { username: 'batch-spring', password: 'the-batch' };
    const members = [{ name: 'Ann', badge: 'the-badge' }];
    const link = { type: 'tcp', host: '127.0.0.1', port: 20_007 };
    const paymentTerminal = { driver: 'zvt', link, password: '246813' };
    const config = terminalConfigSchema.parse({
      ...own,
      fleet: { ...own.fleet, claim },
      staff: { members },
      devices: { paymentTerminal },
    });
    const shown = JSON.stringify(withoutSecrets(config));
    for (const secret of ['the-batch', 'the-badge', '246813', '"token":"secret"']) expect(shown).not.toContain(secret);
    expect(shown).toContain('batch-spring');
  });

  it('are refused in plain words', () => {
    expect(refuseSetting('dataDir', '/elsewhere')).toContain('belongs to the device');
    expect(refuseSetting('sync.overlap', 99)).toMatch(/8/);
    expect(refuseSetting('sync.overlaps', 2)).toBe('there is no such setting');
    expect(refuseSetting('sync.overlap', 2)).toBeNull();
    expect(refuseSetting('receipt.header', ['Acme', 'Ulm'])).toBeNull();
  });

  it('never make a configuration wrong: what breaks a rule together is rejected by name', () => {
    const values = { 'quota.limit': 30_000_000, 'log.level': 'debug', 'sync.overlap': 0, 'till.cashier': 'Ann' };
    const { accepted, rejected } = judgeSettings(own, values, { HOLDFAST_TILL__CASHIER: 'Bob' });
    expect(accepted).toEqual({ 'log.level': 'debug' });
    expect(rejected['quota.limit']).toContain('smaller than');
    expect(rejected['sync.overlap']).toMatch(/1/);
    expect(rejected['till.cashier']).toContain('HOLDFAST_TILL__CASHIER');
  });

  it('lie over the terminal’s own file when it starts, and under its variables', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-fleet-'));
    const file = join(folder, 'terminal.json');
    const { terminal: _, ...unnumbered } = own;
    writeFileSync(file, JSON.stringify(unnumbered));
    expect(() => loadConfig({ file, env: {} })).toThrow(/terminal/);
    const fallback = { version: 1 as const, terminal: 'K7', desiredVersion: 0, wanted: {} };
    const files = new SystemDurableFiles(join(folder, 'data'));
    const state = await openStateFile(files, fleetSettingsFile, fleetLayerSchema, fallback, silentLogger);
    const wanted = { 'log.level': 'debug', 'till.cashier': 'Ann', 'sync.overlap': 99 };
    await state.save({ ...fallback, wanted });
    const config = loadConfig({ file, env: { HOLDFAST_TILL__CASHIER: 'Bob' } });
    expect(config.terminal.id).toBe('K7');
    expect(config.log.level).toBe('debug');
    expect(config.till.cashier).toBe('Bob');
    expect(config.sync.overlap).toBe(1);
  });
});
