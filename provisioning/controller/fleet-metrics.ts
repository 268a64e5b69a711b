import type { Instant } from '../../src/platform/clock.ts';
import type { FleetTraffic } from './fleet-line.ts';
import type { FleetView, TerminalRow } from './fleet-view.ts';

/** The fleet in Prometheus' text format 0.0.4 (docs/fleet.md lists the names). */
export function fleetMetrics(view: FleetView, traffic: FleetTraffic, now: Instant): string {
  const rows = view.rows().filter(({ membership }) => membership === 'enrolled');
  const lines: string[] = [];
  const family = (name: string, help: string, type: 'gauge' | 'counter' = 'gauge'): void => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
  };
  const perTerminal = (name: string, help: string, value: (row: TerminalRow) => number | null): void => {
    family(name, help);
    for (const row of rows) {
      const figure = value(row);
      if (figure !== null) lines.push(`${name}{terminal="${row.terminal}",group="${row.group ?? ''}"} ${figure}`);
    }
  };
  family('holdfast_fleet_terminals', 'Terminals by presence.');
  for (const presence of ['online', 'lost', 'stopped', 'restarting', 'never'] as const) {
    const count = rows.filter((row) => row.presence === presence).length;
    lines.push(`holdfast_fleet_terminals{presence="${presence}"} ${count}`);
  }
  family('holdfast_fleet_alarms', 'Open alarms by severity.');
  const alarms = view.alarms();
  for (const severity of ['alarm', 'warning'] as const) {
    const count = alarms.filter((alarm) => alarm.severity === severity).length;
    lines.push(`holdfast_fleet_alarms{severity="${severity}"} ${count}`);
  }
  family('holdfast_controller_messages_total', 'Messages from terminals that this controller has heard.', 'counter');
  lines.push(`holdfast_controller_messages_total ${traffic.heard}`);
  family('holdfast_controller_messages_waiting', 'Of those, what is not dealt with yet.');
  lines.push(`holdfast_controller_messages_waiting ${traffic.waiting}`);
  perTerminal('holdfast_terminal_online', '1 while the terminal is connected.', (row) =>
    row.presence === 'online' ? 1 : 0,
  );
  perTerminal('holdfast_terminal_waiting_sales', 'Sales on their way into Magento.', (row) => row.waiting);
  perTerminal('holdfast_terminal_parked_sales', 'Sales that Magento refuses.', (row) => row.parked);
  perTerminal('holdfast_terminal_oldest_unconfirmed_seconds', 'Age of the oldest sale not confirmed.', (row) =>
    row.oldestUnconfirmedAt === null ? 0 : Math.max(0, (now - Date.parse(row.oldestUnconfirmedAt)) / 1000),
  );
  perTerminal('holdfast_terminal_snapshot_age_seconds', 'Age of the copy of the shop.', (row) =>
    row.snapshotAt === null ? null : Math.max(0, (now - Date.parse(row.snapshotAt)) / 1000),
  );
  perTerminal('holdfast_terminal_last_heard_seconds', 'Since the terminal last said anything.', (row) =>
    row.lastHeard === null ? null : Math.max(0, (now - row.lastHeard) / 1000),
  );
  perTerminal('holdfast_terminal_alarms', 'Open alarms of the terminal.', (row) => row.alarms);
  return `${lines.join('\n')}\n`;
}
