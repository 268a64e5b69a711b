import type { JobExecutor } from '../fleet/jobs-agent.ts';
import { acquirerReportSchema } from '../payments/acquirer-report-schema.ts';
import type { AcquirerReports } from '../payments/reports.ts';
import { HoldfastError } from '../platform/errors.ts';

/** What the fleet's controller heard from an acquirer, brought to the payment; twice is as good as once. */
export function paymentReportJob(reports: Pick<AcquirerReports, 'take'>): JobExecutor<'payment-report'> {
  return {
    // A webhook may be faster than the card terminal's own answer; it must not find the payment still being asked for.
    waitsForQuiet: true,
    afterRestart: 'again',
    async run({ report }) {
      const read = acquirerReportSchema.safeParse(report);
      if (!read.success) {
        throw new HoldfastError('fleet.job-rejected', 'This release does not understand the report.', {
          remedy: 'never',
        });
      }
      const taking = await reports.take(read.data);
      return { words: words[taking.kind] };
    },
  };
}

const words = {
  advanced: 'The payment knows it now',
  repeated: 'It was known already',
  stale: 'It was overtaken by later news',
  impossible: 'It contradicts what is known; there is a case',
  'not-known': 'This till does not know the payment; there is a case',
} as const;
