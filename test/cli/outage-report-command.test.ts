import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AskedTerminal } from './asked-terminal.ts';

let terminal: AskedTerminal;
beforeEach(async () => {
  terminal = new AskedTerminal();
  await terminal.start();
});
afterEach(() => terminal.stop());

describe('holdfast outage-report', () => {
  const window = ['--from', '2026-11-23T08:00:00Z', '--to', '2026-11-23T16:00:00Z'];

  it('says the figures of a time, and writes the picture in the format that the file is named after', async () => {
    const beginnings = { svg: '<svg xmlns', pdf: '%PDF-1.4', png: '\x89PNG' };
    for (const [format, beginning] of Object.entries(beginnings)) {
      const file = join(terminal.folder, `day.${format}`);
      const { code, out, err } = await terminal.holdfast('outage-report', ...window, '--output', file);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('Sold 96 sales for 1142.40 EUR');
      expect(out).toContain(`${file} shows it.`);
      expect(readFileSync(file).toString('latin1').startsWith(beginning)).toBe(true);
    }
    expect(terminal.calls[0]).toBe('outage report 2026-11-23T08:00:00.000Z 2026-11-23T16:00:00.000Z');
    const { out } = await terminal.holdfast('outage-report', '--json');
    expect(JSON.parse(out)).toMatchObject({ version: 1, terminal: 'K1', left: { parked: 1 } });
  });

  it('refuses what it can’t do before it asks', async () => {
    const file = join(terminal.folder, 'day.docx');
    expect(await terminal.holdfast('outage-report', '--output', file)).toMatchObject({
      err: expect.stringContaining('must end with .svg, .pdf or .png'),
    });
    expect(await terminal.holdfast('outage-report', '--from', 'yesterday')).toMatchObject({
      err: expect.stringContaining('--from: "yesterday" is no moment'),
    });
    expect(terminal.calls).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });
});
