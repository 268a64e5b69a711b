import { expect, it } from 'vitest';
import { paymentReportJob } from '../../src/assembly/payment-report-job.ts';
import type { AcquirerReport } from '../../src/payments/acquirer.ts';

const report = {
  acquirer: 'adyen',
  about: { psp: 'PSP1', merchant: 'K1-00000042_x' },
  event: { kind: 'issuer-declined', reason: 'no money', at: 1, eventId: 'adyen:AUTHORISATION:PSP1:false' },
};
const context = {} as Parameters<ReturnType<typeof paymentReportJob>['run']>[1];

it('brings what the controller heard to the payment, and says what came of it', async () => {
  const taken: AcquirerReport[] = [];
  const job = paymentReportJob({
    take: async (each) => {
      taken.push(each);
      return taken.length === 1 ? { kind: 'not-known' } : { kind: 'repeated' };
    },
  });
  expect(await job.run({ kind: 'payment-report', report }, context)).toEqual({
    words: 'This till does not know the payment; there is a case',
  });
  expect(await job.run({ kind: 'payment-report', report }, context)).toEqual({ words: 'It was known already' });
  expect(taken).toEqual([report, report]);
  // Done again after a crash: the payment's own room sees to it that it counts once.
  expect(job).toMatchObject({ afterRestart: 'again', waitsForQuiet: true });
});

it('rejects what it does not understand', async () => {
  const job = paymentReportJob({ take: () => Promise.reject(new Error('not reached')) });
  const odd = { ...report, event: { ...report.event, kind: 'forgiven' } };
  await expect(job.run({ kind: 'payment-report', report: odd }, context)).rejects.toMatchObject({
    code: 'fleet.job-rejected',
  });
});
