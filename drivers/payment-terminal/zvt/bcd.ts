/** Packed decimal digits, two a byte, as ZVT writes numbers. */

/** The digits of `value`, with leading zeros, in `length` bytes. */
export function encodeBcd(value: number, length: number): Uint8Array {
  const digits = String(value).padStart(length * 2, '0');
  if (!Number.isSafeInteger(value) || value < 0 || digits.length > length * 2) {
    throw new RangeError(`${value} does not fit into ${length} bytes`);
  }
  return Uint8Array.from({ length }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}

/** The number in `bytes`; null when a half byte is no digit. */
export function decodeBcd(bytes: Uint8Array): number | null {
  const digits = hexDigits(bytes);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
}

/** As written: `28 00 48 69` → `28004869`. */
export const hexDigits = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
