/* What is typed into form[data-draft] stays in this browser until the server has it: a dead network loses nothing. */
(() => {
  'use strict';
  const form = document.querySelector('form[data-draft]');
  if (!form) return;
  const own = `draft ${form.dataset.draft} `;
  const here = own + form.elements.window.value;
  const shelf = (() => { try { return localStorage; } catch { return null; } })();
  if (!shelf) return;
  const NOT_TYPED = ['csrfmiddlewaretoken', 'window', 'recalled'];
  const typed = () => JSON.stringify(Object.fromEntries([...new FormData(form)].filter(([name]) => !NOT_TYPED.includes(name))));
  const put = fields => { for (const [name, value] of Object.entries(fields)) if (form.elements[name]) form.elements[name].value = value; };
  const say = words => { const state = document.getElementById('draft_state'); if (state) state.textContent = words; };

  let sending = '', retry;
  form.addEventListener('input', () => { try { shelf.setItem(here, typed()); } catch { /* full: the server still gets it */ } });
  form.addEventListener('htmx:beforeRequest', e => { if (e.target === form) sending = typed(); });
  form.addEventListener('htmx:afterRequest', e => {
    if (e.target !== form) return;
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
  const body = text => JSON.parse(text).body;
  const kept = Object.keys(shelf).filter(key => key.startsWith(own) && key !== here);
  const left = kept.filter(key => {
    const over = sent.includes(key.slice(own.length)) || body(shelf.getItem(key)) === form.elements.body.value;
    if (over) shelf.removeItem(key);
    return !over;
  });
  const offer = document.getElementById('kept_here');
  if (!left.length || !offer) return;
  offer.hidden = false;
  const [back, drop] = offer.querySelectorAll('button');
  const key = left[0];
  back.addEventListener('click', () => {
    put(JSON.parse(shelf.getItem(key)));
    shelf.setItem(here, typed());
    shelf.removeItem(key);
    offer.hidden = true;
    form.elements.body.focus();
    again();
  });
  drop.addEventListener('click', () => { shelf.removeItem(key); offer.hidden = true; form.elements.body.focus(); });
})();
