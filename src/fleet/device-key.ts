import { createHash, sign, verify } from 'node:crypto';
import type { Random } from '../platform/random.ts';
import type { ClaimName, DeviceId, EnrolmentClaim, FleetName } from './protocol.ts';
import { type KeyPair, makeKeyPair, readPrivateKey, readPublicKey } from './sealing.ts';

/** What a device is: made on it, kept on it, never sent. */
export interface DeviceKey {
  readonly device: DeviceId;
  /** Ed25519: proves that it is this device. */
  readonly signing: KeyPair;
  /** X25519: secrets are sealed to it. */
  readonly sealing: KeyPair;
}

export function makeDeviceKey(random: Random): DeviceKey {
  const signing = makeKeyPair('ed25519', random);
  return { device: deviceIdOf(signing.public), signing, sealing: makeKeyPair('x25519', random) };
}

export function deviceIdOf(signingKey: string): DeviceId {
  const hash = createHash('sha256').update(Buffer.from(signingKey, 'base64url')).digest('hex');
  return hash.slice(0, 24) as DeviceId;
}

/** Under which claim of which fleet the device asks; part of what it signs. */
export interface ClaimPlace {
  readonly fleet: FleetName;
  readonly claim: ClaimName;
}

export function signClaim(key: DeviceKey, claim: EnrolmentClaim, place: ClaimPlace): string {
  return sign(null, signedText(claim, place), readPrivateKey(key.signing.private)).toString('base64url');
}

/** Whether the claim was signed by the key that it names, and the device is that key's. */
export function isSignedBy(claim: EnrolmentClaim, place: ClaimPlace, signature: string): boolean {
  if (deviceIdOf(claim.signingKey) !== claim.device) return false;
  try {
    const key = readPublicKey(claim.signingKey);
    if (key.asymmetricKeyType !== 'ed25519' || readPublicKey(claim.sealingKey).asymmetricKeyType !== 'x25519')
      return false;
    return verify(null, signedText(claim, place), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

function signedText(claim: EnrolmentClaim, { fleet, claim: name }: ClaimPlace): Buffer {
  const { device, signingKey, sealingKey, nonce, hardware, version } = claim;
  const fields = [fleet, name, device, signingKey, sealingKey, nonce, hardware.model, hardware.serial, version];
  return Buffer.from(`holdfast enrolment 1\n${JSON.stringify(fields)}`);
}
