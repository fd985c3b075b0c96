// The first screen, in the page's own HTML: a question can be typed while Gradio still loads. Gradio's box, once it takes
// questions, is given what was typed, with the cursor, and asks it when Enter was pressed. While the server itself is
// starting it serves this screen alone, which becomes the page in one go: no key is lost between.

(() => {
  const asked = new URLSearchParams(location.search);
  const { screens, wanted, starting } = JSON.parse(document.getElementById('first-screens').textContent);
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
  const linked = asked.get('q')?.trim(); // which the page asks by itself
  let entered = false;
  let composing = false; // a word by an input method, which would be lost halfway
  function enter() {
    entered = typed.readOnly = true;
    shadow.querySelector('form').setAttribute('aria-busy', 'true');
  }
  typed.addEventListener('compositionstart', () => { composing = true; });
  typed.addEventListener('compositionend', () => { composing = false; });
  typed.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (typed.value.trim()) enter();
  });
  const cursor = () => shadow.activeElement === typed && [typed.selectionStart, typed.selectionEnd];
  const before = window.firstScreen; // what stood in it while the server was starting
  typed.value = linked || before?.value || '';
  if (linked || before?.entered) enter();
  if (before ? before.at : window === window.top && matchMedia('(min-width: 900px)').matches) typed.focus(); // as the page's own box
  if (before?.at) typed.setSelectionRange(...before.at);

  // Looked at so often that nobody notices the wait.
  const until = (so) => new Promise((done) => {
    const looking = setInterval(() => { if (so()) { clearInterval(looking); done(); } }, 50);
  });

  async function become() {
    // The server keeps this waiting until it has the page.
    const answer = await fetch(location.href, { cache: 'no-store' }).catch(() => null);
    const page = answer?.ok && !answer.redirected && await answer.text().catch(() => null);
    if (!page) {
      if (answer?.status < 500) location.reload(); // no longer logged in
      else setTimeout(become, 1000);
      return;
    }
    if (composing) await until(() => !composing);
    window.firstScreen = { value: typed.value, entered, at: cursor() };
    document.open();
    document.write(page);
    document.close();
  }

  async function handOver() {
    const box = () => document.querySelector('#question textarea:enabled');
    await until(() => box() && !composing);
    const at = cursor();
    host.remove();
    if (linked) return;
    if (typed.value) {
      box().value = typed.value;
      box().dispatchEvent(new Event('input', { bubbles: true }));
    }
    if (at) {
      box().focus();
      box().setSelectionRange(...at);
    }
    if (entered) setTimeout(() => document.querySelector('#question button').click());
  }

  if (starting) become();
  else handOver();
})();
