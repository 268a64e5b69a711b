/**
 * QR codes as a printer's firmware makes them, for the virtual printer: model 2, level M, bytes (UTF-8), versions 1 to 13, which is
 * as much as a till roll holds. Source: ISO/IEC 18004:2015; section and table numbers below are of it.
 */
export interface QrCode {
  /** Modules a side, without the quiet zone. */
  readonly side: number;
  /** Row by row; true is dark. */
  readonly modules: readonly (readonly boolean[])[];
}

/** Table 9 for level M, version 1, 2, …: all codewords, blocks, and those of each block that correct errors. */
const versions: readonly { readonly total: number; readonly blocks: number; readonly check: number }[] = [
  { total: 26, blocks: 1, check: 10 },
  { total: 44, blocks: 1, check: 16 },
  { total: 70, blocks: 1, check: 26 },
  { total: 100, blocks: 2, check: 18 },
  { total: 134, blocks: 2, check: 24 },
  { total: 172, blocks: 4, check: 16 },
  { total: 196, blocks: 4, check: 18 },
  { total: 242, blocks: 4, check: 22 },
  { total: 292, blocks: 5, check: 22 },
  { total: 346, blocks: 5, check: 26 },
  { total: 404, blocks: 5, check: 30 },
  { total: 466, blocks: 8, check: 22 },
  { total: 532, blocks: 9, check: 22 },
];

/** The code for a text; null when it is too long for version 13. */
export function qrCode(text: string): QrCode | null {
  const data = new TextEncoder().encode(text);
  const index = versions.findIndex((_, at) => data.length <= capacity(at + 1));
  if (index < 0) return null;
  const version = index + 1;
  const codewords = interleaved(dataCodewords(data, version), version);
  const candidates = masks.map((_, mask) => draw(version, codewords, mask));
  const best = candidates.reduce((least, each) => (penalty(each) < penalty(least) ? each : least));
  return { side: best.length, modules: best };
}

const lengthBits = (version: number): number => (version < 10 ? 8 : 16);

function dataCount(version: number): number {
  const { total = 0, blocks = 0, check = 0 } = versions[version - 1] ?? {};
  return total - blocks * check;
}

const capacity = (version: number): number => Math.floor((8 * dataCount(version) - 4 - lengthBits(version)) / 8);

/** 7.4: mode, length, data, terminator, and the two pad bytes in turn. */
function dataCodewords(data: Uint8Array, version: number): Uint8Array {
  const bits: number[] = [];
  const push = (value: number, count: number): void => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  push(0b0100, 4);
  push(data.length, lengthBits(version));
  for (const byte of data) push(byte, 8);
  const room = 8 * dataCount(version);
  push(0, Math.min(4, room - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < room; pad = pad === 0xec ? 0x11 : 0xec) push(pad, 8);
  return Uint8Array.from({ length: bits.length / 8 }, (_, at) =>
    bits.slice(8 * at, 8 * at + 8).reduce((byte, bit) => (byte << 1) | bit, 0),
  );
}

/** 7.6: blocks, the shorter ones first, first all data and then all check codewords, one of each block in turn. */
function interleaved(data: Uint8Array, version: number): number[] {
  const { blocks = 1, check = 0 } = versions[version - 1] ?? {};
  const short = Math.floor(data.length / blocks);
  const longFrom = blocks - (data.length % blocks);
  let at = 0;
  const parts = Array.from({ length: blocks }, (_, block) => {
    const length = short + (block >= longFrom ? 1 : 0);
    at += length;
    return data.slice(at - length, at);
  });
  const checks = parts.map((part) => checkCodewords(part, check));
  return [...inTurn(parts), ...inTurn(checks)];
}

function inTurn(parts: readonly Uint8Array[]): number[] {
  const longest = Math.max(...parts.map((part) => part.length));
  return Array.from({ length: longest }, (_, at) => parts.flatMap((part) => part[at] ?? [])).flat();
}

/** 7.5 and annex A: Reed–Solomon over GF(256) with the polynomial x⁸+x⁴+x³+x²+1. */
export function checkCodewords(data: Uint8Array, count: number): Uint8Array {
  const generator = generatorPolynomial(count);
  const rest = new Uint8Array(data.length + count);
  rest.set(data);
  for (let at = 0; at < data.length; at += 1) {
    const lead = rest[at] ?? 0;
    generator.forEach((coefficient, offset) => {
      rest[at + offset] = (rest[at + offset] ?? 0) ^ multiply(coefficient, lead);
    });
  }
  return rest.slice(data.length);
}

/** (x−α⁰)(x−α¹)…, highest power first. */
function generatorPolynomial(degree: number): number[] {
  let polynomial = [1];
  let root = 1;
  for (let power = 0; power < degree; power += 1) {
    const shifted = [...polynomial, 0];
    polynomial = shifted.map((value, at) => value ^ multiply(polynomial[at - 1] ?? 0, root));
    root = multiply(root, 2);
  }
  return polynomial;
}

function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((b >> bit) & 1) * a;
  }
  return product;
}

