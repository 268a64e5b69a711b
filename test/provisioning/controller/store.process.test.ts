import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { KeyValueControllerStore } from '../../../provisioning/controller/store/key-value-controller-store.ts';
import { openPostgresStore } from '../../../provisioning/controller/store/postgres-controller-store.ts';
import { openLevelStore } from '../../../src/platform/level-store.ts';
import { silentLogger } from '../../../src/platform/log.ts';
import { SystemClock } from '../../../src/platform/system-clock.ts';
import { controllerStoreContract } from '../../contract/controller-store.ts';
import { describeWithPostgres } from '../../tools/needs.ts';
import { startPostgres, type TestDatabase } from '../../tools/postgres.ts';

controllerStoreContract(
  'LevelDB',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-controller-'));
    return {
      open: async () =>
        new KeyValueControllerStore(await openLevelStore(folder, { createIfMissing: true }), silentLogger),
      end: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  { isShared: false },
);

describeWithPostgres('PostgreSQL', (programs) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startPostgres(programs);
  });
  afterAll(() => database.stop());

  controllerStoreContract(
    'PostgreSQL',
    async () => {
      database.run('DROP TABLE IF EXISTS holdfast_documents, holdfast_log');
      return {
        open: () => openPostgresStore({ url: database.url, clock: new SystemClock(), log: silentLogger }),
        end: async () => undefined,
      };
    },
    { isShared: true },
  );
});
