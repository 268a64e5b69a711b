import { readPageFiles } from '../../../src/platform/page-files.ts';
import type { RawHandler } from '../http/api-server.ts';

/** Nothing from elsewhere is loaded or asked, nothing in a page's text is run, and no other page may put this one into a frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The fleet manager's web page. Its files say nothing of the fleet, so they are open; all it shows it asks the API for. */
export function consolePages(): RawHandler {
  const files = readPageFiles(new URL('./page/', import.meta.url));
  return async (request, response, url) => {
    const file = files.get(url.pathname);
    if (file === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    response.writeHead(200, {
      'content-type': file.type,
      'content-security-policy': policy,
      'cache-control': 'no-cache',
    });
    response.end(request.method === 'HEAD' ? undefined : file.content);
    return true;
  };
}
