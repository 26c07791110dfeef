/* What is typed into form[data-draft] stays in this browser until the server has it: a dead network loses nothing. */
(() => {
  'use strict';
  const shelf = (() => { try { return localStorage; } catch { return null; } })();
  if (!shelf) return;
  const NOT_TYPED = ['csrfmiddlewaretoken', 'window', 'recalled', 'hand'];
  const say = words => { const state = document.getElementById('draft_state'); if (state) state.textContent = words; };

  const keep = form => {
    if (!form || form.dataset.kept) return;
    form.dataset.kept = 'yes';
    const own = `draft ${form.dataset.draft} `;
    const here = own + form.elements.window.value;
    const typed = () => JSON.stringify(Object.fromEntries([...new FormData(form)].filter(([name, value]) => !NOT_TYPED.includes(name) && typeof value === 'string')));
    const fields = text => Object.entries(JSON.parse(text)).filter(([name]) => form.elements[name]);

    let sending = '', retry;
    form.addEventListener('input', () => { try { shelf.setItem(here, typed()); } catch { /* full: the server still gets it */ } });
    form.addEventListener('htmx:beforeRequest', () => { sending = typed(); });
    form.addEventListener('htmx:afterRequest', e => {
      clearTimeout(retry);
      if (e.detail.successful) {
        if (shelf.getItem(here) === sending) shelf.removeItem(here);
        return;
      }
      const out = e.detail.xhr.status === 401;
      say(out ? form.dataset.out : form.dataset.unsaved);
      if (!out) retry = setTimeout(again, 30000);
    });
    const again = () => { if (shelf.getItem(here)) form.dispatchEvent(new Event('again')); };
    addEventListener('online', again);

    /* What earlier windows kept: forgotten if it arrived or says the same, else offered. */
    const sent = (document.cookie.match(/(?:^|; )sent=([^;]*)/) || ['', ''])[1].split('.');
    const same = text => fields(text).every(([name, value]) => form.elements[name].type === 'hidden' || form.elements[name].value === value);
    const left = Object.keys(shelf).filter(key => key.startsWith(own) && key !== here).filter(key => {
      const over = sent.includes(key.slice(own.length)) || same(shelf.getItem(key));
      if (over) shelf.removeItem(key);
      return !over;
    });
    const offer = document.getElementById('kept_here');
    if (!left.length || !offer) return;
    offer.hidden = false;
    const [back, drop] = offer.querySelectorAll('button');
    const key = left[0];
    const done = () => { shelf.removeItem(key); offer.hidden = true; form.querySelector('textarea').focus(); };
    back.addEventListener('click', () => {
      for (const [name, value] of fields(shelf.getItem(key))) form.elements[name].value = value;
      shelf.setItem(here, typed());
      done();
      again();
    });
    drop.addEventListener('click', done);
  };

  keep(document.querySelector('form[data-draft]'));
  document.addEventListener('htmx:load', e => keep(e.target.querySelector('form[data-draft]')));
})();
