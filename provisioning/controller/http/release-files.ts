import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReleasesDesk } from '../releases-desk.ts';
import type { RawHandler } from './api-server.ts';

const pieceSize = 256 * 1024;

/**
 * `GET /releases/{release}.bundle`, for terminals: open to everybody, because what is in it is no secret and is signed; in parts, so that
 * a download goes on where it broke off (RFC 9110 §13.1.5, §14.2).
 */
export function releaseFiles(desk: Pick<ReleasesDesk, 'open'>): RawHandler {
  return async (request, response, url) => {
    const release = /^\/releases\/([^/]+)\.bundle$/.exec(url.pathname)?.[1];
    if (release === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    const bundle = await desk.open(release);
    if (bundle === null) return false;
    const { size, tag } = bundle;
    const { range, 'if-range': ifRange } = request.headers;
    const wished = range === undefined || (ifRange !== undefined && ifRange !== tag) ? null : partOf(range, size);
    const headers = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', etag: tag };
    if (wished === 'beyond') {
      response.writeHead(416, { ...headers, 'content-range': `bytes */${size}` }).end();
      return true;
    }
    const { from, to } = wished ?? { from: 0, to: size - 1 };
    const part = wished === null ? {} : { 'content-range': `bytes ${from}-${to}/${size}` };
    response.writeHead(wished === null ? 200 : 206, { ...headers, ...part, 'content-length': to - from + 1 });
    if (request.method === 'HEAD') {
      response.end();
      return true;
    }
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = from; at <= to; at += pieceSize) yield await bundle.read(at, Math.min(pieceSize, to - at + 1));
    };
    // A terminal that hangs up comes again for the rest.
    await pipeline(Readable.from(pieces()), response).catch(() => response.destroy());
    return true;
  };
}

/** One range of bytes; null: what is asked for is not understood, and all of it is sent instead. */
function partOf(range: string, size: number): { readonly from: number; readonly to: number } | 'beyond' | null {
  const match = /^bytes=(\d+)-(\d*)$/.exec(range);
  if (match === null) return null;
  const from = Number(match[1]);
  if (from >= size) return 'beyond';
  const to = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return to < from ? null : { from, to };
}
