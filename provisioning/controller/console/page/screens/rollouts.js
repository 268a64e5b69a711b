import { ask, part } from '../api.js';
import { openDialog } from '../dialog.js';
import { element } from '../element.js';
import { jobFields, jobOf } from '../job-form.js';
import { complain, tell } from '../notices.js';
import { badge, button, empty, head, panel, table, time } from '../parts.js';
import { watched } from '../watched.js';
import { count, jobName, jobStates, presences, rolloutStates } from '../words.js';

/** All rollouts, and a way to begin one. */
export function rolloutsScreen(context) {
  const list = element('div');
  const view = element(
    'div',
    {},
    head(
      'Rollouts',
      'One job for many terminals, a few first. It pauses or aborts by itself when too many end badly.',
      element('a.button', { href: '#/releases' }, 'Releases'),
      context.may('operator') ? button('Begin a rollout', () => begin(), 'button.primary') : null,
    ),
    panel(null, list),
  );
  const load = watched(context, ['rollouts'], list, async () => {
    const { rollouts } = await ask('GET', '/api/rollouts');
    return rollouts.length === 0
      ? empty('There was no rollout yet. An update of all terminals is best made as one.')
      : table(
          'Rollouts, newest first',
          ['Rollout', 'State', 'How it stands', 'Terminals', 'Begun'],
          rollouts.map((each) => [
            element(
              'a',
              { href: `#/rollouts/${each.rolloutId}` },
              each.label === '' ? jobName(each.job.kind) : each.label,
            ),
            badge(rolloutStates[each.state].tone, rolloutStates[each.state].words),
            each.words,
            String(each.terminals),
            [time(each.createdAt), element('span.muted', {}, ` by ${each.createdBy}`)],
          ]),
        );
  });

  async function begin() {
    const { groups } = await ask('GET', '/api/groups').catch(() => ({ groups: [] }));
    const made = await openDialog({
      title: 'Begin a rollout',
      fields: [
        {
          name: 'label',
          label: 'Name',
          required: true,
          maxlength: 100,
          placeholder: 'e.g. Release 1.2 for the markets',
        },
        {
          name: 'group',
          label: 'For whom',
          kind: 'select',
          options: [
            ['', 'all terminals'],
            ...groups.map(({ name, terminals }) => [name, `group ${name} (${terminals})`]),
          ],
        },
        ...(await jobFields()),
        {
          name: 'steps',
          label: 'Steps, in percent',
          value: '5, 25',
          pattern: '[0-9., ]*',
          help: 'So many are reached by each step; the last one is always all.',
        },
        { name: 'pauseAfterStep', label: 'Wait for a person’s word after each step', kind: 'checkbox', value: true },
        {
          name: 'abortAt',
          label: 'Abort when so many percent end badly',
          kind: 'number',
          value: 20,
          min: 0,
          max: 100,
          help: 'Empty: never.',
        },
      ],
      action: 'Begin',
      submit: async ({ label, group, steps, pauseAfterStep, abortAt, ...rest }) =>
        ask('POST', '/api/rollouts', {
          ...jobOf(rest),
          label,
          group: group === '' ? null : group,
          steps: steps
            .split(/[,\s]+/)
            .filter(Boolean)
            .map(Number),
          pauseAfterStep,
          abortAt,
        }),
    });
    if (made === undefined) return;
    tell('The rollout has begun.');
    location.hash = `#/rollouts/${made.rolloutId}`;
  }

  return { title: 'Rollouts', element: view, close: load.close };
}

const mostListed = 500;
const steps = { running: ['pause', 'abort'], paused: ['resume', 'abort'] };
const stepWords = { pause: 'Pause', resume: 'Go on', abort: 'Abort' };

/** One rollout: how each of its terminals stands. */
export function rolloutScreen(context, rolloutId) {
  const path = `/api/rollouts/${part(rolloutId)}`;
  const place = element('div', {}, head('Rollout', null));
  const load = watched(context, ['rollouts', 'jobs'], place, async () => {
    const { rollout, jobs } = await ask('GET', path);
    const { tone, words } = rolloutStates[rollout.state];
    const states = [...new Set(jobs.map(({ state }) => state))];
    const ended = jobs.filter(({ state }) => !['queued', 'later', 'held', 'running'].includes(state)).length;
    return [
      element('p.trail', {}, element('a', { href: '#/rollouts' }, 'Rollouts'), ' ›'),
      head(
        rollout.label === '' ? jobName(rollout.job.kind) : rollout.label,
        [badge(tone, words), ` ${rollout.words}`],
        context.may('operator')
          ? (steps[rollout.state] ?? []).map((step) =>
              button(stepWords[step], () => steer(step), step === 'abort' ? 'button.danger' : 'button'),
            )
          : null,
      ),
      panel(
        'Progress',
        element('progress.wide', {
          max: rollout.terminals,
          value: ended,
          'aria-label': 'Terminals that have ended their job',
        }),
        element(
          'p',
          {},
          states.map((state) => [
            badge(
              jobStates[state].tone,
              `${jobStates[state].words}: ${jobs.filter((job) => job.state === state).length}`,
            ),
            ' ',
          ]),
        ),
        element(
          'p.muted',
          {},
          `${jobName(rollout.job.kind)}${rollout.job.version ? ` to ${rollout.job.version}` : ''} for ${count(rollout.terminals, 'terminal')}, in steps of ${rollout.steps.join(' %, ')} %; `,
          rollout.abortAt === null ? 'never aborts by itself' : `aborts when ${rollout.abortAt} % end badly`,
          '. Begun ',
          time(rollout.createdAt),
          ` by ${rollout.createdBy}.`,
        ),
      ),
      panel(
        'Terminals',
        jobs.length > mostListed
          ? element('p.muted', {}, `The first ${mostListed} of ${jobs.length}; those that ended badly first.`)
          : null,
        table(
          'Terminals of this rollout',
          ['Terminal', 'Job', 'What it says', 'Connection'],
          [...jobs]
            .sort((one, other) => rank(one.state) - rank(other.state))
            .slice(0, mostListed)
            .map(({ terminal, state, words: said }) => {
              const row = context.fleet.row(terminal);
              return [
                element('a', { href: `#/terminals/${terminal}/jobs` }, terminal),
                badge(jobStates[state].tone, jobStates[state].words),
                said,
                row === undefined ? '' : presences[row.presence].words,
              ];
            }),
        ),
      ),
    ];
  });

  async function steer(step) {
    if (step === 'abort') {
      await openDialog({
        title: 'Abort this rollout?',
        words: 'Terminals that have begun their job end it; nobody else begins.',
        action: 'Abort it',
        danger: true,
        submit: () => ask('POST', `${path}/abort`),
      });
    } else await ask('POST', `${path}/${step}`).catch(complain);
    await load();
  }

  return { title: 'Rollout', element: place, close: load.close };
}

const rank = (state) =>
  ['failed', 'rejected', 'timed-out', 'running', 'held', 'queued', 'later', 'cancelled', 'succeeded'].indexOf(state);
