/** The controller's API, as GET /api/openapi.json describes it. */

/** An answer that says no; `code`, `message` and `hint` are the controller's own. Code `offline`: there was no answer. */
export class ApiError extends Error {
  constructor(code, message, hint, status) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.status = status;
  }
}

let signedOut = () => undefined;

/** Called when an answer says that nobody is signed in any more. */
export function onSignedOut(listener) {
  signedOut = listener;
}

/**
 * @param {'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} method
 * @param {string} path
 * @param {any} [body]
 * @returns {Promise<any>} Rejects with an {@link ApiError}.
 */
export async function ask(method, path, body) {
  const wanted =
    method === 'GET'
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) };
  let response;
  try {
    response = await fetch(path, wanted);
  } catch {
    throw new ApiError(
      'offline',
      'The controller does not answer',
      'Nothing was changed as far as is known; try again when it is back.',
      0,
    );
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401) signedOut();
  throw new ApiError(
    answer.code ?? 'failed',
    answer.message ?? `The controller answered ${response.status}`,
    answer.hint ?? null,
    response.status,
  );
}

/** A part of a path. */
export const part = (text) => encodeURIComponent(text);
