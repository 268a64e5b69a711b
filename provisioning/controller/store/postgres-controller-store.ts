import { EventEmitter } from 'node:events';
import pg from 'pg';
import { z } from 'zod';
import type { JsonValue } from '../../../src/platform/brand.ts';
import { type Clock, type Instant, instant, seconds } from '../../../src/platform/clock.ts';
import { HoldfastError, isHoldfastError, messageOf } from '../../../src/platform/errors.ts';
import type { Logger } from '../../../src/platform/log.ts';
import {
  type Change,
  type ControllerStore,
  conflict,
  damaged,
  type ListWishes,
  type LogEntry,
  type LogName,
  type Stored,
} from './controller-store.ts';
import { type CollectionName, collections, type DocumentOf } from './documents.ts';

export interface PostgresStoreOptions {
  readonly url: string;
  readonly password?: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One for all controllers of a database, so that only one of them makes the tables (pg_advisory_lock). */
const schemaLock = 7_468_102_001;
const channel = 'holdfast_changes';
const listenAgainAfter = seconds(2);

const schema = `
  CREATE TABLE IF NOT EXISTS holdfast_documents (
    collection text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    value jsonb NOT NULL,
    PRIMARY KEY (collection, id)
  );
  CREATE TABLE IF NOT EXISTS holdfast_log (
    number bigserial PRIMARY KEY,
    log text NOT NULL,
    subject text NOT NULL,
    at bigint NOT NULL,
    entry jsonb NOT NULL
  );
  CREATE INDEX IF NOT EXISTS holdfast_log_subject ON holdfast_log (log, subject, number);
  CREATE INDEX IF NOT EXISTS holdfast_log_at ON holdfast_log (log, at);
`;

/** Makes the tables where they are missing. Errors: `controller-store.failed`. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<ControllerStore> {
  const { url, password, clock, log } = options;
  const settings = { connectionString: url, ...(password === undefined ? {} : { password }) };
  const pool = new pg.Pool({ ...settings, max: 8 });
  pool.on('error', (error) => log.warn({ error: error.message }, 'PostgreSQL ended an idle connection'));
  try {
    const client = await pool.connect();
    try {
      await client.query('SELECT pg_advisory_lock($1)', [schemaLock]);
      await client.query(schema);
      await client.query('SELECT pg_advisory_unlock($1)', [schemaLock]);
    } finally {
      client.release();
    }
    const store = new PostgresControllerStore(pool, () => new pg.Client(settings), clock, log);
    await store.listen();
    return store;
  } catch (error) {
    await pool.end();
    throw failed(error);
  }
}

const documentRow = z.object({ id: z.string(), version: z.int(), value: z.unknown() });
const logRow = z.object({
  number: z.string(),
  at: z.coerce.number().transform(instant),
  subject: z.string(),
  entry: z.json(),
});

/** A controller's store in PostgreSQL. Every change is one transaction that locks what it compares, in the order of the ids. */
class PostgresControllerStore implements ControllerStore {
  readonly #pool: pg.Pool;
  readonly #newClient: () => pg.Client;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #listener: pg.Client | null = null;
  #isClosed = false;

  constructor(pool: pg.Pool, newClient: () => pg.Client, clock: Clock, log: Logger) {
    this.#pool = pool;
    this.#newClient = newClient;
    this.#clock = clock;
    this.#log = log;
  }

  /** Hears what all controllers write, this one included. Comes back by itself after the database was away. */
  async listen(): Promise<void> {
    const client = this.#newClient();
    client.on('notification', ({ payload = '' }) => {
      const at = payload.indexOf('/');
      this.#changes.emit('change', payload.slice(0, at), payload.slice(at + 1));
    });
    client.on('error', (error) => {
      this.#log.warn({ error: error.message }, 'PostgreSQL is away; changes of other controllers are not heard');
      void this.#listenAgain();
    });
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    this.#listener = client;
  }

  async get<Name extends CollectionName>(collection: Name, id: string): Promise<Stored<Name> | null> {
    const sql = 'SELECT id, version, value FROM holdfast_documents WHERE collection = $1 AND id = $2';
    const { rows } = await this.#query(sql, [collection, id]);
    return rows[0] === undefined ? null : read(collection, rows[0]);
  }

  async list<Name extends CollectionName>(collection: Name, wishes: ListWishes = {}): Promise<readonly Stored<Name>[]> {
    const { prefix = '', after = '', limit = null } = wishes;
    const { rows } = await this.#query(
      `SELECT id, version, value FROM holdfast_documents
       WHERE collection = $1 AND id >= $2 AND starts_with(id, $2) AND id > $3 ORDER BY id LIMIT $4`,
      [collection, prefix, after, limit],
    );
    return rows.map((row) => read(collection, row));
  }

