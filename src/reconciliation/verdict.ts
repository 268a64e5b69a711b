/** How a line of a checklist stands, the worst last. */
export const verdicts = ['ok', 'attention', 'fail'] as const;
export type Verdict = (typeof verdicts)[number];

export interface CheckLine {
  /** What is checked, e.g. `retry-loop`; stable. */
  readonly check: string;
  readonly verdict: Verdict;
  readonly words: string;
  /** null: nothing is to be done. */
  readonly nextStep: string | null;
}

export const worstOf = (lines: readonly { readonly verdict: Verdict }[]): Verdict =>
  lines.reduce<Verdict>((worst, { verdict }) => (rank(verdict) > rank(worst) ? verdict : worst), 'ok');

const rank = (verdict: Verdict): number => verdicts.indexOf(verdict);
