import { type Clock, type Duration, type Monotonic, milliseconds, minutes, seconds } from '../../platform/clock.ts';
import type { MagentoOutcome } from './outcome.ts';

/** How a terminal proves who it is. */
export type MagentoAuth =
  /** An integration's access token; the right choice for a terminal: it does not expire and can be revoked alone. */
  | { readonly type: 'token'; readonly token: string }
  /** An admin user, signed in for a token whenever the last one has run out. */
  | { readonly type: 'admin'; readonly username: string; readonly password: string };

export type TokenAnswer =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly outcome: MagentoOutcome };

/** Holds the bearer token in force. */
export interface TokenKeeper {
  current(): Promise<TokenAnswer>;
  /**
   * After a 401 with `token`: a newer one, or null when there is nothing newer to be had, because it is an integration's, or so
   * fresh that the 401 must be about permissions (Magento answers both alike).
   */
  renew(token: string): Promise<TokenAnswer | null>;
}

/**
 * Magento locks a user for 30 minutes after six refused sign-ins. With more than that between two attempts they never add
 * up, however long the password stays wrong.
 */
const pauseAfterRefusal = minutes(31);
/** A token is not used in the last of its life, because a request takes time. */
const reserve = minutes(1);
/** When the token does not say: Magento's default life (`webapi/jwtauth/admin_expiration`). */
const defaultLife = minutes(60);
const freshFor = seconds(30);

export function createTokenKeeper(
  auth: MagentoAuth,
  clock: Clock,
  signIn: (username: string, password: string) => Promise<MagentoOutcome>,
): TokenKeeper {
  if (auth.type === 'token') {
    const answer: TokenAnswer = { ok: true, token: auth.token };
    return { current: async () => answer, renew: async () => null };
  }
  const { username, password } = auth;
  let held: { token: string; since: Monotonic; life: Duration } | null = null;
  let refused: { at: Monotonic; outcome: MagentoOutcome } | null = null;
  let pending: Promise<TokenAnswer> | null = null;

  const age = (since: Monotonic): number => clock.monotonic() - since;

  async function fetchToken(): Promise<TokenAnswer> {
    if (refused !== null && age(refused.at) < pauseAfterRefusal) return { ok: false, outcome: refused.outcome };
    const outcome = await signIn(username, password);
    if (outcome.kind === 'ok' && typeof outcome.body === 'string' && outcome.body !== '') {
      held = { token: outcome.body, since: clock.monotonic(), life: lifeOf(outcome.body) };
      refused = null;
      return { ok: true, token: held.token };
    }
    held = null;
    const failure = failedSignIn(outcome);
    if (failure.kind === 'unauthorized') refused = { at: clock.monotonic(), outcome: failure };
    return { ok: false, outcome: failure };
  }

  function fetchOnce(): Promise<TokenAnswer> {
    pending ??= fetchToken().finally(() => {
      pending = null;
    });
    return pending;
  }

  return {
    async current() {
      if (held !== null && age(held.since) < held.life - reserve) return { ok: true, token: held.token };
      return fetchOnce();
    },
    async renew(token) {
      if (held !== null && held.token !== token) return { ok: true, token: held.token };
      if (held !== null && age(held.since) < freshFor) return null;
      return fetchOnce();
    },
  };
}

/** The call that needed the token was never sent, whatever became of the sign-in. */
function failedSignIn(outcome: MagentoOutcome): MagentoOutcome {
  switch (outcome.kind) {
    case 'unauthorized':
    case 'refused':
      return { kind: 'unauthorized', reason: 'sign-in', message: outcome.message };
    case 'unavailable':
      return outcome;
    case 'unknown':
      return {
        kind: 'unavailable',
        code: 'sign-in-failed',
        message: `Could not sign in: ${outcome.message}`,
        retryAfter: null,
      };
    case 'ok':
      return {
        kind: 'unavailable',
        code: 'sign-in-failed',
        message: 'Could not sign in: the answer holds no token',
        retryAfter: null,
      };
  }
}

/**
 * How long the token lives by its own account (a JWT's `exp` − `iat`); as a length, not a moment, so that a terminal with a
 * wrong clock neither signs in at every call nor uses a dead token.
 */
function lifeOf(token: string): Duration {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (typeof payload === 'object' && payload !== null && 'exp' in payload && 'iat' in payload) {
      const life = Number(payload.exp) - Number(payload.iat);
      if (life > 0) return milliseconds(life * 1000);
    }
  } catch {
    // Not a JWT: older Magento gives opaque tokens.
  }
  return defaultLife;
}
