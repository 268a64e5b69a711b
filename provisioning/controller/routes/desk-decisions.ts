import { z } from 'zod';
import { deskSections } from '../../../src/fleet/desk-sections.ts';
import type { JsonValue } from '../../../src/platform/brand.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import { type CaseWish, changeInWords } from '../../../src/reconciliation/case.ts';
import { noSuchTerminal } from '../device-desk.ts';
import { refusal } from '../enrolment-desk.ts';
import { caseIn, caseKey, noSuchCase } from '../fleet-case-desk.ts';
import { fleetCases, shownCase } from '../fleet-desks.ts';
import type { FleetView } from '../fleet-view.ts';
import type { Asker, Route } from '../http/route.ts';
import type { ControllerStore } from '../store/controller-store.ts';
import { type ApiParts, route } from './parts.ts';

const words = z.string().trim().min(1).max(500);
const sku = z.string().min(1).max(64);

const caseStep = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('take'), owner: z.string().trim().min(1).max(60).optional() }),
  z.strictObject({ step: z.literal('note'), words }),
  z.strictObject({ step: z.literal('wait'), words }),
  z.strictObject({
    step: z.literal('close'),
    outcome: z.enum(['corrected', 'explained', 'paid-otherwise', 'written-off', 'refunded']),
    words,
  }),
  z.strictObject({ step: z.literal('reopen'), words }),
]);

const decision = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('retry') }),
  z.strictObject({ kind: z.literal('map-sku'), from: sku, to: sku }),
  z.strictObject({ kind: z.literal('drop-coupon') }),
  z.strictObject({ kind: z.literal('deliver-as-sold'), recipe: z.enum(['module', 'direct']) }),
  z.strictObject({
    kind: z.literal('entered-by-hand'),
    orderNumber: z.string().min(1).max(32),
    anyway: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('cancel'), why: words }),
  z.strictObject({ kind: z.literal('undo'), why: words }),
]);

const done = z.object({
  jobId: z.string().nullable().meta({ description: 'Of the job that brings it to the terminal; null: it is done.' }),
});

const detail = deskSections.cases.shape.list.element.extend({
  state: z.enum(['open', 'in-hand', 'waiting', 'closed']),
  terminals: z.array(z.string()),
  keptBy: z.enum(['terminal', 'controller']),
  history: z
    .array(z.object({ at: z.string(), by: z.string(), words: z.string() }))
    .nullable()
    .meta({ description: 'Oldest first; null: its terminal has it ("holdfast cases show").' }),
});

type Parts = Pick<ApiParts, 'store' | 'view' | 'cases' | 'jobs'>;

/** What people decide about cases and parked sales, anywhere in the fleet; it is written down with the name of who asks. */
export function deskDecisionRoutes({ store, view, cases, jobs }: Parts): Route[] {
  return [
    route('GET', '/api/terminals/{terminal}/cases/{case}', {
      summary: 'Show one case; its history where the controller keeps it',
      role: 'viewer',
      answer: detail,
      handle: async ({ path: { terminal = '', case: id = '' } }) => {
        const own = (await store.get('cases', caseKey(terminalId(terminal), id)))?.value;
        const kept = own === undefined ? undefined : shownCase(own);
        const found = kept ?? fleetCases(view, { terminal }).cases.find(({ caseId }) => caseId === id);
        if (found === undefined) throw noSuchCase(terminal, id);
        const steps = own === undefined ? undefined : caseIn(own)?.history;
        const history = steps?.map(({ at, change }) => ({
          at,
          by: ('by' in change ? change.by : null) ?? 'Holdfast',
          words: changeInWords(change),
        }));
        return { ...found, terminals: [...found.terminals], history: history ?? null };
      },
    }),
    route('POST', '/api/terminals/{terminal}/cases/{case}', {
      summary: 'Take a case, note something, let it wait, close it, or open it again',
      role: 'operator',
      body: caseStep,
      answer: done,
      handle: async ({ path: { terminal = '', case: id = '' }, body, asker }) => {
        const at = terminalId(terminal);
        const wish = wishOf(body, nameOf(asker));
        if (await isKept(store, caseKey(at, id))) {
          await cases.act(at, id, wish);
          return { jobId: null };
        }
        requireMember(view, terminal);
        // Everything in a wish is of JSON's own types.
        const job = { kind: 'act-on-case', caseId: id, wish: wish as unknown as JsonValue } as const;
        const ordered = await jobs.order(at, { ...plain, job, by: asker.user });
        return { jobId: ordered.jobId };
      },
    }),
    route('POST', '/api/terminals/{terminal}/parked/{document}', {
      summary: 'Decide about what Magento refuses; by its receipt number or id',
      role: 'operator',
      body: decision,
      answer: done,
      handle: async ({ path: { terminal = '', document = '' }, body, asker }) => {
        requireMember(view, terminal);
        const job = { kind: 'decide-parked', document, decision: { ...body, by: nameOf(asker) } } as const;
        const ordered = await jobs.order(terminalId(terminal), { ...plain, job, by: asker.user });
        return { jobId: ordered.jobId };
      },
    }),
  ];
}

/** Who is shut out is never told anything any more. */
function requireMember(view: FleetView, terminal: string): void {
  const row = view.row(terminal);
  if (row === undefined) throw noSuchTerminal(terminal);
  if (row.membership === 'enrolled') return;
  throw refusal(
    'fleet.not-a-member',
    `No device is ${terminal} now, so nobody can be told`,
    'operator',
    'What lies on a device that is gone: docs/runbooks/terminal-dead.md.',
  );
}

const plain = { deadline: null, expectedVersion: null, rollout: null } as const;

/** As it stands in the case: a person of the fleet, who may have the name of one of the till's staff. */
const nameOf = ({ user }: Asker): string => `${user.slice(0, 50)} (fleet)`;

const isKept = async (store: ControllerStore, key: string): Promise<boolean> =>
  (await store.get('cases', key)) !== null;

function wishOf(body: z.output<typeof caseStep>, by: string): CaseWish {
  return body.step === 'take' ? { step: 'take', by, owner: body.owner ?? by } : { ...body, by };
}
