import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { pinoLogger } from '../../src/platform/pino-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

const loggerTo = (to: string) => pinoLogger({ level: 'info', terminal: 'K1', to });

describe('the log', () => {
  test('is one JSON object a line, without secrets', () => {
    const file = join(folder, 'log');
    const log = loggerTo(file);
    log.child({ room: 'till' }).info({ token: 'secret-1', nested: { password: 'secret-2' } }, 'hello');
    log.debug({}, 'not at this level');
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 'info', terminal: 'K1', room: 'till', token: '(secret)', msg: 'hello' }),
    ]);
    expect(lines[0]).not.toMatch(/secret-/);
  });

  test('never fails its caller, nor fills the memory, when the disk is full', () => {
    const log = loggerTo('/dev/full');
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    const fields = { words: 'x'.repeat(10_000) };
    for (let line = 0; line < 5_000; line++) log.info(fields, 'nobody will read this');
    expect(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
  });
});
