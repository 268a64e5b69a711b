import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withResult } from '../../bench/kit/report.ts';
import { atMost, row, value } from '../../bench/kit/result.ts';

const machine = { processors: 4, model: 'Cortex-A76', memory: '4 GiB', kernel: '6.12', node: 'v20.19.0', load: 0.1 };
const anchor = row('one file', value(2, 'ms'));
const result = {
  name: 'commit',
  title: 'A sale becomes durable',
  tables: [
    {
      id: 'both',
      title: 'Commit',
      rows: [anchor, row('both copies', value(3, 'ms'), anchor, atMost('ratio', 1.3))],
      notes: ['In turns.'],
    },
  ],
};

describe('the page of figures', () => {
  it('gets a measurement’s tables between its marks, with machine, plot and whether goals are met', () => {
    const page = 'Before\n<!-- bench: commit -->\nold\n<!-- end -->\nAfter\n';
    const written = withResult(page, machine, result);
    expect(written).toMatch(/^Before\n<!-- bench: commit -->\nMeasured on 4 × Cortex-A76.*load 0\.1/);
    expect(written).toContain('![Commit](../bench/results/commit-both.svg)');
    expect(written).toContain('| both copies | 3.00 ms |  |  | 1.50 × | ≤ 1.30 × MISSED |');
    expect(written).toMatch(/In turns\.\n<!-- end -->\nAfter\n$/);
    expect(written).not.toContain('old');
    // Written again it is the same.
    expect(withResult(written, machine, result)).toBe(written);
  });

  it('says where a place is missing', () => {
    expect(() => withResult('<!-- bench: drain -->\n<!-- end -->', machine, result)).toThrow('no place for "commit"');
  });

  it('has a place for each bench there is', () => {
    const page = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');
    const benches = [
      ...['commit', 'catalogue', 'daemon', 'drain', 'guard', 'journal-start', 'pricing', 'profile', 'responsiveness'],
      ...['settlement', 'small-machine', 'fleet'],
    ];
    for (const name of benches) expect(withResult(page, machine, { ...result, name })).not.toBe(page);
  });
});
