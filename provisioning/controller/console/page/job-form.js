import { ask } from './api.js';
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

/** The fields of a form that make a job; asks which releases there are. */
export async function jobFields() {
  const { releases } = await ask('GET', '/api/releases').catch(() => ({ releases: [] }));
  const offered = releases.filter(({ url }) => url !== null);
  const isElsewhere = (values) => ofUpdate(values) && (offered.length === 0 || values.release === '');
  return [
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
    {
      name: 'release',
      label: 'Release',
      kind: 'select',
      options: [
        ...offered.map(({ version, url, architecture }) => [`${version} ${url}`, `${version}, ${architecture}`]),
        ['', 'from another address'],
      ],
      when: (values) => ofUpdate(values) && offered.length > 0,
    },
    { name: 'version', label: 'Its version', required: true, maxlength: 60, when: isElsewhere },
    {
      name: 'url',
      label: 'Where the bundle is',
      kind: 'url',
      required: true,
      when: isElsewhere,
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
}

/** What the form says of an update. */
function updateOf({ release, version, url }) {
  const [chosen, address] = release.split(' ');
  return address === undefined ? { kind: 'update', version, url } : { kind: 'update', version: chosen, url: address };
}

/** The job, and until when, of what such a form says. */
export function jobOf(values) {
  const { kind, text, seconds, hours, expectedVersion } = values;
  const job = kind === 'show-message' ? { kind, text, seconds } : kind === 'update' ? updateOf(values) : { kind };
  return {
    job,
    deadline: hours === null ? null : Date.now() + hours * 3_600_000,
    expectedVersion: expectedVersion === '' ? null : expectedVersion,
  };
}
