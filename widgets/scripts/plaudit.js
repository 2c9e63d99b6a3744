// @ts-check
// What plaudit.js adds to snippets that are whole without it: order, filters and "more" without leaving the page, the
// buttons of a carousel, `<div data-plaudit>`, and frames that are as high as what they hold.
//
// It runs under `script-src 'self'` and `require-trusted-types-for 'script'` with no policy at all: nothing here writes
// HTML, a style attribute or a script. It keeps nothing, and asks nobody but the instance it was loaded from.
(() => {
  const SCAN = 'plaudit';
  const once = /** @type {any} */ (document);
  if (once[SCAN]) {
    // Two embeds on a page bring two copies: the second one only looks for what is new.
    document.dispatchEvent(new Event(SCAN));
    return;
  }
  once[SCAN] = true;

  // Browsers count no shift within half a second of a click: whoever clicked expects something to happen.
  const SOON = 450;
  const HIGHEST = 20000;
  const PATIENCE = 9000;
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const base = script.dataset.base || new URL('..', script.src).href;
  const isFramed = document.body.classList.contains('plaudit-frame');

  /** @returns {NodeListOf<HTMLElement>} */
  const all = (/** @type {ParentNode} */ place, /** @type {string} */ selector) => place.querySelectorAll(selector);

  /** What a button of a carousel turns. @returns {HTMLElement} */
  const railOf = (/** @type {any} */ step) => step.closest('.plaudit').querySelector('.plaudit-rail');

  /** Elements that are not as high as what they hold, and how high that is. @type {Map<HTMLElement, () => number>} */
  const held = new Map();

  /**
   * Brings what a page has up to what it can do now: shows the buttons of carousels, and which of them leads on. And lets go
   * of each held element whose lower edge is, and will be, below what is in view: then nothing visible moves.
   */
  const settle = () => {
    for (const place of /** @type {any[]} */ ([document, ...all(document, '.plaudit-isolate')])) {
      const root = place.shadowRoot || place;
      // What scrolls in a shadow root is not heard outside of it. Whoever listens already is not added again.
      root.addEventListener('scroll', settle, true);
      for (const each of /** @type {any} */ (all(root, '[data-plaudit-step]'))) {
        const { scrollLeft, scrollWidth, clientWidth } = railOf(each);
        // Counted from the side where reading begins; below zero where that is the right one.
        const past = Math.abs(scrollLeft);
        const left = each.dataset.plauditStep < 0 ? past : scrollWidth - clientWidth - past;
        each.hidden = false;
        // Not disabled: that would take the focus away from whoever pressed it last.
        each.ariaDisabled = left < 2;
      }
    }
    for (const [element, wanted] of held) {
      const { top, height } = element.getBoundingClientRect();
      if (isFramed || !height || top + Math.min(height, wanted()) > innerHeight - 2) release(element, wanted);
    }
  };

  /** @param {HTMLElement} element @param {() => number} wanted */
  const release = (element, wanted) => {
    const { style } = element;
    style.height = element.localName === 'iframe' ? `${wanted()}px` : 'auto';
    style.minHeight = '0';
    style.overflow = style.paddingBottom = '';
    held.delete(element);
  };

  /** Keeps an element at a height, whatever comes into it, until that can change unseen. */
  const hold = (/** @type {HTMLElement} */ element, /** @type {number} */ height) => {
    element.style.height = `${height}px`;
    element.style.overflow = 'auto';
  };

  /** The element that stands first in the body of the answer; nothing when there is no such answer. */
  const ask = (/** @type {string} */ address, /** @type {(found: HTMLElement | false | null) => void} */ then) => {
    const request = new XMLHttpRequest();
    request.open('GET', address);
    // A whole document, parsed by the browser: no text of ours ever becomes HTML, which Trusted Types would refuse.
    request.responseType = 'document';
    request.timeout = PATIENCE;
    request.onloadend = () => then(request.status === 200 && request.response?.body.firstElementChild);
    request.send();
  };

  /** Says politely, to those who do not see it, what has come of a click. @type {HTMLElement} */
  let live;

  const focus = (/** @type {HTMLElement | null} */ element) => {
    if (!element) return;
    // What is a link stays in the order of the Tab key.
    if (element.tabIndex < 0) element.tabIndex = -1;
    element.focus({ preventScroll: true });
  };

  /** A widget, and the link that it follows. @typedef {HTMLElement & { asked?: HTMLElement }} Root */

  /**
   * The address of the snippet in the view that a link leads to; nothing where it leads elsewhere.
   * @param {HTMLAnchorElement} link @param {HTMLElement} root
   */
  const viewOf = (link, root) => {
    const source = new URL(root.dataset.src || '', base);
    const [scope, id] = source.pathname.split('/').slice(-4);
    const folder = scope === 'subjects' ? 'reviews' : scope;
    if (link.origin !== source.origin || !link.pathname.endsWith(`/${folder}/${id}`)) return;
    // Order, filters and place in the list; the language of both is one.
    for (const [name, value] of new URL(link.href).searchParams) source.searchParams.set(name, value);
    return source;
  };

  /** Puts the next reviews below the others. */
  const append = (/** @type {HTMLElement} */ root, /** @type {HTMLElement} */ found) => {
    const list = /** @type {HTMLElement} */ (root.querySelector('.plaudit-reviews'));
    const next = all(found, '.plaudit-reviews > li');
    list.append(...next);
    const [old, more] = [root, found].map((each) => each.querySelector('.plaudit-more'));
    old?.replaceWith(more || '');
    focus(next[0]);
    const last = /** @type {Element} */ (list.lastElementChild);
    const height = last.getBoundingClientRect().bottom - list.getBoundingClientRect().top;
    held.set(list, () => height);
    return list;
  };

  /** Puts another view in the place of the one that is shown. */
  const replace = (
    /** @type {HTMLElement} */ root,
    /** @type {HTMLElement} */ found,
    /** @type {HTMLElement} */ link,
  ) => {
    // Measured below the old one: a page that is short for a moment would scroll.
    root.after(found);
    const height = found.offsetHeight;
    hold(found, root.offsetHeight);
    root.remove();
    const current = /** @type {HTMLElement[]} */ ([...found.querySelectorAll('[aria-current]')]);
    focus(current.find((each) => each.textContent === link.textContent) || found.querySelector('.plaudit-heading'));
    held.set(found, () => height);
    return found;
  };

  /** @param {MouseEvent} event @param {HTMLAnchorElement} link @param {Root} root */
  const follow = (event, link, root) => {
    const source = viewOf(link, root);
    if (!source) return;
    event.preventDefault();
    // A second click on one link asks nothing; on another one, only the last answer counts.
    if (root.asked === link) return;
    root.asked = link;
    const isMore = source.searchParams.has('after');
    const list = /** @type {HTMLElement | null} */ (root.querySelector('.plaudit-reviews'));
    const end = performance.now() + SOON;
    // There before it says anything, or it is not heard.
    if (!live) document.body.append((live = document.createElement('output')));
    // Not by a class: a snippet in a shadow root brings no style sheet to the page around it.
    live.style.cssText = 'position:fixed;clip-path:inset(50%)';
    root.ariaBusy = 'true';
    // What stands below goes out of view at once, while the click still excuses it, and not when the answer is there.
    // A padding, because a height would stretch the rows of a grid; one below zero is none.
    if (isMore && list) list.style.paddingBottom = `${innerHeight - list.getBoundingClientRect().bottom}px`;
    ask(source.href, (body) => {
      if (root.asked !== link) return;
      root.ariaBusy = null;
      const found = body && /** @type {HTMLElement | null} */ (body.closest('[data-src]') || body.querySelector('[data-src]'));
      if (!found) {
        link.dataset.plain = '';
        link.click();
        return;
      }
      const element = isMore && list ? append(root, found) : replace(root, found, link);
      if (performance.now() < end) release(element, () => 0);
      settle();
      live.lang = found.lang;
      // Counted here: the answer does not know how many there were before it.
      live.textContent = /** @type {any} */ (found.dataset.said)?.replace('#', all(element, '.plaudit-reviews > li').length);
    });
  };

  document.addEventListener('click', (event) => {
    // The path goes into open shadow roots; the target of the event does not.
    const path = event.composedPath();
    const find = (/** @type {string} */ selector) =>
      /** @type {any} */ (path.find((/** @type {any} */ each) => each.matches?.(selector)));
    const step = find('[data-plaudit-step]');
    if (step) {
      const rail = railOf(step);
      const way = rail.matches(':dir(rtl)') ? -1 : 1;
      // How smoothly is the style sheet's business, which knows prefers-reduced-motion.
      rail.scrollBy(step.dataset.plauditStep * way * rail.clientWidth, 0);
    }
    const link = find('a[href]');
    const root = find('[data-src]');
    const isSpecial = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (root && link && !isSpecial && !event.defaultPrevented && !('plain' in link.dataset)) follow(event, link, root);
  });

  /** Fills a `<div data-plaudit="subjects/<id>/<name>">`. */
  const load = (/** @type {HTMLElement} */ place) => {
    const { plaudit = '', theme, locale, ld, isolate } = place.dataset;
    const source = new URL(`v1/${plaudit.replace(/[^/]+$/, 'snippets/$&')}`, base);
    for (const [key, value] of Object.entries({ locale, ld, isolate, theme: isolate && theme })) {
      if (value) source.searchParams.set(key, value);
    }
    ask(source.href, (found) => {
      // Whatever stood in it, such as a link for those without JavaScript, stays when there is nothing to show.
      if (!found) return;
      hold(place, place.offsetHeight);
      if (theme) place.classList.add(`plaudit-theme-${theme}`);
      // An element of our own to be measured: that of a snippet may have no box.
      const inside = document.createElement('div');
      inside.append(found);
      place.replaceChildren(inside);
      // No document that a script asked for has shadow roots.
      const template = found.querySelector('template');
      if (template) found.attachShadow({ mode: 'open' }).append(template.content);
      held.set(place, () => inside.offsetHeight);
      settle();
    });
  };

  const scan = () => {
    settle();
    for (const each of all(document, '[data-plaudit]:not([data-loaded])')) {
      each.dataset.loaded = '';
      const inside = /** @type {HTMLIFrameElement} */ (each).contentWindow;
      // A frame that was faster than this script says its height again.
      if (inside) inside.postMessage({ plaudit: {} }, '*');
      else load(each);
    }
  };

  const tell = () => parent.postMessage({ plaudit: { height: document.body.offsetHeight } }, '*');

  addEventListener('message', (event) => {
    const said = event.data?.plaudit;
    if (said && isFramed && event.source === parent) tell();
    for (const each of all(document, 'iframe[data-plaudit]')) {
      const frame = /** @type {HTMLIFrameElement} */ (each);
      // Without an origin of its own in a sandbox; which window it is cannot be made up.
      const origin = frame.hasAttribute('sandbox') && event.origin === 'null' ? 'null' : new URL(frame.src).origin;
      if (event.source === frame.contentWindow && event.origin === origin && said?.height > 0) {
        const height = Math.min(said.height, HIGHEST);
        held.set(frame, () => height);
        settle();
      }
    }
  });

  addEventListener('resize', settle);
  if (isFramed) {
    // At once too: a browser lets no observer of a frame speak that is out of view.
    tell();
    new ResizeObserver(tell).observe(document.body);
  }
  document.addEventListener(SCAN, scan);
  scan();
})();
