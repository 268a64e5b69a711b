import type { IncomingMessage } from 'node:http';
import { type Clock, hours, minutes } from '../../../src/platform/clock.ts';
import { HoldfastError } from '../../../src/platform/errors.ts';
import type { Random } from '../../../src/platform/random.ts';
import { fingerprint, hashChosen, isChosen } from '../passwords.ts';
import { type ControllerStore, decideAndWrite } from '../store/controller-store.ts';
import type { AccessDocument, Role, UserDocument } from '../store/documents.ts';
import { readCookies } from './api-server.ts';
import { type Asker, lesserRole } from './route.ts';

export const sessionCookie = 'holdfast_session';

const sessionLasts = hours(12);
/** So many wrong passwords lock a user for a while: guessing is hopeless, and nobody is locked out for good. */
const mostFailures = 8;
const lockedFor = minutes(5);
const shortestPassword = 12;

export interface SignInOptions {
  readonly store: ControllerStore;
  readonly clock: Clock;
  readonly random: Random;
}

/** Users, their sessions in browsers, and tokens for programs. */
export class SignIn {
  readonly #options: SignInOptions;
  /** Compared with where there is no such user, so that it takes as long. */
  #dummyHash: Promise<string> | null = null;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** Null: nobody that is known, or not any more. */
  async whoAsks(request: IncomingMessage): Promise<Asker | null> {
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    const secret = bearer ?? readCookies(request)[sessionCookie];
    if (secret === undefined) return null;
    const found = await this.#options.store.get('access', fingerprint(secret));
    if (found === null || found.value.kind !== (bearer === undefined ? 'session' : 'token')) return null;
    const { user, role, expiresAt } = found.value;
    if (expiresAt !== null && expiresAt <= this.#options.clock.now()) return null;
    const owner = await this.#options.store.get('users', user);
    if (owner === null || owner.value.disabled) return null;
    return { user, role: lesserRole(role, owner.value.role) };
  }

  /** Throws `controller.wrong-password`, `controller.locked`. */
  async begin(
    name: string,
    password: string,
  ): Promise<{ readonly secret: string; readonly asker: Asker; readonly maxAge: number }> {
    const { store, clock, random } = this.#options;
    const found = await store.get('users', name);
    this.#dummyHash ??= hashChosen('a password that nobody has', random);
    const isRight = await isChosen(password, found?.value.passwordHash ?? (await this.#dummyHash));
    if (found !== null && found.value.lockedUntil !== null && found.value.lockedUntil > clock.now()) {
      throw new HoldfastError('controller.locked', 'Too many wrong passwords', {
        remedy: 'operator',
        hint: 'Try again in five minutes.',
      });
    }
    if (found === null || found.value.disabled || !isRight) {
      if (found !== null) await this.#countFailure(name);
      throw new HoldfastError('controller.wrong-password', 'Name or password is wrong', { remedy: 'operator' });
    }
    if (found.value.failures > 0) await this.#change(name, (user) => ({ ...user, failures: 0, lockedUntil: null }));
    const secret = await this.#grant({
      kind: 'session',
      user: name,
      role: found.value.role,
      label: '',
      expiresAt: clock.now() + sessionLasts,
      createdAt: clock.now(),
    });
    return { secret, asker: { user: name, role: found.value.role }, maxAge: sessionLasts / 1000 };
  }

  async end(secret: string | undefined): Promise<void> {
    if (secret === undefined) return;
    await this.#options.store.write([{ collection: 'access', id: fingerprint(secret), expected: null, value: null }]);
  }

  /** For a program; told once. Its role is at most its maker's. */
  async makeToken(asker: Asker, label: string, role: Role, expiresAt: number | null): Promise<string> {
    const createdAt = this.#options.clock.now();
    return this.#grant({
      kind: 'token',
      user: asker.user,
      role: lesserRole(role, asker.role),
      label,
      expiresAt,
      createdAt,
    });
  }

  /** Throws `controller.weak-password`, `controller.user-exists`. */
  async addUser(name: string, password: string, role: Role): Promise<void> {
    const { store, clock, random } = this.#options;
    requireStrong(password);
    const passwordHash = await hashChosen(password, random);
    const value: UserDocument = {
      name,
      role,
      passwordHash,
      disabled: false,
      failures: 0,
      lockedUntil: null,
      createdAt: clock.now(),
    };
    if ((await store.get('users', name)) !== null) {
      throw new HoldfastError('controller.user-exists', `There is a user ${name} already`, { remedy: 'operator' });
    }
    await store.write([{ collection: 'users', id: name, expected: 0, value }]);
  }

  /** Throws `fleet.no-such-user`, `controller.weak-password`, `controller.last-admin`. */
  async changeUser(
    name: string,
    wish: {
      readonly role?: Role | undefined;
      readonly password?: string | undefined;
      readonly disabled?: boolean | undefined;
    },
  ): Promise<void> {
    const { random, store } = this.#options;
    if (wish.password !== undefined) requireStrong(wish.password);
    const passwordHash = wish.password === undefined ? null : await hashChosen(wish.password, random);
    const losesAdmin = wish.disabled === true || (wish.role !== undefined && wish.role !== 'admin');
    if (losesAdmin) await this.#requireOtherAdmin(name);
    await this.#change(name, (user) => ({
      ...user,
      role: wish.role ?? user.role,
      disabled: wish.disabled ?? user.disabled,
      passwordHash: passwordHash ?? user.passwordHash,
    }));
    if (passwordHash === null) return;
    // Whoever signed in with the old password is signed out.
    for (const { id, value } of await store.list('access')) {
      if (value.user !== name || value.kind !== 'session') continue;
      await store.write([{ collection: 'access', id, expected: null, value: null }]);
    }
  }

  /** Removes what is over. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#options;
    for (const { id, value } of await store.list('access')) {
      if (value.expiresAt === null || value.expiresAt > clock.now()) continue;
      await store.write([{ collection: 'access', id, expected: null, value: null }]);
    }
  }

  async #grant(value: AccessDocument): Promise<string> {
    const secret = Buffer.from(this.#options.random.bytes(32)).toString('base64url');
    await this.#options.store.write([{ collection: 'access', id: fingerprint(secret), expected: 0, value }]);
    return secret;
  }

  #countFailure(name: string): Promise<void> {
    return this.#change(name, (user) => {
      const failures = user.failures + 1;
      const isLocked = failures >= mostFailures;
      return {
        ...user,
        failures: isLocked ? 0 : failures,
        lockedUntil: isLocked ? this.#options.clock.now() + lockedFor : null,
      };
    });
  }

  async #requireOtherAdmin(name: string): Promise<void> {
    const users = await this.#options.store.list('users');
    if (users.some(({ value }) => value.name !== name && value.role === 'admin' && !value.disabled)) return;
    throw new HoldfastError('controller.last-admin', 'The last administrator can’t be taken away', {
      remedy: 'operator',
    });
  }

  async #change(name: string, change: (user: UserDocument) => UserDocument): Promise<void> {
    const { store } = this.#options;
    await decideAndWrite(store, async () => {
      const found = await store.get('users', name);
      if (found === null)
        throw new HoldfastError('fleet.no-such-user', `There is no user ${name}`, { remedy: 'never' });
      return {
        changes: [{ collection: 'users', id: name, expected: found.version, value: change(found.value) }],
        answer: null,
      };
    });
  }
}

function requireStrong(password: string): void {
  if (password.length >= shortestPassword) return;
  throw new HoldfastError('controller.weak-password', `A password has at least ${shortestPassword} characters`, {
    remedy: 'operator',
    hint: 'A few words are easy to remember and hard to guess.',
  });
}
