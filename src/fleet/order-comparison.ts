import { z } from 'zod';

// The job `reconcile-orders`: a terminal compares its journal with Magento's orders, and looks for terminals that can't do so themselves.

const moment = z.iso.datetime({ offset: true });
const words = z.string().max(300);
const terminal = z.string().regex(/^[A-Z0-9](?:[A-Z0-9-]{0,10}[A-Z0-9])?$/);
const counter = z.int().min(0);

/** What a terminal that is gone had told last: where its receipts may be missing in Magento. */
export const absentTerminalSchema = z.object({
  terminal,
  device: z.string().max(60),
  /** Orders since then. */
  since: moment,
  /** The first receipt that it had not been told delivered; above `last`: there was none. */
  from: counter,
  /** The last receipt that it said it gave. */
  last: counter,
  /** From this one on receipts are those of the device that took its place; null: none did. */
  before: counter.nullable(),
});
export type AbsentTerminal = z.infer<typeof absentTerminalSchema>;

export const absentJudgementSchema = z.object({
  terminal,
  device: z.string().max(60),
  /** Of the receipts that it gave, those of which Magento has no order. */
  missing: z.int().min(0),
  /** The first of them. */
  missingReceipts: z.array(z.string().max(40)).max(50),
  doubled: z
    .array(z.object({ receiptNumber: z.string().max(40), orderNumbers: z.array(z.string().max(50)).max(20) }))
    .max(50),
});
export type AbsentJudgement = z.infer<typeof absentJudgementSchema>;

/** Most of them in one job. */
export const mostAbsent = 20;
/** Most differences that are told; all of them are cases of the terminal. */
export const mostDifferences = 50;

/** What the job brings back. */
export const ordersComparedSchema = z.object({
  sales: z.int().min(0),
  returns: z.int().min(0),
  unconfirmed: z.int().min(0),
  differing: z.int().min(0).meta({ description: 'How many differences there are.' }),
  differences: z
    .array(
      z.object({
        caseId: z.string().max(260),
        words,
        receiptNumber: z.string().max(40).nullable(),
        nextStep: words,
        runbook: z.string().max(120),
      }),
    )
    .max(mostDifferences),
  stockNotJudged: words.nullable(),
  absent: z.array(absentJudgementSchema).max(mostAbsent),
});
export type OrdersCompared = z.infer<typeof ordersComparedSchema>;
