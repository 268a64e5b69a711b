import { z } from 'zod';
import { caseWish } from '../control/cases-protocol.ts';
import type { ControlHandlers } from '../control/handlers.ts';
import { parkingDecision } from '../control/parked-protocol.ts';
import { type JobExecutors, jobRejected } from '../fleet/jobs-agent.ts';

/** What somebody of the fleet decides about a case or a parked sale of this terminal: by the same rules as at the terminal itself. */
export function deskDecisionJobs(
  control: Pick<ControlHandlers, 'actOnCase' | 'decideParked'>,
): Pick<JobExecutors, 'act-on-case' | 'decide-parked'> {
  // Whoever decided sees how it stands; a second time might say something else.
  const way = { waitsForQuiet: false, afterRestart: 'lost' } as const;
  return {
    'act-on-case': {
      ...way,
      run: async ({ caseId, wish }) => {
        const { state, outcome } = await control.actOnCase(caseId, understood(caseWish, wish));
        return { words: `The case is ${outcome === null ? state : `closed: ${outcome}`}` };
      },
    },
    'decide-parked': {
      ...way,
      run: async ({ document, decision }) => {
        const found = await control.decideParked(document, understood(parkingDecision, decision), 'fleet');
        if (found === undefined) throw jobRejected(`Nothing here has the id or receipt number "${document}"`);
        return { words: `It is ${found.state}: ${found.step}` };
      },
    },
  };
}

/** What the controller only passes on. A later release may know more. */
function understood<Wish>(schema: z.ZodType<Wish>, written: unknown): Wish {
  const read = schema.safeParse(written);
  if (read.success) return read.data;
  throw jobRejected(`This release does not understand it: ${z.prettifyError(read.error)}`);
}
