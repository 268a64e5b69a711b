import { execFile } from 'node:child_process';
import { HoldfastError } from '../platform/errors.ts';

/**
 * Puts the till into service as a technician would: `holdfast provision`. Does nothing to a till that has been in service.
 * Rejects `showroom.not-provisioned` with what the program said.
 */
export function provision(program: string, configFile: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, 'provision', '--config', configFile], { env }, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else {
        const words = `The till could not be put into service: ${stderr.trim() || error.message}`;
        reject(new HoldfastError('showroom.not-provisioned', words, { remedy: 'operator', cause: error }));
      }
    });
  });
}
