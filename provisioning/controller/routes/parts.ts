import { z } from 'zod';
import type { FleetName } from '../../../src/fleet/protocol.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import { terminalId } from '../../../src/platform/ids.ts';
import type { Random } from '../../../src/platform/random.ts';
import type { AlarmDesk } from '../alarm-desk.ts';
import type { ClaimDesk } from '../claim-desk.ts';
import type { DeviceDesk } from '../device-desk.ts';
import type { FleetCaseDesk } from '../fleet-case-desk.ts';
import type { FleetTraffic } from '../fleet-line.ts';
import type { FleetView } from '../fleet-view.ts';
import { routeMaker } from '../http/route.ts';
import type { SignIn } from '../http/sign-in.ts';
import type { JobsDesk } from '../jobs-desk.ts';
import type { ReconciliationDesk } from '../reconciliation-desk.ts';
import type { ReleasesDesk } from '../releases-desk.ts';
import type { RolloutDesk } from '../rollout-desk.ts';
import type { SettingsEditor } from '../settings-editor.ts';
import type { ControllerStore } from '../store/controller-store.ts';

/** What the API's routes are made with. */
export interface ApiParts {
  readonly fleet: FleetName;
  /** Where devices find the broker; part of a claim's QR code. */
  readonly publicBroker: string;
  readonly version: string;
  readonly store: ControllerStore;
  readonly view: FleetView;
  readonly devices: DeviceDesk;
  readonly claims: ClaimDesk;
  readonly settings: SettingsEditor;
  readonly jobs: JobsDesk;
  readonly rollouts: RolloutDesk;
  readonly releases: ReleasesDesk;
  readonly cases: FleetCaseDesk;
  readonly reconciliations: ReconciliationDesk;
  readonly alarms: AlarmDesk;
  readonly traffic: () => FleetTraffic;
  readonly signIn: SignIn;
  readonly clock: Clock;
  readonly random: Random;
}

export const route = routeMaker(z.object({}));

/** Nothing to say but that it was done. */
export const done = z.object({});

export const terminalSchema = z
  .string()
  .regex(/^[A-Z0-9](?:[A-Z0-9-]{0,10}[A-Z0-9])?$/, '1 to 12 of A–Z, 0–9 and "-", e.g. K1')
  .transform((text) => terminalId(text));
export const groupSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'small letters, digits and "-"');
export const moment = z.number().meta({ description: 'Milliseconds since 1970-01-01T00:00:00Z.' });
export const version = z.int().min(1).meta({ description: 'Of the document, for a change that expects it.' });
export const expectedVersion = z.int().min(1).nullable().default(null).meta({
  description: 'Refuse the change if the document has another version; null: change it whatever it is.',
});
export const limit = (usual: number, most: number) => z.coerce.number().int().min(1).max(most).default(usual);
/** In a query, where everything is text. */
export const yesNo = z.enum(['true', 'false']).transform((text) => text === 'true');
