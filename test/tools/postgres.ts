import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestDatabase {
  /** Of the database `postgres`, over a socket in a folder of its own. */
  readonly url: string;
  /** SQL to be run behind everybody's back. */
  run(sql: string): void;
  stop(): Promise<void>;
}

/** A PostgreSQL server of one's own on a private socket, with nothing in it. `programs`: the folder of its programs. */
export async function startPostgres(programs: string): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-postgres-'));
  const as = identity();
  if ('uid' in as) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder, stdio: 'pipe' } as const;
  const initialise = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  execFileSync(join(programs, 'initdb'), initialise, options);
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=60'],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  server.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const run = (sql: string): void => {
    execFileSync(join(programs, 'psql'), ['-h', folder, '-U', 'postgres', '-qc', sql], options);
  };
  await ready(() => existsSync(join(folder, '.s.PGSQL.5432')) && said.includes('ready to accept connections'), ended);
  return {
    url: `postgresql://postgres@/postgres?host=${encodeURIComponent(folder)}`,
    run,
    stop: async () => {
      // Fast shutdown: whoever is connected is thrown out.
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
function identity(): { readonly uid: number; readonly gid: number } | Record<never, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function ready(isReady: () => boolean, ended: Promise<void>): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!isReady()) {
    if (isOver) throw new Error('PostgreSQL ended at once');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
