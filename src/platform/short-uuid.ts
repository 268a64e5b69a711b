/** A UUID in 22 characters of `A–Z a–z 0–9 - _`, for systems that take no longer names. */
export function shortUuid(uuid: string): string {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');
}

/** The UUIDv7 that was shortened; null for anything else. */
export function longUuid(short: string): string | null {
  if (!/^[\w-]{22}$/.test(short)) return null;
  const hex = Buffer.from(short, 'base64url').toString('hex');
  const [, ...parts] = /^(.{8})(.{4})(7.{3})([89ab].{3})(.{12})$/.exec(hex) ?? [];
  return parts.length === 5 ? parts.join('-') : null;
}
