import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Costs about a tenth of a second on a small terminal: enough for four digits with a lock-out, and nobody waits for it. */
const cost = { N: 16_384, r: 8, p: 1 } as const;
const keyLength = 32;

function derived(
  pin: string,
  salt: Buffer,
  length: number,
  parameters: { N: number; r: number; p: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, length, { ...parameters, maxmem: 256 * 1024 * 1024 }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** `scrypt:N:r:p:salt:key`, salt and key in base64url. */
export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derived(pin, salt, keyLength, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join(':');
}

export const pinHashShape = /^scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2}):([\w-]{16,}):([\w-]{22,})$/;

/** Whether the PIN is the hash's. False also for what is no hash. */
export async function pinMatches(pin: string, hash: string): Promise<boolean> {
  const match = pinHashShape.exec(hash);
  if (match === null) return false;
  const [, N, r, p, salt = '', key = ''] = match;
  const expected = Buffer.from(key, 'base64url');
  try {
    const found = await derived(pin, Buffer.from(salt, 'base64url'), expected.length, {
      N: Number(N),
      r: Number(r),
      p: Number(p),
    });
    return timingSafeEqual(found, expected);
  } catch {
    return false;
  }
}
