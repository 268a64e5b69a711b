import { ask, onSignedOut } from './api.js';
import { element, fill, write } from './element.js';
import { createFleet } from './fleet.js';
import { listen } from './live.js';
import { complain } from './notices.js';
import { screenFor, tops } from './places.js';
import { signIn } from './sign-in.js';

const byId = (id) => /** @type {any} */ (document.getElementById(id));
const main = byId('main');
const top = byId('top');
const places = byId('places');
const who = byId('who');
const lost = byId('lost');

const ranks = { viewer: 0, operator: 1, admin: 2 };
/** The numbers behind the names of places: open alarms, open cases … */
const marks = new Map();

void begin();

/** One session: from signing in to signing out. */
async function begin() {
  const session = await whoIsThere();
  const fleet = createFleet();
  /** Told of collections of the controller that changed. */
  const listeners = new Set();
  const context = {
    session,
    fleet,
    scroller: main,
    may: (role) => ranks[session.role] >= ranks[role],
    onCollections(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    mark(place, number) {
      marks.set(place, number);
      drawPlaces(context);
    },
    /** Draws the present place anew. */
    again: () => show(context),
  };
  onSignedOut(() => location.reload());
  top.hidden = false;
  drawPlaces(context);
  drawWho(session);
  const countAlarms = () =>
    ask('GET', '/api/alarms').then(({ alarms }) =>
      context.mark('alarms', alarms.filter(({ acknowledged }) => acknowledged === null).length),
    );
  /** In a large fleet alarms come and go all the time. */
  let counting = 0;
  const countSoon = () => {
    if (counting !== 0) return;
    counting = setTimeout(() => {
      counting = 0;
      countAlarms().catch(() => undefined);
    }, 5000);
  };
  listen({
    terminals: (change) => fleet.apply(change),
    collections: (names) => {
      if (names.includes('alarms')) countSoon();
      for (const listener of listeners) listener(names);
    },
    connection(isThere, isAgain) {
      lost.hidden = isThere;
      if (!isThere)
        write(
          lost,
          'The controller does not answer. What is shown may be old; this page goes on by itself when it is back. The tills sell all the same.',
        );
      if (!isAgain) return;
      fleet.load().catch(() => undefined);
      for (const listener of listeners) listener(['everything']);
    },
  });
  addEventListener('hashchange', () => show(context));
  show(context);
  countAlarms().catch(() => undefined);
  ask('GET', '/api/cases?limit=1').then(
    ({ total }) => context.mark('desk', total),
    () => undefined,
  );
  fleet.load().catch(complain);
}

/** Who is signed in; asks for a name and a password where nobody is. */
async function whoIsThere() {
  for (;;) {
    try {
      return await ask('GET', '/api/session');
    } catch (error) {
      if (error.status === 401) return await signIn(main);
      fill(main, element('div.empty', {}, element('p', {}, `${error.message}. This page tries again by itself.`)));
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
  }
}

let shown = { path: '', close: () => undefined };

/** Shows the place that the address names. */
function show(context) {
  const path = decodeURI(location.hash.replace(/^#/, '')) || '/terminals';
  const isSame = path === shown.path;
  shown.close?.();
  const screen = screenFor(path, context);
  shown = { path, close: screen.close };
  fill(main, screen.element);
  document.title = `${screen.title} – Holdfast`;
  drawPlaces(context);
  if (isSame) return;
  main.scrollTop = 0;
  main.querySelector('h1')?.focus({ preventScroll: true });
}

/** The links at the top; made once, so that whoever stands on one by keyboard stays there. */
const links = new Map();

function drawPlaces({ may }) {
  const path = location.hash.replace(/^#/, '') || '/terminals';
  for (const { name, words, role } of tops) {
    if (!may(role)) continue;
    const link =
      links.get(name) ?? element('a.place', { href: `#/${name}` }, words, element('span.mark', { hidden: true }));
    if (!links.has(name)) places.append(link);
    links.set(name, link);
    const isHere = path === `/${name}` || path.startsWith(`/${name}/`);
    if (isHere !== link.hasAttribute('aria-current')) {
      if (isHere) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
      if (isHere) link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    const number = marks.get(name) ?? 0;
    const mark = link.lastElementChild;
    mark.hidden = number === 0;
    write(mark, number > 999 ? '999+' : String(number));
    mark.setAttribute('aria-label', `${number} open`);
  }
}

function drawWho({ user, role }) {
  const out = async () => {
    await ask('DELETE', '/api/session').catch(() => undefined);
    location.reload();
  };
  fill(
    who,
    element('a', { href: '#/me', title: 'Your password and tokens' }, user),
    element('span.muted', {}, role),
    element('button.quiet', { type: 'button', onclick: out }, 'Sign out'),
  );
}

// The address's hash is the place: a link into the page must not change it.
byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
