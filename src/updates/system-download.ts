import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import { HoldfastError, messageOf } from '../platform/errors.ts';
import type { DownloadAnswer, DownloadSource } from './download.ts';

/** Milliseconds without a byte after which a connection counts as lost. */
const silence = 60_000;
const mostRedirects = 3;

/** Downloads over HTTP, in parts (RFC 9110 §14). `authorities`: PEM beside those that Node.js trusts. */
export function httpDownloads(authorities: readonly string[]): DownloadSource {
  const trust = authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] };

  function ask(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const send = url.startsWith('https:') ? httpsRequest : httpRequest;
      const asked = send(url, { ...trust, headers, signal, timeout: silence });
      asked.on('timeout', () => asked.destroy(new Error('the server is silent')));
      asked.on('response', resolve);
      asked.on('error', (error) => reject(failed(messageOf(error), error)));
      asked.end();
    });
  }

  return {
    async open(url, from, tag, signal) {
      const isPart = from > 0 && tag !== null;
      const headers = isPart ? { range: `bytes=${from}-`, 'if-range': tag } : {};
      let address = url;
      for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
        const answer = await ask(address, headers, signal);
        const { location } = answer.headers;
        if (
          answer.statusCode === undefined ||
          answer.statusCode < 300 ||
          answer.statusCode >= 400 ||
          location === undefined
        ) {
          return read(answer, from);
        }
        answer.resume();
        address = new URL(location, address).href;
        if (!/^https?:/.test(address) || (url.startsWith('https:') && address.startsWith('http:'))) break;
      }
      throw refused('The server redirects too often, or to where nothing may be downloaded from');
    },
  };
}

function read(answer: IncomingMessage, from: number): DownloadAnswer {
  const { statusCode: status = 0, headers } = answer;
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(headers['content-range'] ?? '');
  const tag = headers.etag ?? null;
  if (status === 200) {
    const length = headers['content-length'];
    return { from: 0, total: length === undefined ? null : Number(length), tag, chunks: answer };
  }
  if (status === 206 && range?.[1] !== undefined) {
    return { from: Number(range[1]), total: Number(range[2]), tag, chunks: answer };
  }
  answer.resume();
  // Asked for what follows the end: all of it is there.
  if (status === 416 && Number(range?.[2]) === from) return { from, total: from, tag, chunks: nothing() };
  if (status === 408 || status === 416 || status === 429 || status >= 500) throw failed(`the server answers ${status}`);
  throw refused(`The server answers ${status}: the release can't be downloaded there`);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const failed = (why: string, cause?: unknown): HoldfastError =>
  new HoldfastError('download.failed', `The download broke off: ${why}`, { remedy: 'retry', cause });

const refused = (words: string): HoldfastError =>
  new HoldfastError('download.refused', words, { remedy: 'operator', hint: 'Check the address that the job names.' });
