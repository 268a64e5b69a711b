import { z } from 'zod';
import { ordersComparedSchema } from '../../../src/fleet/order-comparison.ts';
import { jobStates } from '../../../src/fleet/protocol.ts';
import { type Clock, hours, instant, seconds } from '../../../src/platform/clock.ts';
import { refusal } from '../enrolment-desk.ts';
import { chosenRows } from '../fleet-desks.ts';
import type { Route } from '../http/route.ts';
import { jobKey } from '../jobs-desk.ts';
import { comparedIn, isUnfinished } from '../reconciliation-desk.ts';
import type { ControllerStore } from '../store/controller-store.ts';
import type { ReconciliationDocument } from '../store/documents.ts';
import { type ApiParts, groupSchema, limit, moment, route, terminalSchema } from './parts.ts';

const summary = z.object({
  reconciliationId: z.string(),
  since: moment,
  state: z.enum(['running', 'done']).meta({ description: 'running: terminals that come by within a day still look.' }),
  settled: z.boolean().meta({ description: 'Nobody who is connected is still to look.' }),
  terminals: z.int(),
  compared: z.int().meta({ description: 'Terminals that have compared.' }),
  away: z.int().meta({ description: 'Terminals that are not connected and have not looked.' }),
  failed: z.int().meta({ description: 'Terminals that could not look.' }),
  differing: z.int().meta({ description: 'Differences that terminals found; each is a case.' }),
  missing: z.int().meta({ description: 'Receipts of terminals that are gone of which Magento has no order.' }),
  createdAt: moment,
  createdBy: z.string(),
});

const difference = ordersComparedSchema.shape.differences.element;

const detail = summary.extend({
  looks: z.array(
    z.object({
      terminal: z.string(),
      state: z.enum(['later', 'away', 'queued', ...jobStates]),
      words: z.string(),
      compared: ordersComparedSchema
        .pick({ sales: true, returns: true, unconfirmed: true, differing: true })
        .nullable(),
    }),
  ),
  differences: z.array(difference.extend({ terminals: z.array(z.string()) })),
  gone: z
    .array(
      z.object({
        terminal: z.string(),
        device: z.string(),
        lookedFor: z.string().nullable().meta({ description: 'By which terminal; null: none of its shop was there.' }),
        missing: z.int().nullable().meta({ description: 'Receipts without an order; null: not known.' }),
      }),
    )
    .meta({ description: 'Terminals that can’t look for themselves.' }),
});

type Parts = Pick<ApiParts, 'store' | 'view' | 'clock' | 'reconciliations'>;
const twoWeeks = hours(14 * 24);

