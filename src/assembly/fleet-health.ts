import type { TerminalStatus } from '../control/protocol.ts';
import type { Health } from '../fleet/protocol.ts';
import type { MachineFacts, MachineIdentity } from '../platform/machine-facts.ts';
import type { TillStatus } from '../till/till.ts';
import { withoutAddresses } from './without-addresses.ts';

export interface HealthFacts {
  readonly status: TerminalStatus;
  readonly till: TillStatus;
  /** The receipt of what waits longest; null: it has none. A customer’s own data is no business of the fleet’s. */
  readonly oldest: string | null;
  readonly lastReceiptCounter: number;
  readonly zone: string;
  readonly machine: MachineFacts;
  readonly identity: MachineIdentity;
  readonly nodeVersion: string;
  /** Cases, what is parked, the checklist (fleet-desks.ts). */
  readonly desks: Pick<Health, 'cases' | 'parked' | 'checklist' | 'shop'>;
}

/** What the terminal knows of itself, in the fleet's words. Nothing of a sale's lines, a card or a customer is in it. */
export function healthOf({
  status,
  till,
  oldest,
  lastReceiptCounter,
  zone,
  machine,
  identity,
  nodeVersion,
  desks,
}: HealthFacts): Health {
  const { connection, sales, snapshot, storage } = status;
  const short = (text: string): string => text.slice(0, 500);
  return {
    queue: {
      waiting: sales.waiting,
      parked: sales.parked,
      confirmed: sales.confirmed,
      oldestUnconfirmed:
        status.oldestUnconfirmed === null
          ? null
          : { receiptNumber: oldest ?? 'without a receipt', soldAt: status.oldestUnconfirmed.soldAt },
      lastReceiptCounter,
    },
    delivery: {
      state: connection.state,
      words: short(connection.words),
      lane: connection.lane,
      recipe: connection.recipe,
      lastConfirmationAt: connection.lastConfirmationAt,
    },
    loop: {
      heartbeatAge: Math.round(connection.heartbeatAge),
      attempts: connection.attempts,
      confirmations: connection.confirmations,
    },
    snapshot:
      snapshot === null
        ? null
        : {
            generation: snapshot.generation,
            takenAt: snapshot.takenAt,
            rejected: snapshot.rejected,
            size: snapshot.size,
          },
    storage: { level: storage.level, words: short(storage.words) },
    space: { room: storage.room, free: storage.free, limit: storage.limit },
    devices: status.devices.map((device) => ({ ...device, condition: short(device.condition) })).slice(0, 40),
    journal: { state: status.journal.state, words: short(status.journal.words) },
    clock: { trusted: status.clockTrusted, zone },
    shift: { open: status.shift.open, openedAt: status.shift.openedAt },
    busy: { sale: till.sale !== null, payment: till.unresolvedPayment !== null },
    attention: status.attention
      .map(({ severity, words, nextStep }) =>
        withoutAddresses({ severity, words: short(words), nextStep: short(nextStep) }),
      )
      .slice(0, 100),
    machine: {
      temperature: machine.temperature === null ? null : Math.round(machine.temperature),
      memoryTotal: machine.memoryTotal,
      memoryAvailable: machine.memoryAvailable,
      processMemory: machine.processMemory,
      load: Math.round(machine.load * 100) / 100,
      uptime: Math.round(machine.uptime),
    },
    versions: { holdfast: status.version, node: nodeVersion, system: identity.system, model: identity.model },
    ...desks,
  };
}
