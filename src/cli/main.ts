#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { SystemClock } from '../platform/system-clock.ts';
import { runCli } from './program.ts';

// The package's own version, whether this file runs from dist/src/cli or from src/cli.
const manifest = ['../../../package.json', '../../package.json']
  .map((path) => new URL(path, import.meta.url))
  .map((url) => read(url))
  .find((text) => text !== undefined);

const version = String(JSON.parse(manifest ?? '{"version":"unknown"}').version);

process.exitCode = await runCli(process.argv.slice(2), {
  output: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY === true,
  },
  env: process.env,
  clock: new SystemClock(),
  version,
  // Loaded only here: asking a running terminal must not load LevelDB and serial ports.
  run: async (config, sources) => (await import('../main.ts')).runTerminal(config, { version, sources }),
  provision: async (config, first) => (await import('../main.ts')).provisionTerminal(config, first),
  rehearse: async () => {
    await import('../main.ts');
    const { ownFormats } = await import('../updates/own-release.ts');
    return { version, formats: ownFormats };
  },
  fetch,
  joinFleet: async (sources, wishes) => {
    const end = new AbortController();
    const stop = (): void => end.abort();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
    try {
      const { joinFleet } = await import('../assembly/join-fleet.ts');
      return await joinFleet(sources, { ...wishes, version, signal: end.signal });
    } finally {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stop);
    }
  },
  journalTools: () => import('../assembly/journal-tools.ts'),
});

function read(url: URL): string | undefined {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return undefined;
  }
}