/** Magento’s orders beside the journals of all terminals. */
export function reconciliationRoutes({ store, view, clock, reconciliations }: Parts): Route[] {
  const isOnline = (terminal: string): boolean => view.row(terminal)?.presence === 'online';

  function summaryOf({ terminals, absent, ...rest }: ReconciliationDocument): z.infer<typeof summary> {
    const { reconciliationId, since, state, createdAt, createdBy } = rest;
    const open = terminals.filter(isUnfinished);
    const away = open.filter(({ terminal }) => !isOnline(terminal)).length;
    const compared = terminals.flatMap((each) => each.compared ?? []);
    return {
      reconciliationId,
      since,
      state,
      settled: state === 'done' || away === open.length,
      terminals: terminals.length,
      compared: compared.length,
      away,
      failed: terminals.length - open.length - compared.length,
      differing: compared.reduce((sum, { differing }) => sum + differing, 0),
      missing: absent.reduce((sum, { missing }) => sum + (missing ?? 0), 0),
      createdAt,
      createdBy,
    };
  }

  async function detailOf(document: ReconciliationDocument): Promise<z.infer<typeof detail>> {
    const differences = new Map<string, z.infer<typeof detail>['differences'][number]>();
    for (const { terminal, jobId, compared } of document.terminals) {
      if (jobId === null || compared === null || compared.differing === 0) continue;
      const job = await store.get('jobs', jobKey(terminal, jobId));
      for (const each of comparedIn(job?.value.result ?? null)?.differences ?? []) {
        const { shop } = view.health(terminal);
        const key = `${shop?.address} ${shop?.store} ${each.caseId}`;
        const same = differences.get(key);
        differences.set(key, { ...each, terminals: [...(same?.terminals ?? []), terminal] });
      }
    }
    return {
      ...summaryOf(document),
      looks: document.terminals.map((each) => {
        const { terminal, state, words, compared } = each;
        if (!isUnfinished(each) || isOnline(terminal)) return { terminal, state, words, compared };
        return { terminal, state: 'away', words: 'Not connected; it looks when it is, within a day', compared };
      }),
      differences: [...differences.values()],
      gone: document.absent.map(({ question: { terminal, device }, lookedFor, missing }) => ({
        terminal,
        device,
        lookedFor,
        missing,
      })),
    };
  }

  return [
    route('GET', '/api/reconciliations', {
      summary: 'Looks at Magento’s orders, newest first',
      role: 'viewer',
      query: z.object({ limit: limit(20, 200) }),
      answer: z.object({ reconciliations: z.array(summary) }),
      handle: async ({ query }) => {
        const all = [...(await store.list('reconciliations'))].reverse().slice(0, query.limit);
        return { reconciliations: all.map(({ value }) => summaryOf(value)) };
      },
    }),
    route('POST', '/api/reconciliations', {
      summary: 'Have all terminals compare their journals with Magento’s orders',
      role: 'operator',
      body: z.strictObject({
        since: moment.nullable().default(null).meta({ description: 'Sales since then; null: of two weeks.' }),
        terminal: terminalSchema.nullable().default(null),
        group: groupSchema.nullable().default(null),
      }),
      answer: summary,
      handle: async ({ body: { since, terminal, group }, asker }) => {
        const rows = chosenRows(view, { terminal: terminal ?? undefined, group: group ?? undefined });
        const made = await reconciliations.begin({
          since: instant(since ?? clock.now() - twoWeeks),
          members: rows.filter(({ membership }) => membership === 'enrolled').map((row) => row.terminal),
          // Of the whole fleet: also terminals whose number was given up since.
          numbers: terminal === null && group === null ? null : rows.map((row) => row.terminal),
          by: asker.user,
        });
        return summaryOf(made);
      },
    }),
    route('GET', '/api/reconciliations/{reconciliation}', {
      summary: 'Show one look at Magento’s orders: each terminal, each difference, who is gone',
      role: 'viewer',
      query: z.object({
        wait: z.coerce
          .number()
          .int()
          .min(0)
          .max(30)
          .default(0)
          .meta({ description: 'Answers when everybody connected has looked, or after so many seconds.' }),
      }),
      answer: detail,
      handle: async ({ path, query }) => {
        const look = async (): Promise<ReconciliationDocument> => {
          const found = await store.get('reconciliations', path['reconciliation'] ?? '');
          if (found !== null) return found.value;
          throw refusal('fleet.no-such-reconciliation', `There is no look ${path['reconciliation']}`, 'never');
        };
        const isSettled = async (): Promise<boolean> => summaryOf(await look()).settled;
        if (query.wait > 0) await changedUntil(store, clock, isSettled, query.wait);
        return detailOf(await look());
      },
    }),
  ];
}

/** Resolves when `isSo`, looking whenever something in the store changes, or after so many seconds. */
async function changedUntil(
  store: ControllerStore,
  clock: Clock,
  isSo: () => Promise<boolean>,
  patience: number,
): Promise<void> {
  let isLate = false;
  let wake = (): void => undefined;
  const late = clock.schedule(seconds(patience), () => {
    isLate = true;
    wake();
  });
  let hasChanged = false;
  const unwatch = store.onChange((collection) => {
    if (collection !== 'reconciliations' && collection !== 'reports') return;
    hasChanged = true;
    wake();
  });
  try {
    while (!isLate && !(await isSo())) {
      if (!hasChanged) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (isLate || hasChanged) resolve();
        });
      }
      hasChanged = false;
    }
  } finally {
    late.cancel();
    unwatch();
  }
}
