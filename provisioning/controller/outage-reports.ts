import type { IncomingMessage } from 'node:http';
import { drawReport, type FleetSpans } from '../../src/outage-report/picture.ts';
import { contentTypes, type ReportFormat, reportFile, reportFormats } from '../../src/outage-report/report-file.ts';
import { type OutageSummary, outageSummarySchema } from '../../src/outage-report/summary.ts';
import { messageOf } from '../../src/platform/errors.ts';
import { terminalId } from '../../src/platform/ids.ts';
import { problem, type RawHandler, sendJson } from './http/api-server.ts';
import type { Asker } from './http/route.ts';
import { jobKey } from './jobs-desk.ts';
import type { ControllerStore, LogEntry } from './store/controller-store.ts';

const path = /^\/api\/terminals\/([A-Z0-9-]{1,12})\/outage-reports\/([0-9a-f-]{36})\.(svg|pdf|png)$/;
/** Events of the window, and as many before it as it takes to know how things stood; more are not looked at. */
const pageSize = 500;
const mostPages = 10;

/**
 * `GET /api/terminals/{terminal}/outage-reports/{job}.svg|pdf|png`: the picture of what a job `outage-report` brought back, with the
 * connection as it was seen from here. Made anew at each question; nothing of it is kept.
 */
export function outageReports(options: {
  readonly store: ControllerStore;
  readonly whoAsks: (request: IncomingMessage) => Promise<Asker | null>;
}): RawHandler {
  const { store, whoAsks } = options;
  return async (request, response, url) => {
    const [, terminal, job, ending] = path.exec(url.pathname) ?? [];
    const format = reportFormats.find((each) => each === ending);
    if (request.method !== 'GET' || terminal === undefined || job === undefined || format === undefined) return false;
    if ((await whoAsks(request)) === null) throw problem('controller.sign-in', 'Sign in first', 401);
    const summary = await broughtBack(store, terminal, job);
    if (typeof summary === 'string') {
      sendJson(response, 404, { code: 'fleet.no-such-report', message: summary, hint: null });
      return true;
    }
    const name = `outage-${terminal}-${summary.from.slice(0, 10)}.${format}`;
    response.writeHead(200, headers(format, name));
    response.end(reportFile(drawReport(summary, await seenFromHere(store, terminal, summary)), format));
    return true;
  };
}

const headers = (format: ReportFormat, name: string) => ({
  'content-type': contentTypes[format],
  'content-disposition': `inline; filename="${name}"`,
  // An SVG that is opened by itself is a page of this origin: nothing in it is run.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'cache-control': 'private, no-store',
});

/** A text: why there is none. */
async function broughtBack(store: ControllerStore, terminal: string, job: string): Promise<OutageSummary | string> {
  const found = await store.get('jobs', jobKey(terminalId(terminal), job));
  if (found === null || found.value.job.kind !== 'outage-report')
    return `There is no outage report ${job} of ${terminal}`;
  if (found.value.state !== 'succeeded') return `The report is not there (yet): ${found.value.words}`;
  const read = outageSummarySchema.safeParse(found.value.result);
  return read.success ? read.data : `The report can’t be read: ${messageOf(read.error)}`;
}

/** When the controller was in touch with the terminal; null: it knows nothing of that time. */
async function seenFromHere(
  store: ControllerStore,
  terminal: string,
  { from, to }: OutageSummary,
): Promise<FleetSpans | null> {
  const events = await readBack(store, terminal, Date.parse(from));
  const turns = events.flatMap(({ at, entry }) => {
    const state = stateIn(entry);
    return state === null ? [] : [{ at, state }];
  });
  const spans = turns.flatMap(({ at, state }, index) => {
    const start = Math.max(at, Date.parse(from));
    const end = Math.min(turns[index + 1]?.at ?? Date.parse(to), Date.parse(to));
    return end <= start ? [] : [{ from: new Date(start).toISOString(), to: new Date(end).toISOString(), state }];
  });
  return spans.length === 0 ? null : { spans };
}

/** Oldest first. */
async function readBack(store: ControllerStore, terminal: string, from: number): Promise<readonly LogEntry[]> {
  const events: LogEntry[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const before = events.at(-1)?.id;
    const more = await store.readLog('events', {
      subject: terminal,
      limit: pageSize,
      ...(before === undefined ? {} : { before }),
    });
    events.push(...more);
    const isEnough = events.some(({ at, entry }) => at < from && stateIn(entry) !== null);
    if (more.length < pageSize || isEnough) break;
  }
  return events.reverse();
}

function stateIn(entry: LogEntry['entry']): 'online' | 'lost' | 'stopped' | null {
  const kind = typeof entry === 'object' && entry !== null && 'kind' in entry ? entry['kind'] : null;
  if (kind === 'online' || kind === 'lost') return kind;
  return kind === 'stopped' || kind === 'restarting' ? 'stopped' : null;
}
