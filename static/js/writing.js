/* Writing in form[data-paste]: what is pasted keeps its links and tables, and pictures go where the cursor is. */
(() => {
  'use strict';
  let plainly = false, last;
  const field = el => el.closest && el.closest('form[data-paste] textarea');
  /* As if it were typed, so that it can be undone and drafts notice. */
  const put = (into, words, from, to) => {
    into.focus();
    into.setSelectionRange(from, to);
    if (document.execCommand('insertText', false, words)) return;
    into.setRangeText(words, from, to, 'end');
    into.dispatchEvent(new Event('input', { bubbles: true }));
  };
  for (const key of ['keydown', 'keyup']) addEventListener(key, e => { plainly = e.shiftKey; });
  addEventListener('focusin', e => { last = field(e.target) || last; });
  addEventListener('paste', async e => {
    const into = field(e.target), html = e.clipboardData.getData('text/html');
    if (!into || plainly || !/<(a\s[^>]*href=|(table|[uo]l|h[1-6])[\s>])/i.test(html)) return;
    /* The plain text is there at once, and becomes Markdown once that has come, if nobody went on writing in it. */
    const plain = e.clipboardData.getData('text/plain').replace(/\r\n?/g, '\n'), from = into.selectionStart;
    e.preventDefault();
    put(into, plain, from, into.selectionEnd);
    const body = new FormData();
    body.set('html', html);
    body.set('csrfmiddlewaretoken', into.form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(into.form.dataset.paste, { method: 'POST', body }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return;
    const words = await answer.text(), to = from + plain.length;
    if (!words || !into.isConnected || into.value.slice(from, to) !== plain) return;
    const at = [into.selectionStart, into.selectionEnd].map(n => n < to ? n : n - plain.length + words.length);
    const elsewhere = document.activeElement !== into && document.activeElement;
    put(into, words, from, to);
    into.setSelectionRange(...at);
    if (elsewhere) elsewhere.focus();
  });
  addEventListener('htmx:afterSettle', e => {
    const added = e.target.querySelector && e.target.querySelector('[data-insert]');
    const into = last && last.isConnected ? last : document.querySelector('form[data-paste] textarea');
    if (!added || !into) return;
    const at = into.selectionEnd, before = into.value.slice(0, at);
    put(into, (!before || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n') + added.dataset.insert + '\n\n', at, at);
    added.removeAttribute('data-insert');
  });
})();
