/* The only script besides htmx. Everything it does is an addition: every page works without it. */
(() => {
  'use strict';
  const doc = document;
  const $ = (selector, root = doc) => root.querySelector(selector);
  const $$ = (selector, root = doc) => [...root.querySelectorAll(selector)];
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const typing = el => el.isContentEditable || /^(TEXTAREA|SELECT)$/.test(el.tagName) || (el.tagName === 'INPUT' && !/^(radio|checkbox|submit|button)$/.test(el.type));

  /* 1. After a swap focus is never left on <body>: [data-focus] in the new content, else the same id as
        before, else the first heading of the new content, else the new content itself. */
  const focus = el => {
    if (!el.matches('a[href],button,input,select,textarea,summary,[tabindex]')) el.tabIndex = -1;
    el.focus();
  };
  const held = new WeakMap();
  doc.addEventListener('htmx:beforeRequest', e => {
    // Read now: a pressed button may be disabled, and so lose focus, before the answer comes.
    const active = doc.activeElement;
    held.set(e.detail.xhr, active && active !== doc.body ? { id: active.id } : null);
    if (e.detail.target) e.detail.target.setAttribute('aria-busy', 'true');
  });
  doc.addEventListener('htmx:afterRequest', e => {
    if (e.detail.target) e.detail.target.removeAttribute('aria-busy');
  });
  doc.addEventListener('htmx:afterSettle', e => {
    const root = e.detail.elt;
    if (!root || !root.isConnected || root.closest('#notices')) return;
    // What came along for elsewhere in the page is not what was asked for.
    const asked = e.detail.target;
    if (asked && root.id && root.id !== asked.id && !asked.contains(root)) return;
    const summary = $('[data-title]', root);
    if (summary && !doc.title.startsWith(summary.dataset.title)) doc.title = summary.dataset.title + doc.title;
    const wanted = root.matches('[data-focus]') ? root : $('[data-focus]', root);
    if (wanted) { wanted.removeAttribute('data-focus'); focus(wanted); return; }
    const before = held.get(e.detail.xhr);
    if (before && doc.activeElement === doc.body) focus((before.id && doc.getElementById(before.id)) || $('h1,h2,h3', root) || root);
  });
  // Without a swap, what stands in the way still comes first.
  const trouble = $('.error-summary,[data-refusal][data-focus]');
  if (trouble) focus(trouble);

  /* 2. A failure that swapped nothing is said in the page; what was typed stays. The words come with the page. */
  const say = kind => {
    const notices = $('#notices');
    if (!notices) return;
    const p = doc.createElement('p');
    p.className = 'notice is-act';
    p.textContent = notices.dataset[kind];
    notices.replaceChildren(p);
  };
  doc.addEventListener('htmx:sendError', () => say('offline'));
  doc.addEventListener('htmx:timeout', () => say('slow'));
  doc.addEventListener('htmx:responseError', e => say(e.detail.xhr.status >= 500 ? 'broken' : 'refused'));

  /* 3. Keys: data-key="t" or data-key="g t" names what they press. One preference turns them off (WCAG 2.1.4). */
  let keys = '', timer;
  const press = el => {
    if (el.matches('input,textarea') && typing(el)) { el.focus(); el.select(); } else { el.focus(); el.click(); }
  };
  const walk = step => {
    const rows = $$('.rows .cover');
    const next = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(doc.activeElement) + step))];
    if (next) { next.focus(); next.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' }); }
  };
  doc.addEventListener('keydown', e => {
    const el = e.target;
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && el.form) { e.preventDefault(); el.form.requestSubmit(); return; }
    if (e.key === 'Escape') {
      const open = $('.pop[open]');
      if (open) { open.open = false; $('summary', open).focus(); } else if (typing(el)) el.blur();
      return;
    }
    if (doc.documentElement.dataset.keys === 'off' || e.ctrlKey || e.metaKey || e.altKey || e.key.length > 1 || typing(el)) return;
    clearTimeout(timer);
    keys = (keys + ' ' + e.key).trim().slice(-3);
    timer = setTimeout(() => { keys = ''; }, 900);
    const named = key => $$('[data-key]').find(x => x.dataset.key === key && x.checkVisibility());
    const hit = named(keys) || named(e.key);
    if (hit) { e.preventDefault(); keys = ''; press(hit); } else if (e.key === 'j') walk(1); else if (e.key === 'k') walk(-1);
  });

  /* 4. Menus are <details>; with script they also close when one looks elsewhere. */
  doc.addEventListener('click', e => {
    for (const menu of $$('.pop[open]')) if (!menu.contains(e.target)) menu.open = false;
  });

  /* 5. What is being typed into a form marked data-guard is not lost by leaving: where it has a draft, what came after
        the last save goes there with the page; where it has none, or too much for that way, leaving asks first. */
  const most = 6e4, changed = new Map();
  let changes = 0;
  const saver = form => form.matches('[hx-trigger*="delay:2s"]') ? form : $('[hx-trigger*="delay:2s"]', form);
  const typed = form => {
    const words = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
    for (const [name, value] of Object.entries(JSON.parse(saver(form).getAttribute('hx-vals') || '{}'))) words.set(name, value);
    return words;
  };
  const keep = () => {
    for (const form of changed.keys()) {
      if (!form.isConnected) changed.delete(form);
      if (!form.isConnected || !saver(form)) continue;
      changed.delete(form);
      fetch(saver(form).getAttribute('hx-post'), {
        method: 'POST', body: typed(form), keepalive: true, headers: { 'HX-Request': 'true', 'HX-Target': 'draft_state' },
      }).catch(() => changed.set(form, ++changes));
    }
  };
  doc.addEventListener('input', e => {
    const form = e.target.closest('form[data-guard]');
    if (form) changed.set(form, ++changes);
  });
  doc.addEventListener('htmx:beforeRequest', e => { e.detail.xhr.changes = changes; });
  doc.addEventListener('htmx:afterRequest', e => {
    const form = e.detail.elt.closest('form');
    const saved = form && saver(form) === e.detail.elt && e.detail.successful;
    if (saved && changed.get(form) <= e.detail.xhr.changes) changed.delete(form);
  });
  doc.addEventListener('submit', e => changed.delete(e.target));
  doc.addEventListener('visibilitychange', () => { if (doc.hidden) keep(); });
  addEventListener('pagehide', keep);
  addEventListener('beforeunload', e => {
    if ([...changed.keys()].some(form => form.isConnected && !(saver(form) && `${typed(form)}`.length < most))) e.preventDefault();
  });

  /* 6. Words of the repertoire: the link works by itself; hover, focus or a first tap adds a card from the same
        address. Where that does not come, or at the second tap, the link is followed. */
  const card = $('#term_card');
  if (card && card.showPopover) {
    let wait, shown, touched;
    const show = (link, delay = 350) => {
      clearTimeout(wait);
      wait = setTimeout(async () => {
        const answer = await fetch(link.dataset.card || link.href, { headers: { 'HX-Request': 'true', 'HX-Target': 'term_card' } }).catch(() => null);
        if (!answer || !answer.ok) { if (!delay) location.assign(link.href); return; }
        const words = await answer.text();
        if (!link.isConnected) return;
        card.innerHTML = words;
        const box = link.getBoundingClientRect();
        card.showPopover();
        card.style.left = Math.max(8, Math.min(box.left, innerWidth - card.offsetWidth - 8)) + 'px';
        card.style.top = (box.bottom + 8 + card.offsetHeight > innerHeight ? Math.max(8, box.top - card.offsetHeight - 8) : box.bottom + 8) + 'px';
        link.setAttribute('aria-describedby', 'term_card');
        shown = link;
      }, delay);
    };
    const hide = (delay = 250) => {
      clearTimeout(wait);
      wait = setTimeout(() => {
        if (card.matches(':popover-open')) card.hidePopover();
        if (shown) shown.removeAttribute('aria-describedby');
        shown = null;
      }, delay);
    };
    const near = el => el.closest && el.closest('a.term');
    for (const [enter, leave] of [['mouseover', 'mouseout'], ['focusin', 'focusout']]) {
      // A finger sends these too, before its click.
      doc.addEventListener(enter, e => { const link = near(e.target); if (link) { if (!touched && link !== shown) show(link); else if (link === shown) clearTimeout(wait); } else if (card.contains(e.target)) clearTimeout(wait); });
      doc.addEventListener(leave, e => { if (!touched && (near(e.target) || card.contains(e.target))) hide(); });
    }
    doc.addEventListener('pointerdown', e => { touched = e.pointerType === 'touch'; });
    doc.addEventListener('click', e => {
      const link = near(e.target);
      if (touched && link && link !== shown) { e.preventDefault(); show(link, 0); } else if (touched && !link && !card.contains(e.target)) hide(0);
    });
    doc.addEventListener('keydown', e => { touched = false; if (e.key === 'Escape') hide(0); });
  }
})();
