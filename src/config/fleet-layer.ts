import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { JsonValue } from '../platform/brand.ts';
import { parseState, previousOf } from '../platform/state-file.ts';
import { judgeSettings, layered } from './fleet-settings.ts';

/** Where a terminal keeps what its fleet wants it to be. */
export const fleetSettingsFile = 'fleet-settings.json';

const json: z.ZodType<JsonValue> = z.json();

export const fleetLayerSchema = z.object({
  version: z.literal(1),
  /** The number that the fleet gave the device. */
  terminal: z.string(),
  /** Of the desired settings. */
  desiredVersion: z.int().min(0),
  /** Dotted key → value, all that were wanted; secrets in the clear. */
  wanted: z.record(z.string(), json),
});
export type FleetLayer = z.infer<typeof fleetLayerSchema>;

/** Null: the fleet has set nothing here yet, or it can't be read in either copy; the fleet sends it again. */
export function readFleetLayer(dataDir: string): FleetLayer | null {
  for (const name of [fleetSettingsFile, previousOf(fleetSettingsFile)]) {
    try {
      return fleetLayerSchema.parse(parseState(readFileSync(join(dataDir, name), 'utf8')));
    } catch {
      // Not there, or not whole: the other copy.
    }
  }
  return null;
}

/** The terminal's file as the fleet wants it, less what this terminal can't run with. */
export function fleetValues(
  own: unknown,
  { terminal, wanted }: FleetLayer,
  env: Readonly<Record<string, string | undefined>>,
): unknown {
  const numbered = layered(own, { 'terminal.id': terminal });
  return layered(numbered, judgeSettings(numbered, wanted, env).accepted);
}
