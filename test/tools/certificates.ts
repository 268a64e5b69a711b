import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
}

const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';

/** A certificate authority of a test's own; `openssl` is its path. */
export class TestAuthority {
  readonly #openssl: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-authority-'));
  /** PEM. */
  readonly certificate: string;

  constructor(openssl: string) {
    this.#openssl = openssl;
    this.#run(`req -x509 ${newKey} -days 30 -keyout ca.key -out ca.pem`, '-subj', '/CN=Test authority');
    this.certificate = readFileSync(this.#path('ca.pem'), 'utf8');
  }

  /** A certificate made out to `commonName`, signed by this authority. */
  issue(commonName: string): Certificate {
    this.#run(`req ${newKey} -keyout leaf.key -out leaf.csr`, '-subj', `/CN=${commonName}`);
    writeFileSync(this.#path('leaf.ext'), `subjectAltName=DNS:${commonName}\n`);
    this.#run(
      'x509 -req -days 30 -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile leaf.ext -out leaf.pem',
    );
    return {
      key: readFileSync(this.#path('leaf.key'), 'utf8'),
      certificate: readFileSync(this.#path('leaf.pem'), 'utf8'),
    };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  /** `words` are parted at spaces; `more` is taken as it is. */
  #run(words: string, ...more: readonly string[]): void {
    execFileSync(this.#openssl, [...words.split(' '), ...more], { cwd: this.#folder, stdio: 'ignore' });
  }
}
