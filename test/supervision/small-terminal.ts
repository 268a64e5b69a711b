import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../..', import.meta.url));
export const program = join(project, 'dist/src/cli/main.js');

/** A terminal without devices and without a shop, put into service in a folder of its own. */
export interface SmallTerminal {
  readonly folder: string;
  readonly configFile: string;
  remove(): void;
}

export async function provisionedTerminal(): Promise<SmallTerminal> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-supervised-'));
  const configFile = join(folder, 'terminal.json');
  const address = { street: 's', city: 'c', postcode: 'p', countryId: 'DE', email: 'till@example.com' };
  // Nobody listens on the port "discard".
  const magento = { baseUrl: 'http://127.0.0.1:9', sourceCode: 's', auth: { type: 'token', token: 't' }, address };
  writeFileSync(configFile, JSON.stringify({ terminal: { id: 'K1' }, dataDir: 'data', magento }));
  const { code, text } = await ran(process.execPath, [program, 'provision', '--config', configFile]);
  if (code !== 0) throw new Error(text);
  return { folder, configFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What a program said, and what it ended with. */
export function ran(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<{ readonly code: number | null; readonly text: string }> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env: { ...env }, maxBuffer: 64 * 1024 * 1024 }, (_error, out, err) =>
      resolve({ code: child.exitCode, text: `${out}${err}` }),
    );
  });
}
