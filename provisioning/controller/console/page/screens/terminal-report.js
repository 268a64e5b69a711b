import { ask } from '../api.js';
import { element, fill } from '../element.js';
import { complain } from '../notices.js';
import { badge, button, empty, panel } from '../parts.js';
import { keepingPlace } from '../watched.js';
import { jobStates, moment } from '../words.js';

const day = 86_400_000;
const formats = ['pdf', 'png', 'svg'];
const mostShown = 10;

/** What happened at a terminal in a time: a picture made of its own journal, to look at and to keep. */
export function reportPart({ terminal, path, context }) {
  const from = momentInput('From', Date.now() - day);
  const to = momentInput('Until', Date.now());
  const list = element('div');
  const form = element(
    'form.filters',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void order();
      },
    },
    element('label', { for: from.id }, 'From'),
    from,
    element('label', { for: to.id }, 'until'),
    to,
    element('button.primary', { type: 'submit' }, 'Make the report'),
  );
  const view = panel(
    'Outage report',
    element(
      'p.muted',
      {},
      'Made of the terminal’s own journal: how deep its queue was, what it sold, what Magento confirmed, what became of card payments. A terminal that is away makes it when it is back.',
    ),
    context.may('operator') ? form : null,
    list,
  );
  /** Of the report that is looked at; null: the newest. */
  let shown = null;

  async function order() {
    try {
      const job = {
        kind: 'outage-report',
        from: new Date(from.value).toISOString(),
        to: new Date(to.value).toISOString(),
      };
      shown = (await ask('POST', `${path}/jobs`, { job })).jobId;
      await load();
    } catch (error) {
      complain(error instanceof RangeError ? new Error('Say from when until when.') : error);
    }
  }

  async function load() {
    try {
      const { jobs } = await ask('GET', `${path}/jobs?limit=200`);
      const reports = jobs.filter(({ job }) => job.kind === 'outage-report').slice(0, mostShown);
      keepingPlace(list, () => fill(list, reports.length === 0 ? empty('No report was made yet.') : draw(reports)));
    } catch (error) {
      fill(list, empty(`${error.message}.`, button('Try again', load)));
    }
  }

  function draw(reports) {
    const chosen = reports.find(({ jobId }) => jobId === shown) ?? reports[0];
    const words = ({ job }) => `${moment(job.from)} to ${moment(job.to)}`;
    return [
      reports.length < 2
        ? null
        : element(
            'div.choice',
            { role: 'group', 'aria-label': 'Reports' },
            reports.map((report) => {
              const choice = button(words(report), () => choose(report.jobId));
              choice.setAttribute('aria-pressed', String(report === chosen));
              return choice;
            }),
          ),
      chosen.state === 'succeeded'
        ? picture(terminal, path, chosen, words(chosen))
        : element(
            'p',
            {},
            badge(jobStates[chosen.state].tone, jobStates[chosen.state].words),
            ` ${words(chosen)}: ${chosen.words}`,
          ),
    ];
  }

  function choose(jobId) {
    shown = jobId;
    void load();
  }

  return { element: view, show: load };
}

function picture(terminal, path, { jobId }, words) {
  const file = (format) => `${path}/outage-reports/${jobId}.${format}`;
  return element(
    'figure.report',
    {},
    element('img', { src: file('svg'), alt: `What happened at ${terminal}, ${words}`, width: 1400, height: 860 }),
    element(
      'figcaption.button-row',
      {},
      formats.map((format) =>
        element('a.button', { href: file(format), download: '' }, `Save as ${format.toUpperCase()}`),
      ),
    ),
  );
}

let made = 0;

/** In the time of who looks. */
function momentInput(label, at) {
  made += 1;
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  return element('input', {
    id: `moment-${made}`,
    type: 'datetime-local',
    value: local,
    required: true,
    'aria-label': label,
  });
}
