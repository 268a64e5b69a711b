import type { ServerResponse } from 'node:http';
import type { TerminalStatus } from '../../control/protocol.ts';
import { type Clock, milliseconds } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Logger } from '../../platform/log.ts';
import type { CounterShowroom } from './server.ts';

/**
 * What the page is told, as server-sent events:
 * - `state`: {@link CounterShowroom.state}, at once when it changes;
 * - `ledger`: {@link CounterShowroom.ledger}, `cards`: {@link CounterShowroom.cards}, `till`: {@link tillSummary}; asked for twice a second while somebody looks.
 */
export interface Feed {
  add(response: ServerResponse): void;
  close(): void;
}

const askEvery = milliseconds(500);

export function createFeed(showroom: CounterShowroom, clock: Clock, log: Logger): Feed {
  const viewers = new Set<ServerResponse>();
  /** The last of each event, for who comes later and so that nothing is told twice. */
  const last = new Map<string, string>();
  const ended = new AbortController();

  function tell(event: string, data: unknown): void {
    const text = JSON.stringify(data);
    if (last.get(event) === text) return;
    last.set(event, text);
    for (const viewer of viewers) viewer.write(message(event, text));
  }

  let due = false;
  const stopListening = showroom.onChange(() => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      tell('state', showroom.state());
    });
  });

  async function look(): Promise<void> {
    while (viewers.size > 0 && !ended.signal.aborted) {
      try {
        tell('ledger', await showroom.ledger());
        tell('cards', await showroom.cards());
        tell('till', tillSummary(await showroom.status()));
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'the ledgers could not be read');
      }
      await clock.sleep(askEvery, ended.signal);
    }
    looking = false;
  }
  let looking = false;

  return {
    add(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write('retry: 700\n\n');
      tell('state', showroom.state());
      for (const [event, text] of last) response.write(message(event, text));
      viewers.add(response);
      response.on('close', () => viewers.delete(response));
      if (looking) return;
      looking = true;
      void look();
    },
    close() {
      stopListening();
      ended.abort();
      for (const viewer of viewers) viewer.end();
      viewers.clear();
    },
  };
}

const message = (event: string, text: string): string => `event: ${event}\ndata: ${text}\n\n`;

/** What the page says about the till beside its ledger; null while it cannot be asked. */
function tillSummary(status: TerminalStatus | null): unknown {
  if (status === null) return { shiftOpen: null, connection: null, words: null };
  const { connection, shift } = status;
  return { shiftOpen: shift.open, connection: connection.state, words: connection.words };
}
