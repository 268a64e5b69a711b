import { tlvLength } from './fields.ts';

/** One object of a TLV container (PA00P015, 9.3). */
export interface TlvObject {
  /** e.g. `0x07`, `0x1f12`. */
  readonly tag: number;
  readonly value: Uint8Array;
  /** What a constructed object holds; empty for a primitive one. */
  readonly children: readonly TlvObject[];
}

/** Magnetic tracks and a card number for matching: never kept. */
const cardData: ReadonlySet<number> = new Set([0x1f08, 0x1f09, 0x1f0a, 0x1f1a]);

/** Deeper than any container of the specification. */
const deepest = 8;

/** The objects of a container, without card data; null when one is cut short. */
export function readTlv(bytes: Uint8Array, depth = 0): readonly TlvObject[] | null {
  if (depth > deepest) return null;
  const objects: TlvObject[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = readTag(bytes.subarray(at));
    if (tag === null) return null;
    const extent = tlvLength(bytes.subarray(at + tag.header));
    if (extent === null) return null;
    const from = at + tag.header + extent.header;
    const to = from + extent.length;
    if (to > bytes.length) return null;
    const value = bytes.slice(from, to);
    const children = tag.constructed ? readTlv(value, depth + 1) : [];
    if (children === null) return null;
    if (!cardData.has(tag.tag)) objects.push({ tag: tag.tag, value, children });
    at = to;
  }
  return objects;
}

/** The first object behind these tags, each inside the one before. */
export function tlvAt(objects: readonly TlvObject[], ...[tag, ...rest]: readonly number[]): TlvObject | undefined {
  const found = objects.find((object) => object.tag === tag);
  return found === undefined || rest.length === 0 ? found : tlvAt(found.children, ...rest);
}

/** All objects of this tag, in their order, also those inside others. */
export function tlvAll(objects: readonly TlvObject[], tag: number): readonly TlvObject[] {
  return objects.flatMap((object) => (object.tag === tag ? [object] : tlvAll(object.children, tag)));
}

export function encodeTlv(tag: number, value: Iterable<number>): Uint8Array {
  const bytes = [...value];
  const length =
    bytes.length < 0x80
      ? [bytes.length]
      : bytes.length < 0x100
        ? [0x81, bytes.length]
        : [0x82, bytes.length >>> 8, bytes.length & 0xff];
  return Uint8Array.from([...(tag > 0xff ? [tag >>> 8, tag & 0xff] : [tag]), ...length, ...bytes]);
}

/** Every tag that the specification defines has one byte, or two when the five lower bits of the first are all set. */
function readTag(bytes: Uint8Array): { tag: number; header: number; constructed: boolean } | null {
  const [first, second] = bytes;
  if (first === undefined) return null;
  const constructed = (first & 0x20) !== 0;
  if ((first & 0x1f) !== 0x1f) return { tag: first, header: 1, constructed };
  return second === undefined ? null : { tag: (first << 8) | second, header: 2, constructed };
}
