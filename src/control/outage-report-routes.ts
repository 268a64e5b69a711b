import { z } from 'zod';
import type { OutageSummary } from '../outage-report/summary.ts';
import { HoldfastError } from '../platform/errors.ts';
import type { Exchange } from './exchange.ts';

/** `GET /outage/report?from=…&to=…` (ISO 8601): {@link OutageSummary} */
const windowFilter = z.object({
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
});
export type ReportWindow = z.infer<typeof windowFilter>;

export interface OutageReportHandlers {
  /** Reads the whole journal in the background. Throws `outage-report.bad-window`. */
  outageReport(window: ReportWindow): Promise<OutageSummary>;
}

export function answerOutageReport(handlers: OutageReportHandlers, { url }: Exchange): Promise<OutageSummary> {
  const read = windowFilter.safeParse(Object.fromEntries(url.searchParams));
  if (!read.success) throw new HoldfastError('control.bad-request', z.prettifyError(read.error), { remedy: 'never' });
  return handlers.outageReport(read.data);
}
