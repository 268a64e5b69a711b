import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, milliseconds } from '../../../src/platform/clock.ts';
import type { FleetView } from '../fleet-view.ts';
import type { ControllerStore } from '../store/controller-store.ts';
import type { RawHandler } from './api-server.ts';
import type { Asker } from './route.ts';

/** What changes within this is told together: ten thousand terminals must not make a browser flicker. */
const gather = milliseconds(500);
const aliveEvery = milliseconds(20_000);

/**
 * `GET /api/changes`: server-sent events. `terminals`: the rows that changed, as `GET /api/terminals` has them, and the numbers of those
 * that are gone; `collections`: what else changed (jobs, rollouts, claims …), to be fetched anew by whoever shows it.
 */
export function liveChanges(options: {
  readonly view: FleetView;
  readonly store: ControllerStore;
  readonly clock: Clock;
  readonly whoAsks: (request: IncomingMessage) => Promise<Asker | null>;
}): RawHandler {
  return async (request, response, url) => {
    if (request.method !== 'GET' || url.pathname !== '/api/changes') return false;
    if ((await options.whoAsks(request)) === null) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"code":"controller.sign-in"}\n');
      return true;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 3000\n\n');
    follow(options, response);
    return true;
  };
}

function follow(
  { view, store, clock }: Pick<Parameters<typeof liveChanges>[0], 'view' | 'store' | 'clock'>,
  response: ServerResponse,
): void {
  const terminals = new Set<string>();
  const collections = new Set<string>();
  const end = new AbortController();
  const flush = (): void => {
    if (response.writableLength > 1024 * 1024) return;
    if (terminals.size > 0) {
      const names = [...terminals];
      const rows = names.flatMap((name) => view.row(name) ?? []);
      const gone = names.filter((name) => view.row(name) === undefined);
      send(response, 'terminals', { rows, gone });
      terminals.clear();
    }
    if (collections.size > 0) {
      send(response, 'collections', [...collections]);
      collections.clear();
    }
  };
  const ends = [
    view.onChange((terminal) => terminals.add(terminal)),
    store.onChange((collection) => {
      if (collection !== 'leases' && collection !== 'access') collections.add(collection);
    }),
  ];
  response.on('close', () => {
    end.abort();
    for (const stop of ends) stop();
  });
  void (async () => {
    let quiet = 0;
    while (!end.signal.aborted) {
      await clock.sleep(gather, end.signal);
      quiet = terminals.size + collections.size === 0 ? quiet + gather : 0;
      flush();
      if (quiet < aliveEvery) continue;
      response.write(': alive\n\n');
      quiet = 0;
    }
  })();
}

function send(response: ServerResponse, event: string, data: unknown): void {
  response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
