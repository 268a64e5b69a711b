import type { LiveJournal } from '../journal/live-journal.ts';
import { type Clock, type Instant, stamp } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { BatteryReading } from '../platform/power-supply.ts';
import { zoneFormat } from '../platform/zone-formats.ts';
import type { Outbox } from '../sync/outbox.ts';
import type { ServiceDesk } from '../till/ports.ts';
import type { DeviceBench } from './device-bench.ts';

/** What the service menu needs of the machine; what is left out can't be done there. */
export interface MachineDesk {
  /** Addresses in the shop's network. */
  readonly addresses?: () => readonly string[];
  /** Its battery or UPS; null: none is seen. */
  readonly battery?: () => BatteryReading | null;
  /** Ends the process in order and switches the machine off, as far as it may. */
  readonly shutDown?: () => void;
  /** Puts the terminal into a fleet; says in words what became of it. */
  readonly claim?: (code: string) => Promise<{ readonly passed: boolean; readonly words: string }>;
}

export interface ServiceDeskParts {
  readonly terminalId: string;
  readonly version: string;
  readonly journal: Pick<LiveJournal, 'unconfirmed'>;
  readonly outbox: Pick<Outbox, 'status'>;
  readonly bench: DeviceBench;
  readonly clock: Clock;
  readonly machine: MachineDesk;
}

/** More than anybody reads on two lines. */
const mostParked = 20;

/** What the service menu on the keypad shows and does. */
export function createServiceDesk(parts: ServiceDeskParts): ServiceDesk {
  const { terminalId, version, journal, outbox, bench, clock, machine } = parts;
  return {
    facts() {
      const devices = bench.list();
      const printer = devices.find(({ kind }) => kind === 'printer');
      const { lastConfirmationAt } = outbox.status();
      return {
        lastContact: lastConfirmationAt === null ? null : timeOfDay(lastConfirmationAt, clock.zone),
        paperProblem: printer === undefined || printer.condition === 'ready' ? null : printer.condition,
        clockTrusted: stamp(clock).trusted,
        addresses: machine.addresses?.() ?? [],
        version,
        terminalId,
        devices: devices.map(({ name, state }) => ({ name, ready: state === 'ready' })),
        parked: parkedOf(journal),
      };
    },
    async testDevice(name) {
      try {
        return await bench.test(name, () => undefined, new AbortController().signal);
      } catch (error) {
        return { passed: false, words: messageOf(error) };
      }
    },
    async claim(code) {
      if (machine.claim === undefined) return { passed: false, words: 'no fleet is configured' };
      try {
        return await machine.claim(code);
      } catch (error) {
        return { passed: false, words: messageOf(error) };
      }
    },
    shutDown: () => machine.shutDown?.(),
  };
}

function parkedOf(journal: ServiceDeskParts['journal']): readonly { receiptNumber: string; words: string }[] {
  return journal
    .unconfirmed()
    .filter(({ delivery }) => delivery.state === 'parked')
    .slice(0, mostParked)
    .map((document) => ({
      receiptNumber: document.receiptNumber ?? document.name,
      words: document.delivery.lastAnswer ?? '',
    }));
}

const dayAndTime = zoneFormat('de-DE', { day: '2-digit', month: '2-digit', hour: '2-digit', minute: '2-digit' });

const timeOfDay = (at: Instant, timeZone: string): string => dayAndTime(timeZone).format(at).replace(', ', ' ');
