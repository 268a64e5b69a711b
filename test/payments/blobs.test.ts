import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { BlobStore } from '../../src/payments/blobs/blob-store.ts';
import { seal, sealingKey, unseal } from '../../src/payments/blobs/sealing.ts';
import { MemoryDisk } from '../../src/platform/memory-disk.ts';
import { seededRandom } from '../journal/seeded-random.ts';
import { paymentId } from './sample-payments.ts';

const acquirer = generateKeyPairSync('x25519');
const pem = acquirer.publicKey.export({ format: 'pem', type: 'spki' }).toString();
const key = sealingKey(pem);
const track = Buffer.from(';4761739001010119=251210112345678900000?');
const other = '0190b0c0-0000-7000-8000-000000000002';

test('only the acquirer opens what was sealed, and only for its own payment', () => {
  const sealed = seal(track, paymentId, key);
  expect(Buffer.from(sealed).includes('4761739001010119')).toBe(false);
  expect(Buffer.from(unseal(sealed, paymentId, acquirer.privateKey))).toEqual(track);
  expect(() => unseal(sealed, other, acquirer.privateKey)).toThrow('not sealed for this key');
  expect(() => unseal(sealed, paymentId, generateKeyPairSync('x25519').privateKey)).toThrow('not sealed for this key');
});

test('a blob that was changed anywhere, or cut, is not opened', () => {
  const sealed = Buffer.from(seal(track, paymentId, key));
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => unseal(changed, paymentId, acquirer.privateKey)).toThrow('not sealed for this key');
    expect(() => unseal(sealed.subarray(0, at), paymentId, acquirer.privateKey)).toThrow('not sealed for this key');
  }
});

test('the same card twice gives two blobs that nobody can tell to be the same', () => {
  expect(seal(track, paymentId, key)).not.toEqual(seal(track, paymentId, key));
});

test('a key of another kind is refused with what to do', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'pem', type: 'spki' });
  for (const wrong of [rsa.toString(), 'no key', '']) expect(() => sealingKey(wrong)).toThrow('no X25519 public key');
});

test('kept blobs are durable, sealed and gone when they are removed', async () => {
  const disk = new MemoryDisk();
  const store = new BlobStore(disk.files('blobs'), key);
  await store.keep(paymentId, track);
  await store.keep(other, Buffer.from('first'));
  await store.keep(other, Buffer.from('second'));
  disk.cutPower(seededRandom(1));
  const again = new BlobStore(disk.files('blobs'), key);
  expect(await again.list()).toEqual([paymentId, other]);
  const sealed = await again.read(other);
  expect(Buffer.from(unseal(sealed ?? new Uint8Array(), other, acquirer.privateKey)).toString()).toBe('second');
  await again.remove(other);
  await again.remove(other);
  expect([await again.read(other), await again.list()]).toEqual([null, [paymentId]]);
  expect(disk.peek('blobs', `${paymentId}.sealed`)?.length).toBeGreaterThan(track.length);
});

test('without a key nothing is kept; too much and a strange name are refused', async () => {
  const files = new MemoryDisk().files('blobs');
  expect(new BlobStore(files, null).ready).toBe(false);
  await expect(new BlobStore(files, null).keep(paymentId, track)).rejects.toThrow('No key is configured');
  await expect(new BlobStore(files, key).keep(paymentId, new Uint8Array(70_000))).rejects.toThrow('70000 bytes');
  await expect(new BlobStore(files, key).keep('../x', track)).rejects.toThrow('Not the id');
});
