import { ask, part } from '../api.js';
import { openDialog } from '../dialog.js';
import { element, fill } from '../element.js';
import { jobFields, jobOf, jobs as kinds } from '../job-form.js';
import { complain, tell } from '../notices.js';
import { badge, button, empty, panel, table, time } from '../parts.js';
import { keepingPlace } from '../watched.js';
import { jobName, jobStates } from '../words.js';

const open = new Set(['queued', 'held', 'running']);

/** What a terminal was told to do, and a way to tell it more. */
export function jobsPart({ terminal, path, context }) {
  const list = element('div');
  const quick = ['sync-now', 'refresh-snapshot', 'test-print'];
  const view = panel(
    'Jobs',
    context.may('operator')
      ? element(
          'div.button-row',
          {},
          quick.map((kind) => button(jobName(kind), () => order({ job: { kind } }))),
          button('Order something else', () => orderByForm(), 'button.primary'),
        )
      : null,
    list,
  );

  async function order(wishes) {
    try {
      await ask('POST', `${path}/jobs`, wishes);
      tell(`Ordered: ${jobName(wishes.job.kind)}.`);
      await load();
    } catch (error) {
      complain(error);
    }
  }

  async function orderByForm() {
    await openDialog({
      title: `Order something from ${terminal}`,
      words: element('span', {}, kinds.map(([kind, words]) => `${jobName(kind)}: ${words}`).join(' ')),
      fields: await jobFields(),
      action: 'Order it',
      submit: async (values) => {
        await ask('POST', `${path}/jobs`, jobOf(values));
        tell(`Ordered: ${jobName(values.kind)}.`);
      },
    });
    await load();
  }

  async function cancel({ jobId }) {
    try {
      await ask('POST', `${path}/jobs/${part(jobId)}/cancel`);
      await load();
    } catch (error) {
      complain(error);
    }
  }

  async function load() {
    try {
      const { jobs } = await ask('GET', `${path}/jobs`);
      keepingPlace(list, () =>
        fill(
          list,
          jobs.length === 0
            ? empty('Nothing was ordered from it in the last weeks.')
            : jobsTable(jobs, cancel, context),
        ),
      );
    } catch (error) {
      fill(list, empty(`${error.message}.`, button('Try again', load)));
    }
  }

  return { element: view, show: load };
}

const jobsTable = (jobs, cancel, { may }) =>
  table(
    'Jobs, newest first',
    ['Job', 'State', 'What it says', 'Ordered', ''],
    jobs.map((job) => [
      jobName(job.job.kind),
      [
        badge(jobStates[job.state].tone, jobStates[job.state].words),
        job.progress === null || !open.has(job.state)
          ? null
          : element('progress', { max: 1, value: job.progress, 'aria-label': 'progress' }),
      ],
      [job.words, job.result === null ? null : resultOf(job)],
      [
        time(job.createdAt),
        element('span.muted', {}, ` by ${job.createdBy}`),
        job.rollout === null ? null : [' ', element('a', { href: `#/rollouts/${job.rollout}` }, 'rollout')],
      ],
      open.has(job.state) && may('operator') ? button('Cancel', () => cancel(job), 'button.quiet') : '',
    ]),
  );

/** What a job brought back, to look at and to keep. */
function resultOf({ result, jobId, terminal }) {
  const text = JSON.stringify(result, null, 2);
  const save = () => {
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    element('a', { href: url, download: `${terminal}-${jobId}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return element(
    'details',
    {},
    element('summary', {}, 'What it brought back'),
    element('pre', {}, text.length > 20_000 ? `${text.slice(0, 20_000)}…` : text),
    button('Save as a file', save, 'button.quiet'),
  );
}
