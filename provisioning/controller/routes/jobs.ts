import { z } from 'zod';
import { type JobKind, jobSchema, jobStates, json } from '../../../src/fleet/protocol.ts';
import { instant } from '../../../src/platform/clock.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { refusal } from '../enrolment-desk.ts';
import type { Route } from '../http/route.ts';
import { jobKey } from '../jobs-desk.ts';
import { jobsOfRollout } from '../rollout-jobs.ts';
import type { JobDocument, RolloutDocument } from '../store/documents.ts';
import { type ApiParts, groupSchema, limit, moment, route, terminalSchema } from './parts.ts';

const job = z.object({
  jobId: z.string(),
  terminal: z.string(),
  job: jobSchema,
  rollout: z.string().nullable(),
  state: z.enum(['queued', ...jobStates]),
  words: z.string(),
  progress: z.number().nullable(),
  result: json,
  createdAt: moment,
  createdBy: z.string(),
  changedAt: moment,
});

const shownJob = ({ offer: _, revision: __, cancelWanted: ___, ...rest }: JobDocument) => rest;

/** They carry a name or a bank's word, which nobody may write for another: their own routes do. */
const orderedElsewhere: readonly JobKind[] = ['act-on-case', 'decide-parked', 'payment-report', 'reconcile-orders'];

const terms = {
  job: jobSchema.refine(({ kind }) => !orderedElsewhere.includes(kind), 'This is not ordered as a job'),
  deadline: moment.nullable().default(null).meta({ description: 'Not begun after this; null: whenever it comes by.' }),
  expectedVersion: z
    .string()
    .max(60)
    .nullable()
    .default(null)
    .meta({ description: 'Only terminals that run this release.' }),
};

const rollout = z.object({
  rolloutId: z.string(),
  label: z.string(),
  job: jobSchema,
  terminals: z.int(),
  steps: z.array(z.number()),
  step: z.int(),
  pauseAfterStep: z.boolean(),
  pauseAt: z.number().nullable(),
  abortAt: z.number().nullable(),
  state: z.enum(['running', 'paused', 'aborted', 'done']),
  words: z.string(),
  createdAt: moment,
  createdBy: z.string(),
});

const shownRollout = ({ forgiven: _, expectedVersion: __, deadline: ___, terminals, ...rest }: RolloutDocument) => ({
  ...rest,
  terminals: terminals.length,
});

export function jobRoutes({ store, view, jobs, rollouts }: ApiParts): Route[] {
  return [
    route('GET', '/api/terminals/{terminal}/jobs', {
      summary: 'Jobs of a terminal, newest first',
      role: 'viewer',
      query: z.object({ limit: limit(50, 500) }),
      answer: z.object({ jobs: z.array(job) }),
      handle: async ({ path, query }) => {
        const all = await store.list('jobs', { prefix: `${path['terminal']}/` });
        return {
          jobs: all
            .slice(-query.limit)
            .reverse()
            .map(({ value }) => shownJob(value)),
        };
      },
    }),
    route('GET', '/api/terminals/{terminal}/jobs/{job}', {
      summary: 'Show one job and what it brought back',
      role: 'viewer',
      answer: job,
      handle: async ({ path }) => {
        const found = await store.get('jobs', jobKey(terminalId(path['terminal'] ?? ''), path['job'] ?? ''));
        if (found === null)
          throw refusal('fleet.no-such-job', `There is no job ${path['job']} at ${path['terminal']}`, 'never');
        return shownJob(found.value);
      },
    }),
    route('POST', '/api/terminals/{terminal}/jobs', {
      summary: 'Order something from a terminal',
      role: 'operator',
      body: z.strictObject(terms),
      answer: job,
      handle: async ({ path, body, asker }) =>
        shownJob(
          await jobs.order(terminalId(path['terminal'] ?? ''), {
            job: body.job,
            deadline: body.deadline === null ? null : instant(body.deadline),
            expectedVersion: body.expectedVersion,
            rollout: null,
            by: asker.user,
          }),
        ),
    }),
    route('POST', '/api/terminals/{terminal}/jobs/{job}/cancel', {
      summary: 'Stop a job, where it is not over yet',
      role: 'operator',
      answer: job,
      handle: async ({ path }) =>
        shownJob(await jobs.cancel(terminalId(path['terminal'] ?? ''), path['job'] ?? '', null)),
    }),
    route('GET', '/api/rollouts', {
      summary: 'List rollouts, newest first',
      role: 'viewer',
      answer: z.object({ rollouts: z.array(rollout) }),
      handle: async () => ({
        rollouts: [...(await store.list('rollouts'))].reverse().map(({ value }) => shownRollout(value)),
      }),
    }),
    route('GET', '/api/rollouts/{rollout}', {
      summary: 'Show one rollout and how each terminal stands',
      role: 'viewer',
      answer: z.object({
        rollout,
        jobs: z.array(
          z.object({ terminal: z.string(), state: job.shape.state.or(z.literal('later')), words: z.string() }),
        ),
      }),
      handle: async ({ path }) => {
        const found = await store.get('rollouts', path['rollout'] ?? '');
        if (found === null) throw refusal('fleet.no-such-rollout', `There is no rollout ${path['rollout']}`, 'never');
        const jobs = new Map((await jobsOfRollout(store, found.id)).map((each) => [each.terminal, each]));
        const of = found.value.terminals.map((terminal) => {
          const own = jobs.get(terminal);
          return { terminal, state: own?.state ?? ('later' as const), words: own?.words ?? '' };
        });
        return { rollout: shownRollout(found.value), jobs: of };
      },
    }),
    route('POST', '/api/rollouts', {
      summary: 'Give one job to many terminals, a few first',
      role: 'operator',
      body: z.strictObject({
        ...terms,
        label: z.string().max(100),
        terminals: z
          .array(terminalSchema)
          .min(1)
          .nullable()
          .default(null)
          .meta({ description: 'null: by group, or all.' }),
        group: groupSchema.nullable().default(null),
        steps: z
          .array(z.number().min(0.1).max(100))
          .max(20)
          .default([5, 25])
          .meta({ description: 'Percent of the terminals.' }),
        pauseAfterStep: z.boolean().default(false),
        pauseAt: z.number().min(0).max(100).nullable().default(null).meta({ description: 'Percent that ended badly.' }),
        abortAt: z.number().min(0).max(100).nullable().default(20).meta({ description: 'Percent that ended badly.' }),
      }),
      answer: rollout,
      handle: async ({ body: { group, terminals, deadline, ...rest }, asker }) => {
        const filter = { membership: 'enrolled', ...(group === null ? {} : { group }) } as const;
        const chosen = terminals ?? view.rows(filter).map((row) => row.terminal);
        if (chosen.length === 0) throw refusal('fleet.nobody-chosen', 'No terminal is chosen', 'operator');
        const wishes = {
          ...rest,
          terminals: chosen,
          deadline: deadline === null ? null : instant(deadline),
          by: asker.user,
        };
        return shownRollout(await rollouts.begin(wishes));
      },
    }),
    ...(['pause', 'resume', 'abort'] as const).map((wish) =>
      route('POST', `/api/rollouts/{rollout}/${wish}`, {
        summary: `${wish[0]?.toUpperCase()}${wish.slice(1)} a rollout`,
        role: 'operator',
        answer: rollout,
        handle: async ({ path }) => shownRollout(await rollouts.steer(path['rollout'] ?? '', wish)),
      }),
    ),
  ];
}
