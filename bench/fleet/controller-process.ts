import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../provisioning/controller/main.js', import.meta.url));
const password = 'correct horse battery';

/** A controller in a process of its own, with its embedded store on disk, asked by its API. */
export interface ControllerProcess {
  readonly processId: number;
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<string>;
  /** What it has heard from terminals, and what of it is not dealt with yet, at one moment. */
  traffic(): Promise<{ readonly heard: number; readonly waiting: number }>;
  end(): Promise<void>;
}

export async function startControllerProcess(broker: object): Promise<ControllerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-fleet-bench-'));
  const configuration = join(folder, 'controller.json');
  writeFileSync(join(folder, 'broker-password'), 'of no use here');
  writeFileSync(
    configuration,
    JSON.stringify({ fleet: 'acme', dataDir: join(folder, 'data'), http: { port: 0 }, broker }),
  );
  const added = spawnSync(process.execPath, [program, '--config', configuration, 'add-admin', 'ann'], {
    env: { ...process.env, HOLDFAST_PASSWORD: password },
    encoding: 'utf8',
  });
  if (added.status !== 0) throw new Error(`no administrator: ${added.stderr}`);
  const child = spawn(process.execPath, [...execArguments(), program, '--config', configuration], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await portOf(child);
  const session = await fetch(`http://127.0.0.1:${port}/api/session`, {
    method: 'POST',
    body: JSON.stringify({ name: 'ann', password }),
  });
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
  const ask: ControllerProcess['ask'] = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  };
  return {
    processId: child.pid ?? 0,
    ask,
    async traffic() {
      const text = await ask('GET', '/metrics');
      const figure = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
      return {
        heard: figure('holdfast_controller_messages_total'),
        waiting: figure('holdfast_controller_messages_waiting'),
      };
    },
    async end() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** For a profile of the controller: `HOLDFAST_BENCH_CONTROLLER_ARGUMENTS="--cpu-prof --cpu-prof-dir=DIR"`. */
const execArguments = (): string[] =>
  (process.env['HOLDFAST_BENCH_CONTROLLER_ARGUMENTS'] ?? '').split(' ').filter(Boolean);

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the controller ended before it answered')));
    if (child.stdout === null) return reject(new Error('no output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"http":')) resolve(Number(/"http":(\d+)/.exec(line)?.[1]));
    });
  });
}
