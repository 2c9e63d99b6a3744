// @ts-check
// The buttons of the gallery that copy a code. Without this script they are not shown, and the code is there to be marked.
(() => {
  const told = document.querySelector('.told');

  for (const each of document.querySelectorAll('[data-copy]')) {
    const button = /** @type {HTMLButtonElement} */ (each);
    const words = button.textContent;
    const code = /** @type {HTMLTextAreaElement} */ (document.getElementById(button.dataset.copy || ''));

    const tell = (/** @type {string} */ text, /** @type {HTMLElement} */ focused) => {
      button.textContent = text;
      if (told) told.textContent = text;
      focused.addEventListener('blur', () => (button.textContent = words), { once: true });
    };

    button.hidden = false;
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(code.value);
        tell(button.dataset.copied || '', button);
      } catch {
        // Only pages that came by HTTPS, or from this machine, have a clipboard to write to.
        code.focus();
        code.select();
        tell(button.dataset.marked || '', code);
      }
    });
  }
})();
