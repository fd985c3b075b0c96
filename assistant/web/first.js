// The first screen, in the page's own HTML: a question can be typed while Gradio still loads. Gradio's box, once it takes
// questions, is given what was typed, with the cursor, and asks it when Enter was pressed.

(() => {
  const asked = new URLSearchParams(location.search);
  if (asked.get('q')) return; // asked at once
  const { screens, wanted } = JSON.parse(document.getElementById('first-screens').textContent);
  const ofTag = (tag) => (/^zh/i.test(tag) ? (/hant|tw|hk|mo/i.test(tag) ? 'zh-Hant' : 'zh-Hans') : /^en/i.test(tag) && 'en');
  const known = (language) => Object.hasOwn(screens, language ?? '') && language;
  const language = known(asked.get('lang')) || known(wanted) || navigator.languages.map(ofTag).find(Boolean) || 'en';
  const theme = asked.get('theme');
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);

  const host = document.createElement('div');
  host.id = 'first';
  const shadow = host.attachShadow({ mode: 'open' });
  shadow.innerHTML = screens[language];
  shadow.querySelector('main').classList.toggle('dark', dark);
  if (asked.get('embed') === '1') shadow.querySelector('main').classList.add('small');
  document.documentElement.append(host);

  const typed = shadow.querySelector('textarea');
  let entered = false;
  let composing = false; // a word by an input method, which would be lost halfway
  typed.addEventListener('compositionstart', () => { composing = true; });
  typed.addEventListener('compositionend', () => { composing = false; });
  typed.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!typed.value.trim()) return;
    entered = typed.readOnly = true;
    shadow.querySelector('form').setAttribute('aria-busy', 'true');
  });
  if (window === window.top && matchMedia('(min-width: 900px)').matches) typed.focus(); // as the page's own box

  const waiting = setInterval(() => {
    const box = document.querySelector('#question textarea:enabled');
    if (!box || composing) return;
    clearInterval(waiting);
    const at = shadow.activeElement === typed && [typed.selectionStart, typed.selectionEnd];
    host.remove();
    if (typed.value) {
      box.value = typed.value;
      box.dispatchEvent(new Event('input', { bubbles: true }));
    }
    if (at) {
      box.focus();
      box.setSelectionRange(...at);
    }
    if (entered) setTimeout(() => document.querySelector('#question button').click());
  }, 50);
})();
