import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../src/cli/program.ts';
import { type ControlServer, startControlServer } from '../../src/control/server.ts';
import { instant } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/log.ts';
import { sampleHandlers } from '../control/sample-answers.ts';

export interface Answered {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A control socket that gives the sample answers, and the command line that asks it. */
export class AskedTerminal {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-asked-'));
  /** What was asked, in words. */
  readonly calls: string[] = [];
  #server: ControlServer | null = null;

  get socketPath(): string {
    return join(this.folder, 'data', 'control.sock');
  }

  async start(): Promise<void> {
    mkdirSync(join(this.folder, 'data'));
    const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
    const auth = { type: 'token', token: 'x' };
    const magento = { baseUrl: 'http://127.0.0.1:1', sourceCode: 'store-berlin', auth, address };
    writeFileSync(
      join(this.folder, 'terminal.json'),
      JSON.stringify({ terminal: { id: 'K1' }, dataDir: 'data', magento }),
    );
    const handlers = sampleHandlers(this.calls);
    this.#server = await startControlServer({ socketPath: this.socketPath, handlers, log: silentLogger });
  }

  /** Hangs up on whoever asks. */
  async endSocket(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }

  async stop(): Promise<void> {
    await this.endSocket();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async holdfast(...args: readonly string[]): Promise<Answered> {
    const said = { out: '', err: '' };
    const output = {
      out: (text: string) => {
        said.out += text;
      },
      err: (text: string) => {
        said.err += text;
      },
      terminal: false,
    };
    const code = await runCli(args, {
      output,
      env: { HOLDFAST_CONFIG: join(this.folder, 'terminal.json') },
      clock: { now: () => instant('2026-11-23T09:00:00Z') },
      version: '0.1.0',
      run: () => Promise.reject(new Error('not in this test')),
      provision: () => Promise.resolve('begun'),
      journalTools: () => Promise.reject(new Error('not in this test')),
    });
    return { code, ...said };
  }
}
