import { ask } from './api.js';
import { element, fill } from './element.js';

/**
 * Shows the sign-in page until somebody has signed in.
 * @param {HTMLElement} main
 * @returns {Promise<{user: string, role: string}>}
 */
export function signIn(main) {
  return new Promise((resolve) => {
    const trouble = element('p.form-trouble', { role: 'alert', hidden: true });
    const name = element('input', {
      id: 'sign-in-name',
      name: 'name',
      autocomplete: 'username',
      required: true,
      autocapitalize: 'none',
      spellcheck: false,
    });
    const password = element('input', {
      id: 'sign-in-password',
      name: 'password',
      type: 'password',
      autocomplete: 'current-password',
      required: true,
    });
    const go = element('button.primary', { type: 'submit' }, 'Sign in');
    const form = element(
      'form.form',
      {
        async onsubmit(event) {
          event.preventDefault();
          go.disabled = true;
          trouble.hidden = true;
          try {
            resolve(await ask('POST', '/api/session', { name: name.value, password: password.value }));
          } catch (error) {
            trouble.hidden = false;
            fill(trouble, error.message, error.hint ? `. ${error.hint}` : '');
            password.select();
          } finally {
            go.disabled = false;
          }
        },
      },
      element('div.field', {}, element('label', { for: name.id }, 'Name'), name),
      element('div.field', {}, element('label', { for: password.id }, 'Password'), password),
      trouble,
      go,
    );
    fill(
      main,
      element(
        'div.sign-in',
        {},
        element('img', { src: 'mark.svg', width: 56, height: 56, alt: '' }),
        element('h1', {}, 'Holdfast'),
        element('p.muted', {}, 'Sign in to see the fleet.'),
        form,
      ),
    );
    document.title = 'Sign in – Holdfast';
    name.focus();
  });
}