/** Table 10: where data modules change colour; `y` is the row. */
const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function draw(version: number, codewords: readonly number[], mask: number): boolean[][] {
  const side = 17 + 4 * version;
  const modules = Array.from({ length: side }, () => new Array<boolean>(side).fill(false));
  const fixed = Array.from({ length: side }, () => new Array<boolean>(side).fill(false));
  const set = (x: number, y: number, dark: boolean): void => {
    const [row, fixedRow] = [modules[y], fixed[y]];
    if (row === undefined || fixedRow === undefined || x < 0 || x >= side) return;
    row[x] = dark;
    fixedRow[x] = true;
  };
  drawPatterns(version, side, set);
  drawBits(formatBits(mask), formatPlaces(side), set);
  // The module beside the lower left finder is always dark (7.9.1).
  set(8, side - 8, true);
  if (version >= 7) drawBits(versionBits(version), versionPlaces(side), set);
  drawData(codewords, side, (x, y, dark) => {
    if (fixed[y]?.[x] === true) return false;
    const row = modules[y];
    if (row !== undefined) row[x] = dark !== masks[mask]?.(x, y);
    return true;
  });
  return modules;
}

type SetModule = (x: number, y: number, dark: boolean) => void;

/** 6.3: finders with their separators, timing, alignment. */
function drawPatterns(version: number, side: number, set: SetModule): void {
  for (let at = 8; at < side - 8; at += 1) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  const square = (centerX: number, centerY: number, radius: number, isDark: (ring: number) => boolean): void => {
    for (let dy = -radius; dy <= radius; dy += 1) {
      for (let dx = -radius; dx <= radius; dx += 1) {
        set(centerX + dx, centerY + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
      }
    }
  };
  const centers = alignmentCenters(version, side);
  for (const x of centers) {
    for (const y of centers) {
      const underFinder = (x === 6 && y === 6) || (x === 6 && y === side - 7) || (x === side - 7 && y === 6);
      if (!underFinder) square(x, y, 2, (ring) => ring !== 1);
    }
  }
  for (const [x, y] of [
    [3, 3],
    [side - 4, 3],
    [3, side - 4],
  ] as const)
    square(x, y, 4, (ring) => ring !== 2 && ring !== 4);
}

/** Annex E, which is regular up to version 13: two centres, from version 7 on three at equal distances. */
function alignmentCenters(version: number, side: number): number[] {
  if (version === 1) return [];
  return version < 7 ? [6, side - 7] : [6, (side - 1) / 2, side - 7];
}

/** 7.9: level M is 00; BCH(15,5), then the fixed mask. */
export function formatBits(mask: number): number[] {
  return toBits(((mask << 10) | remainder(mask << 10, 0b10100110111)) ^ 0b101010000010010, 15);
}

/** 7.10: BCH(18,6). */
export function versionBits(version: number): number[] {
  return toBits((version << 12) | remainder(version << 12, 0b1111100100101), 18);
}

function remainder(value: number, divisor: number): number {
  const degree = (number: number): number => 31 - Math.clz32(number);
  let rest = value;
  while (rest !== 0 && degree(rest) >= degree(divisor)) rest ^= divisor << (degree(rest) - degree(divisor));
  return rest;
}

/** Highest first. */
const toBits = (value: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => (value >> (count - 1 - at)) & 1);

type Place = readonly [x: number, y: number];

/** Figure 25: both places of each format bit, highest bit first. */
function formatPlaces(side: number): Place[][] {
  return Array.from({ length: 15 }, (_, at): Place[] => {
    const beside: Place = at < 6 ? [at, 8] : at < 8 ? [at + 1, 8] : at === 8 ? [8, 7] : [8, 14 - at];
    return [beside, at < 7 ? [8, side - 1 - at] : [side - 15 + at, 8]];
  });
}

/** Figures 27 and 28: highest bit first. */
function versionPlaces(side: number): Place[][] {
  return Array.from({ length: 18 }, (_, at): Place[] => {
    const bit = 17 - at;
    const [along, across] = [Math.floor(bit / 3), side - 11 + (bit % 3)];
    return [
      [along, across],
      [across, along],
    ];
  });
}

function drawBits(bits: readonly number[], places: readonly (readonly Place[])[], set: SetModule): void {
  bits.forEach((bit, at) => {
    for (const [x, y] of places[at] ?? []) set(x, y, bit === 1);
  });
}

/** 7.7.3: two columns at a time from the right, up and down in turn, leaving out the timing column. */
function drawData(
  codewords: readonly number[],
  side: number,
  put: (x: number, y: number, dark: boolean) => boolean,
): void {
  let bit = 0;
  const next = (): boolean => (((codewords[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
  let upwards = true;
  for (let right = side - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1;
    for (let step = 0; step < side; step += 1) {
      const y = upwards ? side - 1 - step : step;
      if (put(right, y, next())) bit += 1;
      if (put(right - 1, y, next())) bit += 1;
    }
    upwards = !upwards;
  }
}

/** 7.8.3: long runs, squares, look-alikes of finders, and an uneven share of dark modules. */
function penalty(modules: readonly (readonly boolean[])[]): number {
  const side = modules.length;
  const columns = modules.map((_, x) => modules.map((row) => row[x] === true));
  const lines = [...modules, ...columns].map((line) => line.map((dark) => (dark ? '1' : '0')).join(''));
  let total = 0;
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) total += run.length - 2;
    total += 40 * [...line.matchAll(/(?=10111010000|00001011101)/g)].length;
  }
  for (let y = 0; y + 1 < side; y += 1) {
    for (let x = 0; x + 1 < side; x += 1) {
      const dark = modules[y]?.[x];
      if (dark === modules[y]?.[x + 1] && dark === modules[y + 1]?.[x] && dark === modules[y + 1]?.[x + 1]) total += 3;
    }
  }
  const share = modules.flat().filter(Boolean).length / (side * side);
  return total + 10 * Math.floor(Math.abs(20 * share - 10));
}
