import { ApiError, ask, part } from '../api.js';
import { openDialog } from '../dialog.js';
import { element } from '../element.js';
import { complain, tell } from '../notices.js';
import { badge, button, empty, head, panel, table } from '../parts.js';
import { watched } from '../watched.js';
import { bytes, moment } from '../words.js';

/** The releases that terminals can fetch from here; a rollout of the job "update" brings one to them. */
export function releasesScreen(context) {
  const list = element('div');
  const file = element('input', {
    type: 'file',
    id: 'bundle',
    'aria-label': 'Release bundle',
    hidden: true,
    onchange: () => take(),
  });
  const view = element(
    'div',
    {},
    element('p.trail', {}, element('a', { href: '#/rollouts' }, 'Rollouts'), ' ›'),
    head(
      'Releases',
      'Signed bundles that terminals fetch from here; each checks the signature itself (docs/updates.md).',
      context.may('operator') ? [file, button('Take a release in', () => file.click(), 'button.primary')] : null,
    ),
    panel(null, list),
  );
  const load = watched(context, ['releases'], list, async () => {
    const { releases } = await ask('GET', '/api/releases');
    return releases.length === 0
      ? empty('No release is here. Take a bundle in, then begin a rollout of it.')
      : table(
          'Releases, newest first',
          ['Release', 'For', 'May follow', 'Signed by', 'Size', 'Built', ''],
          releases.map((each) => [
            [
              element('strong', {}, each.version),
              element('span.muted', {}, ` ${each.release}`),
              each.changesKeys ? [' ', badge('wait', 'changes the trusted keys')] : '',
            ],
            each.architecture,
            `${each.minimumVersion} and later`,
            each.signedBy.join(', '),
            bytes(each.bundleSize),
            moment(each.builtAt),
            context.may('operator') ? button('Remove', () => remove(each), 'button.quiet') : '',
          ]),
        );
  });

  async function take() {
    const [bundle] = file.files ?? [];
    file.value = '';
    if (bundle === undefined) return;
    tell(`Sending ${bundle.name} (${bytes(bundle.size)})…`);
    try {
      const response = await fetch('/api/releases', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: bundle,
      });
      const answer = await response.json();
      if (!response.ok) throw new ApiError(answer.code, answer.message, answer.hint, response.status);
      tell(`Release ${answer.version} can be fetched now.`);
    } catch (error) {
      complain(
        error instanceof ApiError ? error : new ApiError('offline', 'The bundle did not get through', 'Try again.', 0),
      );
    }
    await load();
  }

  async function remove({ release, version }) {
    await openDialog({
      title: `Hand release ${version} out no longer?`,
      words: 'Terminals that run it keep it.',
      action: 'Remove it',
      danger: true,
      submit: () => ask('DELETE', `/api/releases/${part(release)}`),
    });
    await load();
  }

  return { title: 'Releases', element: view, close: load.close };
}
