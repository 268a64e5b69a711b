import { HoldfastError, messageOf } from '../platform/errors.ts';

interface Body {
  readonly type: string;
  readonly bytes: string | Uint8Array<ArrayBuffer>;
}

const jsonBody = (body: unknown): Body => ({ type: 'application/json', bytes: JSON.stringify(body) });

/** Asks a fleet's controller over its HTTP API (`GET /api/openapi.json` describes it). */
export class FleetClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;

  constructor(url: string, headers: Readonly<Record<string, string>>, ask: typeof fetch) {
    this.#url = url.replace(/\/$/, '');
    this.#headers = headers;
    this.#fetch = ask;
  }

  /** The answer's JSON, or its text. Throws what the controller refuses with, `controller.unreachable`. */
  async ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const { answer } = await this.#request(method, path, body === undefined ? undefined : jsonBody(body));
    // The controller checks its answers by the schemas that its OpenAPI document shows.
    return answer as Answer;
  }

  /** Sends a file. Throws as {@link ask}. */
  async upload<Answer>(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const { answer } = await this.#request('POST', path, { type: 'application/octet-stream', bytes });
    return answer as Answer;
  }

  /** Signs in; later questions are this user's. */
  async signIn(name: string, password: string): Promise<FleetClient> {
    const { response } = await this.#request('POST', '/api/session', jsonBody({ name, password }));
    const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    return new FleetClient(this.#url, { cookie }, this.#fetch);
  }

  async #request(method: string, path: string, body: Body | undefined) {
    let response: Response;
    try {
      response = await this.#fetch(`${this.#url}${path}`, {
        method,
        headers: { ...this.#headers, ...(body === undefined ? {} : { 'content-type': body.type }) },
        ...(body === undefined ? {} : { body: body.bytes }),
      });
    } catch (error) {
      throw new HoldfastError(
        'controller.unreachable',
        `The controller at ${this.#url} can't be reached: ${messageOf(error)}`,
        {
          remedy: 'operator',
          cause: error,
          hint: 'Name it with --controller, or set HOLDFAST_CONTROLLER.',
        },
      );
    }
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const answer: unknown = isJson ? JSON.parse(text) : text;
    if (!response.ok) throw refused(response.status, answer);
    return { response, answer };
  }
}

function refused(status: number, answer: unknown): HoldfastError {
  const { code, message, hint } = (typeof answer === 'object' && answer !== null ? answer : {}) as {
    readonly code?: string;
    readonly message?: string;
    readonly hint?: string | null;
  };
  const words = message ?? `The controller refuses (HTTP ${status})`;
  const next = status === 401 ? 'Give a token with HOLDFAST_TOKEN; "holdfast fleet token" makes one.' : hint;
  return new HoldfastError(code ?? 'controller.refused', words, {
    remedy: 'operator',
    ...(next == null ? {} : { hint: next }),
  });
}
