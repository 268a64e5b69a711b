import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Clock, type Duration, seconds } from '../../platform/clock.ts';
import { HoldfastError } from '../../platform/errors.ts';
import type { HttpTransport } from '../../platform/http-transport.ts';
import { type Bundle, bundleSchema, hashHeader, type Reading, type ReadingCall } from './bundle-format.ts';

/** Where a gateway is asked, and what proves who asks. */
export interface GatewayDoor {
  readonly url: string;
  readonly token: string;
}

export interface BundleClientOptions {
  readonly transport: HttpTransport;
  readonly clock: Clock;
  /** A door that is open now; throws when there is no gateway, or none that has bundles. */
  readonly door: () => Promise<GatewayDoor>;
  readonly reading: Reading;
}

const patience = seconds(120);
/** How long a gateway may take to read the shop, and how often it is asked whether it has. */
const builtWithin = seconds(1800);
const builtEvery = seconds(5);
const largest = 64 * 1024 * 1024;

/**
 * Asks a gateway for what it has read of the shop. Throws `gateway.…`, remedy `retry`: whoever asks may ask the shop itself; and
 * `snapshot.cancelled` when `signal` aborts.
 */
export class BundleClient {
  readonly #options: BundleClientOptions;

  constructor(options: BundleClientOptions) {
    this.#options = options;
  }

  /** The bundle of the whole shop; waits while it is being made. */
  async bundle(signal: AbortSignal): Promise<Bundle> {
    const { clock, reading } = this.#options;
    const end = clock.monotonic() + builtWithin;
    while (!signal.aborted && clock.monotonic() < end) {
      const answer = await this.#ask('POST', '/bundle', { reading }, signal);
      if (answer !== 'building') return parsed(bundleSchema, answer);
      await clock.sleep(builtEvery, signal);
    }
    throw unusable('gateway.no-bundle', 'The gateway did not come to an end with reading the shop');
  }

  /** One part of a bundle, whole and as the bundle names it. */
  async part<Schema extends z.ZodType>(
    bundle: Bundle,
    index: number,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.infer<Schema>> {
    const part = bundle.parts[index];
    if (part === undefined) throw unusable('gateway.no-bundle', `The bundle has no part ${index}`);
    const answer = await this.#ask('GET', `/bundle/${bundle.id}/${part.sha256}`, null, signal, part.sha256);
    return parsed(schema, answer);
  }

  async call<Schema extends z.ZodType>(
    call: ReadingCall,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.infer<Schema>> {
    const { reading } = this.#options;
    return parsed(schema, await this.#ask('POST', '/reading', { reading, ...call }, signal));
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    signal: AbortSignal,
    expected?: string,
  ): Promise<string> {
    const { transport, clock, door } = this.#options;
    const { url, token } = await door();
    const { signal: late, release } = limited(clock, patience, signal);
    try {
      const result = await transport.exchange({
        method,
        url: `${url.replace(/\/+$/, '')}${path}`,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          ...(body === null ? {} : { 'content-type': 'application/json' }),
        },
        body: body === null ? null : JSON.stringify(body),
        maximumAnswer: largest,
        signal: late,
      });
      if (result.kind === 'failed')
        throw unusable('gateway.unreachable', `The gateway can’t be reached: ${result.message}`);
      if (result.status === 202) return 'building';
      if (result.status !== 200)
        throw unusable('gateway.refused', `The gateway answered ${result.status}: ${result.body.slice(0, 200)}`);
      const hash = createHash('sha256').update(result.body).digest('hex');
      if (hash !== (expected ?? result.headers[hashHeader])) {
        throw unusable('gateway.damaged', 'What came from the gateway is not what it sent');
      }
      return result.body;
    } finally {
      release();
    }
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (error) {
    throw unusable('gateway.damaged', 'What came from the gateway is not JSON', error);
  }
  const read = schema.safeParse(written);
  if (read.success) return read.data;
  throw unusable(
    'gateway.damaged',
    `What came from the gateway can’t be read: ${z.prettifyError(read.error).slice(0, 300)}`,
  );
}

function limited(clock: Clock, duration: Duration, signal: AbortSignal) {
  const end = new AbortController();
  const abort = (): void => end.abort();
  const timer = clock.schedule(duration, abort);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return {
    signal: end.signal,
    release() {
      timer.cancel();
      signal.removeEventListener('abort', abort);
    },
  };
}

const unusable = (code: string, words: string, cause?: unknown): HoldfastError =>
  new HoldfastError(code, words, { remedy: 'retry', ...(cause === undefined ? {} : { cause }) });
