// Run by smoke-arm.sh under an emulated Node.js: everything native that a till loads, and its journal from end to end.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { SerialPort } from 'serialport';
import { loadConfig } from '../../dist/src/config/load.js';
import { provisionTerminal } from '../../dist/src/main.js';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-arm-'));

const store = new ClassicLevel(join(folder, 'store'));
await store.open();
for (let number = 0; number < 300; number += 1) await store.put(`key ${number}`, `value ${number}`, { sync: true });
assert.equal(await store.get('key 299'), 'value 299');
await store.close();
console.log('classic-level: 300 durable writes');

// The two ends of a line.
const [, , here, there] = process.argv;
const ports = [here, there].map((path) => new SerialPort({ path, baudRate: 9600, autoOpen: false }));
const [sender, receiver] = ports;
for (const port of ports)
  await new Promise((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
const heard = new Promise((resolve) => receiver.once('data', resolve));
sender.write('12.50');
assert.match(String(await heard), /^12/);
for (const port of ports) await new Promise((resolve) => port.close(resolve));
console.log('serialport: opened, written and read');

const configFile = join(folder, 'terminal.json');
const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
const magento = { baseUrl: 'http://127.0.0.1:9', sourceCode: 's', auth: { type: 'token', token: 't' }, address };
writeFileSync(configFile, JSON.stringify({ terminal: { id: 'K1' }, dataDir: 'data', magento }));
const config = loadConfig({ file: configFile, env: {} });
assert.equal(await provisionTerminal(config), 'begun');
assert.equal(await provisionTerminal(config), 'had-one');
console.log('holdfast: a journal was begun and read again');

for (const name of ['onoff', 'i2c-bus']) {
  try {
    createRequire(import.meta.url)(name);
    console.log(`${name}: loaded`);
  } catch (error) {
    // They have no ready-made parts: built on the machine itself, or done without (docs/hardware/gpio.md).
    console.log(
      `${name}: not built for this machine (${error instanceof Error ? error.message.split('\n')[0] : error})`,
    );
  }
}
rmSync(folder, { recursive: true });
process.exit(0);
