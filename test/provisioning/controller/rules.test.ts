import { describe, expect, it } from 'vitest';
import { alarmsOf } from '../../../provisioning/controller/alarm-rules.ts';
import { newTerminal } from '../../../provisioning/controller/enrolment-desk.ts';
import { emptyReport } from '../../../provisioning/controller/reports-desk.ts';
import { decideRollout } from '../../../provisioning/controller/rollout-plan.ts';
import { csv } from '../../../provisioning/controller/routes/csv.ts';
import type {
  JobDocument,
  ReportDocument,
  RolloutDocument,
  TerminalDocument,
} from '../../../provisioning/controller/store/documents.ts';
import { instant } from '../../../src/platform/clock.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { sampleHealth } from '../../fleet/sample-health.ts';

const K1 = terminalId('K1');
const now = instant('2026-11-23T09:00:00Z');
const minutesAgo = (minutes: number): number => now - minutes * 60_000;

describe('alarms', () => {
  const made = newTerminal(K1, { group: null, createdAt: 0, createdBy: 'ann' });
  const account = { username: 'u', passwordHash: 'x' };
  const member = {
    device: '0123456789abcdef01234567' as never,
    sealingKey: 'k',
    account,
    hardware: { model: '', serial: '' },
    firstReceiptCounter: 1,
    since: 0,
  };
  const terminal: TerminalDocument = { ...made, member };
  const report = (change: Partial<ReportDocument> = {}): ReportDocument => ({
    ...emptyReport(K1),
    presence: { state: 'online', session: null, since: minutesAgo(600) },
    lastHeard: minutesAgo(1),
    health: sampleHealth,
    ...change,
  });
  const codes = (change: Partial<ReportDocument>) => alarmsOf(terminal, report(change), now).map(({ code }) => code);

  it('leave a terminal alone that is well, or that no device is', () => {
    expect(codes({})).toEqual([]);
    expect(alarmsOf(made, report({ lastHeard: 0 }), now)).toEqual([]);
  });

  it('begin at their limits', () => {
    const { presence } = report();
    expect(codes({ lastHeard: minutesAgo(15) })).toEqual([]);
    expect(codes({ lastHeard: minutesAgo(16) })).toEqual(['silent']);
    expect(codes({ presence: { ...presence, state: 'lost', since: minutesAgo(10) } })).toEqual([]);
    expect(codes({ presence: { ...presence, state: 'lost', since: minutesAgo(11) } })).toEqual(['lost']);
    const oldest = (hours: number) => ({
      ...sampleHealth.queue,
      oldestUnconfirmed: { receiptNumber: 'K1-00000007', soldAt: new Date(minutesAgo(60 * hours)).toISOString() },
    });
    expect(codes({ health: { ...sampleHealth, queue: oldest(24) } })).toEqual([]);
    expect(codes({ health: { ...sampleHealth, queue: oldest(25) } })).toEqual(['unconfirmed']);
    expect(codes({ health: { ...sampleHealth, machine: { ...sampleHealth.machine, temperature: 81 } } })).toEqual([
      'hot',
    ]);
    expect(codes({ health: { ...sampleHealth, clock: { trusted: false, zone: 'Europe/Berlin' } } })).toEqual(['clock']);
  });

  it('of a terminal’s own are the same one while only their figures change', () => {
    const say = (words: string) =>
      codes({ health: { ...sampleHealth, attention: [{ severity: 'alarm', words, nextStep: '' }] } });
    expect(say('Magento refuses 2 sale(s).')).toEqual(say('Magento refuses 31 sale(s).'));
    expect(say('Magento refuses 2 sale(s).')).not.toEqual(say('Sales can’t be kept.'));
  });
});

describe('a rollout', () => {
  const terminals = Array.from({ length: 100 }, (_, index) => terminalId(`K${index + 1}`));
  const rollout: RolloutDocument = {
    rolloutId: 'r',
    label: '',
    job: { kind: 'sync-now' },
    terminals,
    steps: [5, 50, 100],
    step: 0,
    pauseAfterStep: false,
    pauseAt: 10,
    abortAt: 30,
    state: 'running',
    forgiven: 0,
    words: '',
    expectedVersion: null,
    deadline: null,
    createdAt: 0,
    createdBy: 'ann',
  };
  const jobs = (...states: JobDocument['state'][]) =>
    states.map((state, index) => ({ terminal: terminals[index], state }) as JobDocument);
  const many = (count: number, state: JobDocument['state']) => Array.from({ length: count }, () => state);

  it('begins with its first share, and goes on when that is done', () => {
    expect(decideRollout(rollout, []).begin).toEqual(terminals.slice(0, 5));
    expect(decideRollout(rollout, jobs(...many(4, 'succeeded'), 'running')).begin).toEqual([]);
    const next = decideRollout(rollout, jobs(...many(5, 'succeeded')));
    expect([next.step, next.begin.length]).toEqual([1, 45]);
  });

  it('pauses and aborts at its limits, and goes on after a person has seen what went wrong', () => {
    const atStepTwo = { ...rollout, step: 1 };
    const some = jobs(...many(17, 'succeeded'), 'failed', 'timed-out', 'running');
    expect(decideRollout(atStepTwo, some)).toMatchObject({ state: 'paused', begin: [] });
    expect(decideRollout({ ...atStepTwo, forgiven: 2 }, some).state).toBe('running');
    const half = jobs(...many(6, 'succeeded'), ...many(4, 'rejected'));
    expect(decideRollout(atStepTwo, half)).toMatchObject({ state: 'aborted', stopQueued: true, begin: [] });
    // One of the first few says nothing yet.
    expect(decideRollout(atStepTwo, jobs('failed', 'succeeded')).state).toBe('running');
  });

  it('is done when everybody’s job is over', () => {
    const last = { ...rollout, step: 2 };
    expect(decideRollout(last, jobs(...many(99, 'succeeded'), 'cancelled')).state).toBe('done');
    expect(decideRollout(last, jobs(...many(99, 'succeeded'))).state).toBe('running');
  });
});

describe('CSV', () => {
  it('quotes what must be, and lets no cell be a formula', () => {
    expect(csv([{ name: 'a "b", c', sum: 3, note: '=HYPERLINK("x")' }])).toBe(
      'name,sum,note\r\n"a ""b"", c",3,"\'=HYPERLINK(""x"")"\r\n',
    );
    expect(csv([])).toBe('');
  });
});
