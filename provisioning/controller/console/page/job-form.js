import { jobName } from './words.js';

/** What may be ordered from a terminal, with what a person should know of it. */
export const jobs = [
  ['sync-now', 'Tries at once to bring waiting sales into Magento.'],
  ['refresh-snapshot', 'Fetches products, prices, taxes and stock anew.'],
  ['checklist', 'Makes its checklist anew: is everything in Magento and reconciled?'],
  ['test-print', 'Prints a page at its receipt printer.'],
  ['show-message', 'Shows a text on its display.'],
  ['collect-diagnostics', 'Brings back what helps to find a fault; nothing secret, nothing of a card.'],
  ['close-shift', 'Closes the shift and prints the Z report, as soon as nobody sells.'],
  ['restart', 'Restarts Holdfast as soon as nobody sells or pays. Nothing is lost.'],
  ['rotate-credentials', 'Gives it new credentials for the broker.'],
  ['update', 'Installs another release beside the present one, and goes back to it by itself if that does not work.'],
];

const ofUpdate = ({ kind }) => kind === 'update';
const ofMessage = ({ kind }) => kind === 'show-message';

/** The fields of a form that make a job. */
export const jobFields = () => [
  {
    name: 'kind',
    label: 'What to do',
    kind: 'select',
    options: jobs.map(([kind]) => [kind, jobName(kind)]),
    help: 'What would disturb a sale or a payment waits until there is none.',
  },
  { name: 'text', label: 'Text', required: true, maxlength: 160, when: ofMessage },
  {
    name: 'seconds',
    label: 'Shown for (seconds)',
    kind: 'number',
    value: 30,
    min: 1,
    max: 600,
    required: true,
    when: ofMessage,
  },
  { name: 'version', label: 'Release', required: true, maxlength: 60, when: ofUpdate },
  {
    name: 'url',
    label: 'Where the release bundle is',
    kind: 'url',
    required: true,
    when: ofUpdate,
    placeholder: 'https://…',
  },
  {
    name: 'hours',
    label: 'Only within the next hours',
    kind: 'number',
    min: 1,
    help: 'Empty: whenever the terminal comes by.',
  },
  { name: 'expectedVersion', label: 'Only if it runs release', maxlength: 60, help: 'Empty: any.' },
];

/** The job, and until when, of what such a form says. */
export function jobOf({ kind, text, seconds, version, url, hours, expectedVersion }) {
  const job = kind === 'show-message' ? { kind, text, seconds } : kind === 'update' ? { kind, version, url } : { kind };
  return {
    job,
    deadline: hours === null ? null : Date.now() + hours * 3_600_000,
    expectedVersion: expectedVersion === '' ? null : expectedVersion,
  };
}
