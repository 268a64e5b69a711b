import { createHash } from 'node:crypto';
import { hours, type Instant, minutes } from '../../src/platform/clock.ts';
import type { AlarmDocument, ReportDocument, TerminalDocument } from './store/documents.ts';

/** What somebody should act on, as it is now. */
export type Alarm = Pick<AlarmDocument, 'code' | 'severity' | 'words' | 'nextStep'>;

/** A terminal that says nothing for so long, though it is connected, has a problem: it reports every minute. */
const silentAfter = minutes(15);
const lostAfter = minutes(10);
const unconfirmedAfter = hours(24);
const snapshotOldAfter = hours(26);
/** °C; a Raspberry Pi slows down at 80 and more at 85 (raspberrypi.com, "Frequency management and thermal control"). */
const hot = 80;

/** All that is wrong with a terminal: what it says itself, and what only can be seen from here. */
export function alarmsOf(terminal: TerminalDocument, report: ReportDocument | null, now: Instant): Alarm[] {
  if (terminal.member === null || report === null) return [];
  const { health, presence, lastHeard, reported } = report;
  const alarms: Alarm[] = [];
  const warn = (code: string, words: string, nextStep: string) =>
    alarms.push({ code, severity: 'warning', words, nextStep });
  const alarm = (code: string, words: string, nextStep: string) =>
    alarms.push({ code, severity: 'alarm', words, nextStep });

  if (presence.state === 'online' && lastHeard !== null && now - lastHeard > silentAfter) {
    alarm(
      'silent',
      `${terminal.terminal} is connected but has said nothing for ${age(now - lastHeard)}.`,
      'Restart it.',
    );
  }
  if (presence.state === 'lost' && now - presence.since > lostAfter) {
    const waiting = health.queue?.waiting ?? 0;
    const words = `${terminal.terminal} was lost ${age(now - presence.since)} ago${waiting > 0 ? `, with ${waiting} sale(s) not in Magento yet` : ''}.`;
    warn('lost', words, 'It sells without a network; look at its power and internet when the shop is open.');
  }
  const oldest = health.queue?.oldestUnconfirmed;
  if (oldest != null && now - Date.parse(oldest.soldAt) > unconfirmedAfter) {
    const words = `Sale ${oldest.receiptNumber} has not been in Magento for ${age(now - Date.parse(oldest.soldAt))}.`;
    alarm('unconfirmed', words, 'Look at the terminal’s connection to the shop, and at its parked sales.');
  }
  if (health.snapshot != null && now - Date.parse(health.snapshot.takenAt) > snapshotOldAfter) {
    warn(
      'snapshot-old',
      `Its copy of the shop is ${age(now - Date.parse(health.snapshot.takenAt))} old.`,
      'Order "refresh-snapshot".',
    );
  }
  if (health.clock?.trusted === false) {
    warn('clock', 'Its clock was not set by a time server since it started.', 'Let it reach a time server (NTP).');
  }
  const temperature = health.machine?.temperature;
  if (temperature != null && temperature >= hot) {
    warn('hot', `Its processor is at ${Math.round(temperature)} °C.`, 'Give it air, or take it out of the sun.');
  }
  const rejected = Object.entries(reported?.outcomes ?? {}).flatMap(([key, outcome]) =>
    outcome.state === 'rejected' ? [`${key}: ${outcome.reason}`] : [],
  );
  if (rejected.length > 0) {
    warn(
      'settings',
      `It can’t take ${rejected.length} setting(s): ${rejected.slice(0, 3).join('; ')}`,
      'Correct or remove them.',
    );
  }
  for (const { severity, words, nextStep } of health.attention ?? []) {
    alarms.push({ code: codeOf(words), severity, words, nextStep });
  }
  return alarms;
}

/** The same for the same trouble, whatever figures stand in its words. */
function codeOf(words: string): string {
  const kind = words.replace(/[\d.,]+/g, '#');
  return `till-${createHash('sha256').update(kind).digest('hex').slice(0, 10)}`;
}

export function age(milliseconds: number): string {
  const inMinutes = Math.round(milliseconds / 60_000);
  if (inMinutes < 120) return `${inMinutes} min`;
  const inHours = Math.round(inMinutes / 60);
  return inHours < 48 ? `${inHours} h` : `${Math.round(inHours / 24)} days`;
}
