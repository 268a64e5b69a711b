import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkKiosk, kioskParts } from '../../src/assembly/kiosk.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { TerminalConfig } from '../../src/config/schema.ts';
import { builtInLanguages } from '../../src/languages/language.ts';
import { sku } from '../../src/platform/ids.ts';
import { kioskSettings, tillConfig } from '../../src/showroom/till-config.ts';
import { products } from '../till/fakes/shop.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-kiosk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sockets = { shop: 1, keypad: 1, display: 1, printer: 1, scanner: 1, cardTerminal: 1 };

function configured(change: object): TerminalConfig {
  const file = join(folder, 'terminal.json');
  writeFileSync(file, JSON.stringify({ ...tillConfig(sockets, 'data', 'token'), ...kioskSettings, ...change }));
  return loadConfig({ file, env: {} });
}

it('takes the showroom’s kiosk, and no stall for one', () => {
  expect(() => checkKiosk(configured({}))).not.toThrow();
  expect(() => checkKiosk(configured({ till: {}, staff: {} }))).not.toThrow();
});

it('names what a kiosk lacks', () => {
  const { devices } = tillConfig(sockets, 'data', 'token');
  expect(() => checkKiosk(configured({ staff: {} }))).toThrow(/staff\.members/);
  expect(() => checkKiosk(configured({ devices: { ...devices, paymentTerminal: null, scanner: null } }))).toThrow(
    /devices\.paymentTerminal.*\n.*devices\.scanner/,
  );
});

it('knows by attribute or category what is not for everybody’s age', () => {
  const catalogue = {
    bySku: (wanted: string) => {
      const product = products.find((each) => each.sku === wanted);
      if (product === undefined) return undefined;
      const attributes = { adults: wanted === 'APPLE' ? '0' : wanted === 'COFFEE' ? '18' : '' };
      return { ...product, attributes, categoryIds: wanted === 'CHEESE' ? [42] : [] };
    },
  };
  const help = { helpCalled: () => undefined, helpEnded: () => undefined };
  const till = { profile: 'kiosk', kiosk: { ageAttribute: 'adults', agedCategories: [42] } };
  const parts = kioskParts(configured({ till }), builtInLanguages, catalogue, help);
  const item = (name: string) => ({
    sku: sku(name),
    variant: null,
    name,
    barcode: null,
    configurableOptions: [],
    bundleSelections: [],
    decimalQuantity: false,
  });
  expect(['APPLE', 'COFFEE', 'CHEESE', 'GONE'].map((name) => parts?.restricted(item(name)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(kioskParts(configured({ till: {} }), builtInLanguages, catalogue, help)).toBeUndefined();
});
