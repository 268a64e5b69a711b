import type { HttpRequest, HttpResult, HttpTransport } from '../../src/platform/http-transport.ts';
import type { MagentoRest, RestAnswer, RestCall } from '../../src/showroom/magento/index.ts';
import type { Chance } from './chance.ts';
import type { SimulatedTime } from './time.ts';
import type { Trace } from './trace.ts';

/** How the way between till and shop is at the moment. */
export interface NetworkWeather {
  readonly up: boolean;
  /** Whether what is sent without a way through fails at once, or vanishes without a word. */
  readonly silent: boolean;
  /** Each of these is a share of the calls. */
  readonly requestsLost: number;
  readonly repliesLost: number;
  /** Calls that change something and arrive a second time, up to {@link latestRepeat} later, as from a proxy that tries again. */
  readonly repeated: number;
  /** Milliseconds there, and again as much back. */
  readonly latency: number;
}

export const fairWeather: NetworkWeather = {
  up: true,
  silent: false,
  requestsLost: 0,
  repliesLost: 0,
  repeated: 0,
  latency: 12,
};

/** What is still under way after this is dropped by every proxy; with the shop's slowest answer well under two minutes. */
const latestRepeat = 40_000;

/** The way to the shop, without sockets. */
export class Network {
  weather: NetworkWeather = fairWeather;
  readonly #time: SimulatedTime;
  readonly #chance: Chance;
  readonly #rest: MagentoRest;
  readonly #trace: Trace;

  constructor(time: SimulatedTime, chance: Chance, rest: MagentoRest, trace: Trace) {
    this.#time = time;
    this.#chance = chance;
    this.#rest = rest;
    this.#trace = trace;
  }

  /** As one life of the till sees it; nothing reaches it any more once `alive` says no. */
  transport(alive: () => boolean): HttpTransport {
    return { exchange: (request) => this.#exchange(request, alive), close() {} };
  }

  #exchange(request: HttpRequest, alive: () => boolean): Promise<HttpResult> {
    return new Promise((resolve) => {
      const { signal } = request;
      let sent = false;
      const finish = (result: HttpResult): void => {
        signal.removeEventListener('abort', giveUp);
        if (alive()) resolve(result);
      };
      const fail = (code: string): void =>
        finish({ kind: 'failed', sent, status: null, code, message: `the simulated network says ${code}` });
      const giveUp = (): void => fail('aborted');
      const lost = (): void => {
        if (!this.weather.silent) this.#time.after(this.#chance.between(1, 200), () => fail('ECONNRESET'));
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      this.#travel(() => {
        if (signal.aborted || !alive()) return;
        if (!this.weather.up) {
          if (!this.weather.silent) fail('ENETUNREACH');
          return;
        }
        sent = true;
        request.onConnected?.();
        if (this.#chance.happens(this.weather.requestsLost)) return lost();
        this.#ask(callOf(request), (answer) => {
          const got = answer !== null && this.weather.up && !this.#chance.happens(this.weather.repliesLost);
          if (got) finish(resultOf(answer));
          else lost();
        });
      });
    });
  }

  #ask(call: RestCall, answered: (answer: RestAnswer | null) => void): void {
    const changes = call.method !== 'GET';
    this.#rest.answer(call).then((answer) => {
      this.#trace.note(`network ${call.method} ${call.url} ${answer?.status ?? 'cut'} ${answer?.body.length ?? 0}`);
      this.#travel(() => answered(answer));
    }, failedToAnswer);
    if (!changes || !this.#chance.happens(this.weather.repeated)) return;
    this.#time.after(this.#chance.between(0, latestRepeat), () => {
      this.#rest.answer(call).then((answer) => {
        this.#trace.note(`network again ${call.method} ${call.url} ${answer?.status ?? 'cut'}`);
      }, failedToAnswer);
    });
  }

  #travel(arrived: () => void): void {
    this.#time.after(this.weather.latency * this.#chance.between(0.5, 2), arrived);
  }
}

function failedToAnswer(error: unknown): void {
  throw error;
}

const callOf = ({ method, url, headers, body }: HttpRequest): RestCall => ({
  method,
  url: url.replace(/^https?:\/\/[^/]+/, ''),
  accept: headers['accept'],
  authorization: headers['authorization'],
  body: body ?? '',
});

const resultOf = ({ status, type, body, retryAfter }: RestAnswer): HttpResult => ({
  kind: 'answer',
  status,
  headers: { 'content-type': type, ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) },
  body: body.toString('utf8'),
});
