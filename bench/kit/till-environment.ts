import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const unit = fileURLToPath(new URL('../../../systemd/holdfast.service', import.meta.url));

/** The environment that the service starts a till with, so that what is measured is what a shop has. */
export function tillEnvironment(): Record<string, string> {
  const lines = readFileSync(unit, 'utf8').matchAll(/^Environment=(.*)$/gm);
  const settings = [...lines].flatMap(([, text = '']) => [...text.matchAll(/"([^"]*)"|(\S+)/g)]);
  return Object.fromEntries(
    settings.map(([, quoted, plain]) => {
      const setting = quoted ?? plain ?? '';
      const end = setting.indexOf('=');
      return [setting.slice(0, end), setting.slice(end + 1)];
    }),
  );
}
