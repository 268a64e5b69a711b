import { createHash, scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../src/platform/random.ts';

/** A password that nobody types: 256 random bits. */
export const makePassword = (random: Random): string => Buffer.from(random.bytes(32)).toString('base64url');

/** For passwords that were drawn at random, where guessing is hopeless and devices sign in often: `sha256$salt$hash`. */
export function hashDrawn(password: string, random: Random): string {
  const salt = Buffer.from(random.bytes(12)).toString('base64url');
  return `sha256$${salt}$${drawnHash(password, salt)}`;
}

export function isDrawn(password: string, stored: string): boolean {
  const [kind, salt = '', hash = ''] = stored.split('$');
  return kind === 'sha256' && equal(hash, drawnHash(password, salt));
}

const drawnHash = (password: string, salt: string): string =>
  createHash('sha256').update(`${salt}$${password}`).digest('base64url');

/** What finds a session or a token without keeping it. */
export const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** scrypt's cost: 32 MiB and about 0.1 s on a small server (RFC 7914 §2; OWASP asks for N ≥ 2^15 with r = 8, p = 3, or 2^17). */
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

/** For passwords that people choose: `scrypt$salt$hash`. */
export async function hashChosen(password: string, random: Random): Promise<string> {
  const salt = Buffer.from(random.bytes(16)).toString('base64url');
  return `scrypt$${salt}$${await chosenHash(password, salt)}`;
}

export async function isChosen(password: string, stored: string): Promise<boolean> {
  const [kind, salt = '', hash = ''] = stored.split('$');
  return kind === 'scrypt' && equal(hash, await chosenHash(password, salt));
}

function chosenHash(password: string, salt: string): Promise<string> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, 32, cost, (error, key) => {
      if (error === null) resolve(key.toString('base64url'));
      else reject(error);
    });
  });
}

function equal(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
