import { z } from 'zod';
import { deskSections, verdictSchema } from '../../../src/fleet/desk-sections.ts';
import { worstOf } from '../../../src/reconciliation/verdict.ts';
import { fleetChecklist } from '../fleet-checklist.ts';
import { fleetCases, fleetParked } from '../fleet-desks.ts';
import type { Route } from '../http/route.ts';
import { type ApiParts, groupSchema, limit, moment, route, terminalSchema } from './parts.ts';

const filter = z.object({ terminal: terminalSchema.optional(), group: groupSchema.optional() });
const presence = z.enum(['online', 'lost', 'stopped', 'restarting', 'never']);
const asOf = moment.nullable().meta({ description: 'When its terminal was last heard of.' });
const unlisted = z.int().meta({ description: 'How many more there are, that their terminals have not listed.' });

const openCase = deskSections.cases.shape.list.element.extend({
  terminals: z.array(z.string()).meta({ description: 'Those that keep it; more than one for the same difference.' }),
  keptBy: z.enum(['terminal', 'controller']),
  asOf,
});

const parkedDocument = deskSections.parked.shape.list.element.extend({ terminal: z.string(), asOf });

const checkLine = deskSections.checklist.unwrap().shape.lines.element;

const checklist = z.object({
  at: moment,
  verdict: verdictSchema.meta({ description: 'The worst of all.' }),
  terminals: z.array(
    z.object({
      terminal: z.string(),
      label: z.string(),
      group: z.string().nullable(),
      presence,
      lastHeard: asOf,
      asOf: z.string().nullable().meta({ description: 'When its own lines were made, ISO 8601; null: it told none.' }),
      verdict: verdictSchema,
      lines: z.array(checkLine),
    }),
  ),
});

/** What people have to do at the terminals: cases, what Magento refuses. */
export function deskRoutes({ view, clock }: Pick<ApiParts, 'view' | 'clock'>): Route[] {
  return [
    route('GET', '/api/cases', {
      summary: 'Open cases of all terminals, oldest first; the same difference once',
      role: 'viewer',
      query: filter.extend({
        kind: z.string().max(60).optional(),
        state: z.enum(['open', 'in-hand', 'waiting']).optional(),
        limit: limit(1000, 20_000),
      }),
      answer: z.object({ total: z.int(), unlisted, cases: z.array(openCase) }),
      handle: async ({ query: { kind, state, limit: most, ...where } }) => {
        const found = fleetCases(view, where);
        const cases = found.cases.filter(
          (each) => (kind === undefined || each.kind === kind) && (state === undefined || each.state === state),
        );
        return { total: cases.length, unlisted: found.unlisted, cases: cases.slice(0, most).map(forJson) };
      },
    }),
    route('GET', '/api/checklist', {
      summary: 'The checklists of all terminals, the worst first',
      role: 'viewer',
      query: filter,
      answer: checklist,
      handle: async ({ query }) => {
        const at = clock.now();
        const terminals = fleetChecklist(view, query, at);
        return {
          at,
          verdict: worstOf(terminals),
          terminals: terminals.map((each) => ({ ...each, lines: [...each.lines] })),
        };
      },
    }),
    route('GET', '/api/parked', {
      summary: 'What Magento refuses at all terminals, oldest first',
      role: 'viewer',
      query: filter.extend({ limit: limit(1000, 20_000) }),
      answer: z.object({ total: z.int(), unlisted, parked: z.array(parkedDocument) }),
      handle: async ({ query: { limit: most, ...where } }) => {
        const { parked, unlisted: more } = fleetParked(view, where);
        return { total: parked.length, unlisted: more, parked: parked.slice(0, most) };
      },
    }),
  ];
}

const forJson = <Case extends { readonly terminals: readonly string[] }>(each: Case) => ({
  ...each,
  terminals: [...each.terminals],
});
