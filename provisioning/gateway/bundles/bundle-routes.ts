import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { isHoldfastError, messageOf } from '../../../src/platform/errors.ts';
import type { Logger } from '../../../src/platform/log.ts';
import { callSchema, hashHeader, readingSchema, recordFormat } from '../../../src/snapshot/bundle/bundle-format.ts';
import type { Leaves } from './leave.ts';
import type { Readings } from './readings.ts';

const longestQuestion = 256 * 1024;
const compressed = promisify(gzip);
const bundleQuestion = z.object({ reading: readingSchema });

export interface BundleRoutesOptions {
  readonly readings: Readings;
  readonly leaves: Leaves;
  readonly log: Logger;
}

/** What terminals ask a gateway of the shop: `POST /bundle`, `GET /bundle/ID/SHA256`, `POST /reading`. False: it is none of these. */
export function bundleRoutes({ readings, leaves, log }: BundleRoutesOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const { pathname } = new URL(request.url ?? '/', 'http://gateway');
    const [, room, bundle, part] = pathname.split('/');
    if (room !== 'bundle' && room !== 'reading') return false;
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (leaves.check(token) === null) {
      refuse(response, 401, 'This leave is not known, or over');
      return true;
    }
    try {
      if (room === 'bundle' && request.method === 'GET') {
        const bytes = readings.part(bundle ?? '', part ?? '');
        if (bytes === undefined) refuse(response, 404, 'This bundle is not kept any more; ask for the one of now');
        else send(response, bytes, part ?? '');
        return true;
      }
      if (request.method !== 'POST') {
        refuse(response, 405, 'POST, or GET for a part of a bundle');
        return true;
      }
      const question = await readBody(request);
      const { reading } = bundleQuestion.parse(question);
      if (reading.recordFormat !== recordFormat) {
        refuse(
          response,
          409,
          `This gateway's records are of format ${recordFormat}: run the same release as the terminals`,
        );
        return true;
      }
      if (room === 'reading') await sendText(response, await readings.call(reading, callSchema.parse(question)));
      else {
        const found = readings.bundle(reading);
        if (found === 'building') response.writeHead(202).end();
        else await sendText(response, JSON.stringify(found));
      }
    } catch (error) {
      log.info({ path: `/${room}`, error: messageOf(error) }, 'a terminal’s question was not answered');
      const isBad = error instanceof z.ZodError || error instanceof SyntaxError;
      refuse(
        response,
        isBad ? 400 : isHoldfastError(error, 'bundle.too-many') ? 429 : 502,
        messageOf(error).slice(0, 500),
      );
    }
    return true;
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > longestQuestion) throw new SyntaxError('The question is too long');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

async function sendText(response: ServerResponse, text: string): Promise<void> {
  send(response, await compressed(text), createHash('sha256').update(text).digest('hex'));
}

function send(response: ServerResponse, bytes: Uint8Array, sha256: string): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'content-length': bytes.length,
    [hashHeader]: sha256,
  });
  response.end(bytes);
}

function refuse(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`);
}
