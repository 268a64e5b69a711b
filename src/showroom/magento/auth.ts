import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { Call, Route } from './api.ts';
import { notAuthorized, WebapiError } from './errors.ts';
import { numberOf, type Row, rowOf, textOf } from './json.ts';
import type { Shop } from './shop.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface AuthSettings {
  readonly admin: Credentials;
  /** Access token of the integration; it never expires. */
  readonly integrationToken: string;
  /** `oauth/consumer/enable_integration_as_bearer`: whether that token works as a bearer. Off in a stock install. */
  readonly integrationAsBearer: boolean;
  /** `webapi/jwtauth/admin_expiration` and `customer_expiration`: minutes. */
  readonly tokenMinutes: number;
  /** Password of every recorded customer. */
  readonly customerPassword: string;
}

/** Who a request comes from. */
export type Consumer =
  | { readonly kind: 'admin' }
  | { readonly kind: 'customer'; readonly customerId: number }
  | { readonly kind: 'nobody' };

/** Failed sign-ins before the user is locked, and for how long (`admin/security/lockout_failures`, `lockout_threshold`). */
const lockoutFailures = 6;
const lockoutMilliseconds = 1_800_000;

/** Magento's user types in a token's payload. */
const userType = { admin: 2, customer: 3 } as const;

/** Issues tokens as `Magento\JwtUserToken` does: JWT, HS256, `{uid, utypid, iat, exp}`. */
export class Authentication {
  #settings: AuthSettings;
  readonly #secret: Uint8Array;
  readonly #now: () => Instant;
  readonly #failures = new Map<string, { count: number; lockedUntil: number }>();

  constructor(settings: AuthSettings, random: Random, now: () => Instant) {
    this.#settings = settings;
    this.#secret = random.bytes(32);
    this.#now = now;
  }

  setIntegrationAsBearer(on: boolean): void {
    this.#settings = { ...this.#settings, integrationAsBearer: on };
  }

  /** A bearer token for the recorded shop's administrator. */
  adminToken(minutes: number = this.#settings.tokenMinutes): string {
    return this.#token(1, userType.admin, minutes);
  }

  customerToken(customerId: number, minutes: number = this.#settings.tokenMinutes): string {
    return this.#token(customerId, userType.customer, minutes);
  }

  /** Whose bearer token this is; nobody's when it is missing, garbage, tampered with or expired. */
  consumer(authorization: string | undefined): Consumer {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return { kind: 'nobody' };
    if (token === this.#settings.integrationToken) {
      return this.#settings.integrationAsBearer ? { kind: 'admin' } : { kind: 'nobody' };
    }
    const payload = this.#verified(token);
    if (payload === null || numberOf(payload['exp']) * 1000 <= this.#now()) return { kind: 'nobody' };
    if (payload['utypid'] === userType.admin) return { kind: 'admin' };
    return { kind: 'customer', customerId: numberOf(payload['uid']) };
  }

  signIn({ username, password }: Credentials): string {
    const { admin } = this.#settings;
    this.#check(`admin ${username}`, username === admin.username && password === admin.password);
    return this.adminToken();
  }

  signInCustomer({ username, password }: Credentials, shop: Shop): string {
    const customer = shop.data.customers.find((row) => row['email'] === username);
    this.#check(`customer ${username}`, customer !== undefined && password === this.#settings.customerPassword);
    return this.customerToken(numberOf(customer?.['id']));
  }

  #check(user: string, right: boolean): void {
    const known = this.#failures.get(user) ?? { count: 0, lockedUntil: 0 };
    const now = this.#now();
    if (right && known.lockedUntil <= now) {
      this.#failures.delete(user);
      return;
    }
    known.count += right ? 0 : 1;
    if (known.count >= lockoutFailures) Object.assign(known, { count: 0, lockedUntil: now + lockoutMilliseconds });
    this.#failures.set(user, known);
    throw new WebapiError(401, {
      message:
        'The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.',
    });
  }

  #token(uid: number, utypid: number, minutes: number): string {
    const iat = Math.floor(this.#now() / 1000);
    const head = encoded({ kid: '1', alg: 'HS256' });
    const body = encoded({ uid, utypid, iat, exp: iat + Math.round(minutes * 60) });
    return `${head}.${body}.${this.#signature(`${head}.${body}`)}`;
  }

  #signature(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url');
  }

  #verified(token: string): Row | null {
    const [head, body, signature, ...rest] = token.split('.');
    if (head === undefined || body === undefined || signature === undefined || rest.length > 0) return null;
    const [given, wanted] = [Buffer.from(signature), Buffer.from(this.#signature(`${head}.${body}`))];
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
    return rowOf(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  }
}

const encoded = (value: Row): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Throws 401 naming the resource unless the consumer may use it; the administrator and the integration may use all. */
export function authorize(consumer: Consumer, resource: string): void {
  if (resource === 'anonymous' || consumer.kind === 'admin') return;
  if (resource === 'self' && consumer.kind === 'customer') return;
  throw notAuthorized(resource);
}

const credentials = ({ body }: Call): Credentials => ({
  username: textOf(body['username']),
  password: textOf(body['password']),
});

export const authRoutes = (authentication: Authentication): readonly Route[] => [
  {
    method: 'POST',
    path: '/V1/integration/admin/token',
    resource: 'anonymous',
    handle: (call) => authentication.signIn(credentials(call)),
  },
  {
    method: 'POST',
    path: '/V1/integration/customer/token',
    resource: 'anonymous',
    handle: (call) => authentication.signInCustomer(credentials(call), call.shop),
  },
];
