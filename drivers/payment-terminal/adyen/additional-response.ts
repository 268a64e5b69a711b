/**
 * `Response.AdditionalResponse` of Adyen's Terminal API: `name=value` pairs, url-encoded, or the same as JSON in Base64,
 * whichever the terminal is set to. Of the JSON form the part named `additionalData` counts. Empty for anything else.
 */
export function readAdditionalResponse(text: string): ReadonlyMap<string, string> {
  const json = readBase64Json(text.trim());
  if (json !== null) return json;
  const pairs = new Map<string, string>();
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=');
    if (at > 0) pairs.set(pair.slice(0, at), decoded(pair.slice(at + 1)));
  }
  return pairs;
}

function readBase64Json(text: string): ReadonlyMap<string, string> | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const inner = value['additionalData'];
  return new Map([...entriesOf(value), ...(isRecord(inner) ? entriesOf(inner) : [])]);
}

const entriesOf = (record: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] =>
  Object.entries(record).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
