import { z } from 'zod';

/** How another release of Holdfast gets onto the terminal. */
export const updates = z.strictObject({
  releases: z.string().default('').meta({
    description:
      'The folder with "releases" and "current" in it, where a launcher decides before every start which release runs (docs/updates.md); install.sh sets it. Empty: this terminal is not updated by itself.',
    device: true,
    restart: true,
  }),
  quietFor: z.int().min(0).default(20_000).meta({
    description: 'Milliseconds for which nobody must have sold before the terminal restarts for another release.',
  }),
  steadyFor: z.int().min(0).default(60_000).meta({
    description:
      'Milliseconds for which a new release must be able to do all that the one before could, until it is kept.',
  }),
  trialWithin: z.int().min(1_000).default(900_000).meta({
    description: 'Milliseconds within which it must have come that far; else the one before comes back.',
  }),
});
