/** One HTTP exchange, handed in: sockets in a terminal, memory in the simulation. */
export interface HttpTransport {
  /** Never rejects. Sends the request at most once; aborting `signal` ends the exchange at once. */
  exchange(request: HttpRequest): Promise<HttpResult>;
  /** Lets idle connections go. */
  close(): void;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Bytes of (decoded) answer accepted; more ends the exchange with `too-large`. */
  readonly maximumAnswer: number;
  readonly signal: AbortSignal;
  /** Called once when a connection stands, before the first byte of the request. */
  readonly onConnected?: () => void;
}

export type HttpResult =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | {
      readonly kind: 'failed';
      /** Whether the server may have got any of the request. When in doubt, true. */
      readonly sent: boolean;
      /** When the head of an answer had come. */
      readonly status: number | null;
      /** `aborted`, `too-large`, or the system's own code (`ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`, …). */
      readonly code: string;
      readonly message: string;
    };
