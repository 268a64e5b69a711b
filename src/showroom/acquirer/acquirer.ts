import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { codeOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import { AcquirerBooks, type AcquirerState } from './books.ts';
import { startAcquirerServer } from './server.ts';
import { settlementReport } from './settlement-report.ts';

/** The showroom's acquirer: its books, its door on loopback, and what it keeps in a folder. */
export interface SimulatedAcquirer {
  readonly books: AcquirerBooks;
  readonly port: number;
  /** The public key that tills seal card data to (PEM). */
  readonly sealingKeyFile: string;
  /** So many answers are lost after the work was done. */
  loseReplies(count: number): void;
  /** Pays what was approved and writes the report of it; null: there is nothing to pay. */
  settle(): Promise<string | null>;
  close(): Promise<void>;
}

export interface SimulatedAcquirerOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Logger;
  onChange(): void;
}

/** Opens it; a second one in the same folder goes on from the first. */
export async function openAcquirer({
  dir,
  clock,
  log,
  onChange,
}: SimulatedAcquirerOptions): Promise<SimulatedAcquirer> {
  await mkdir(dir, { recursive: true });
  const key = await privateKeyIn(dir);
  const stateFile = join(dir, 'payments.json');
  let saving: Promise<void> = Promise.resolve();
  const books = new AcquirerBooks(clock, () => {
    const state = JSON.stringify(books.state());
    saving = saving.then(() => replace(stateFile, state)).catch((error: unknown) => log.error({ error }, 'not saved'));
    onChange();
  });
  const saved = await readIfThere(stateFile);
  // Written by this release's `books.state()`; the showroom's own folder.
  if (saved !== null) books.restore(JSON.parse(saved) as AcquirerState);
  const server = await startAcquirerServer({ books, privateKey: key, port: 0, log });
  return {
    books,
    port: server.port,
    sealingKeyFile: publicKeyFile(dir),
    loseReplies(count) {
      server.dropReplies = count;
    },
    async settle() {
      const settled = books.settle();
      if (settled === null) return null;
      const { batch, payments } = settled;
      const file = join(dir, `settlement_detail_report_batch_${batch}.csv`);
      await writeFile(file, settlementReport(payments, batch, new Date(clock.now())));
      return file;
    },
    async close() {
      await server.close();
      await saving;
    },
  };
}

const publicKeyFile = (dir: string): string => join(dir, 'sealing-key.pem');

async function privateKeyIn(dir: string): Promise<KeyObject> {
  const file = join(dir, 'private-key.pem');
  const there = await readIfThere(file);
  if (there !== null) return createPrivateKey(there);
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  await writeFile(publicKeyFile(dir), publicKey.export({ format: 'pem', type: 'spki' }));
  await writeFile(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  return privateKey;
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