  async write(changes: readonly Change[], { durable = true }: { readonly durable?: boolean } = {}): Promise<void> {
    await this.#transaction(async (client) => {
      // The transaction's COMMIT waits for the disk only where that was asked for.
      if (!durable) await client.query('SET LOCAL synchronous_commit = off');
      const sorted = [...changes].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
      for (const change of sorted) await apply(client, change);
      for (const change of sorted) await client.query('SELECT pg_notify($1, $2)', [channel, keyOf(change)]);
    });
  }

  async append(log: LogName, subject: string, entry: JsonValue, at: Instant): Promise<void> {
    const sql = 'INSERT INTO holdfast_log (log, subject, at, entry) VALUES ($1, $2, $3, $4)';
    await this.#query(sql, [log, subject, Math.round(at), JSON.stringify(entry)]);
  }

  async readLog(
    log: LogName,
    { subject, before, limit }: { readonly subject: string | null; readonly before?: string; readonly limit: number },
  ): Promise<readonly LogEntry[]> {
    const number = before === undefined || !/^\d{1,18}$/.test(before) ? null : before;
    const { rows } = await this.#query(
      `SELECT number, at, subject, entry FROM holdfast_log
       WHERE log = $1 AND ($2::text IS NULL OR subject = $2) AND ($3::bigint IS NULL OR number < $3)
       ORDER BY number DESC LIMIT $4`,
      [log, subject, number, limit],
    );
    return rows.map((row) => {
      const { number: id, ...rest } = logRow.parse(row);
      return { id: id.padStart(18, '0'), ...rest };
    });
  }

  async pruneLog(log: LogName, before: Instant): Promise<void> {
    await this.#query('DELETE FROM holdfast_log WHERE log = $1 AND at < $2', [log, Math.round(before)]);
  }

  onChange(listener: (collection: CollectionName, id: string) => void): () => void {
    const guarded = (collection: CollectionName, id: string): void => {
      try {
        listener(collection, id);
      } catch (error) {
        this.#log.error({ collection, id, error: messageOf(error) }, 'a listener for the store failed');
      }
    };
    this.#changes.on('change', guarded);
    return () => this.#changes.off('change', guarded);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#listener?.end();
    await this.#pool.end();
  }

  /** Whatever changed while nobody listened is told as if it had changed now. */
  async #listenAgain(): Promise<void> {
    this.#listener = null;
    while (!this.#isClosed && this.#listener === null) {
      await this.#clock.sleep(listenAgainAfter);
      try {
        await this.listen();
        const { rows } = await this.#query('SELECT collection, id FROM holdfast_documents', []);
        for (const { collection, id } of rows) this.#changes.emit('change', collection, id);
      } catch (error) {
        this.#log.debug({ error: messageOf(error) }, 'PostgreSQL is still away');
      }
    }
  }

  async #query(sql: string, values: unknown[]): Promise<pg.QueryResult> {
    try {
      return await this.#pool.query(sql, values);
    } catch (error) {
      throw failed(error);
    }
  }

  async #transaction(task: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw failed(error);
    });
    try {
      await client.query('BEGIN');
      await task(client);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw isHoldfastError(error) ? error : failed(error);
    } finally {
      client.release();
    }
  }
}

async function apply(client: pg.PoolClient, { collection, id, expected, value }: Change): Promise<void> {
  const where = 'WHERE collection = $1 AND id = $2';
  if (value !== null && expected === 0) {
    const sql = `INSERT INTO holdfast_documents VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING`;
    const { rowCount } = await client.query(sql, [collection, id, JSON.stringify(value)]);
    if (rowCount !== 1) throw conflict(collection, id);
  } else if (value !== null && expected === null) {
    const sql = `INSERT INTO holdfast_documents AS old VALUES ($1, $2, 1, $3)
      ON CONFLICT (collection, id) DO UPDATE SET version = old.version + 1, value = $3`;
    await client.query(sql, [collection, id, JSON.stringify(value)]);
  } else if (value !== null) {
    const sql = `UPDATE holdfast_documents SET version = version + 1, value = $3 ${where} AND version = $4`;
    const { rowCount } = await client.query(sql, [collection, id, JSON.stringify(value), expected]);
    if (rowCount !== 1) throw conflict(collection, id);
  } else if (expected === null) {
    await client.query(`DELETE FROM holdfast_documents ${where}`, [collection, id]);
  } else if (expected === 0) {
    const { rowCount } = await client.query(`SELECT 1 FROM holdfast_documents ${where}`, [collection, id]);
    if (rowCount !== 0) throw conflict(collection, id);
  } else {
    const { rowCount } = await client.query(`DELETE FROM holdfast_documents ${where} AND version = $3`, [
      collection,
      id,
      expected,
    ]);
    if (rowCount !== 1) throw conflict(collection, id);
  }
}

const keyOf = ({ collection, id }: Change): string => `${collection}/${id}`;

function read<Name extends CollectionName>(collection: Name, row: unknown): Stored<Name> {
  const { id, version, value } = documentRow.parse(row);
  const parsed = collections[collection].safeParse(value);
  if (!parsed.success) throw damaged(collection, id, parsed.error);
  // The schema of a collection reads that collection's documents.
  return { id, version, value: parsed.data as DocumentOf<Name> };
}

function failed(error: unknown): HoldfastError {
  return new HoldfastError('controller-store.failed', `PostgreSQL: ${messageOf(error)}`, {
    remedy: 'retry',
    cause: error,
  });
}
