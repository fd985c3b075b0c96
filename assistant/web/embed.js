// Puts Bulletin Assistant into a page of another site:
//
//   <script src="https://assistant.example.org/embed.js" data-lang="zh-Hant" data-accent="#0b5fa5" defer></script>
//
// data-mode       launcher (a button in the corner, the default) or inline (a frame where data-target says)
// data-target     selector of the element that an inline frame goes into; without one it follows the script
// data-label      words of the button       data-position   right (default) or left
// data-lang       en, zh-Hant, zh-Hans      data-theme      light, dark; without it the reader's system decides
// data-accent     #rrggbb                   data-q          a question that is asked at once
// data-from, data-to, data-issuer, data-source, data-bulletin-lang        filters
//
// The chat stands in a frame, its button in a shadow root: no style or script of the site reaches in, and none of ours
// out. From scripts of the site: BulletinAssistant.open("a question"), BulletinAssistant.close().
(() => {
  const script = document.currentScript ?? document.querySelector('script[src*="embed.js"]');
  const options = script.dataset;
  const home = new URL('.', script.src);
  const language = /^(en|zh-Hant|zh-Hans)$/.test(options.lang ?? '') ? options.lang : '';
  const accent = /^#[0-9a-f]{6}$/i.test(options.accent ?? '') ? options.accent : '#1f4e79';
  const words = {
    en: ['Ask the bulletins', 'Bulletin Assistant', 'Close'],
    'zh-Hant': ['公告問答', '公告問答', '關閉'],
    'zh-Hans': ['公告问答', '公告问答', '关闭'],
  }[language || spoken(navigator.language)];

  function spoken(tag) {
    if (!/^zh/i.test(tag)) return 'en';
    return /hant|tw|hk|mo/i.test(tag) ? 'zh-Hant' : 'zh-Hans';
  }

  function address(question) {
    const url = new URL(home);
    url.searchParams.set('embed', '1');
    const passed = { lang: language, theme: options.theme, accent: options.accent && accent, q: question ?? options.q };
    for (const name of ['from', 'to', 'issuer', 'source']) passed[name] = options[name];
    passed.bulletin_lang = options.bulletinLang;
    if (/^(light|dark)$/.test(options.theme ?? '')) passed.__theme = options.theme;
    for (const [name, value] of Object.entries(passed)) if (value) url.searchParams.set(name, value);
    return url.href;
  }

  function frame(question) {
    const made = document.createElement('iframe');
    made.title = words[1];
    made.allow = 'clipboard-write';
    made.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups allow-downloads');
    made.src = address(question);
    return made;
  }

  // Style sheets made by script are let through by sites that forbid inline styles.
  function styled(root, css) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  }

  const host = document.createElement('div');
  host.dataset.bulletinAssistant = '';
  const root = host.attachShadow({ mode: 'open' });

  if (options.mode === 'inline') {
    styled(root, ':host { display: block; height: 100%; min-height: 32rem } iframe { width: 100%; height: 100%; min-height: inherit; border: 0 }');
    root.append(frame());
    const place = () => {
      const target = options.target && document.querySelector(options.target);
      if (target) target.append(host);
      else script.after(host);
    };
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', place);
    else place();
    const ask = (question) => { root.querySelector('iframe').src = address(question); };
    window.BulletinAssistant = { open: ask, close: () => {} };
    return;
  }

  // Words on the accent colour are black or white, whichever can be read better.
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(accent.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const ink = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000' : '#fff';
  const side = options.position === 'left' ? 'left' : 'right';
  styled(root, `
    :host { all: initial; position: fixed; ${side}: 1.25rem; bottom: 1.25rem; z-index: 2147483000; font: 16px/1.4 system-ui, sans-serif }
    button { font: inherit; cursor: pointer; border: 0; color: ${ink}; background: ${accent} }
    button:focus-visible { outline: 3px solid ${ink}; box-shadow: 0 0 0 5px ${accent} }
    .launch { padding: .75rem 1.25rem; border-radius: 2rem; box-shadow: 0 2px 10px rgb(0 0 0 / 30%) }
    .box { position: absolute; ${side}: 0; bottom: 3.75rem; width: min(26rem, calc(100vw - 2.5rem));
      height: min(42rem, calc(100vh - 7rem)); display: flex; flex-direction: column; overflow: hidden;
      border-radius: .75rem; background: Canvas; color-scheme: ${options.theme === 'dark' ? 'dark' : options.theme === 'light' ? 'light' : 'light dark'};
      box-shadow: 0 6px 30px rgb(0 0 0 / 35%) }
    .box[hidden] { display: none }
    .bar { display: flex; align-items: center; justify-content: space-between; padding: 0 0 0 1rem; color: ${ink}; background: ${accent} }
    .close { padding: .6rem 1rem; font-size: 1.1rem }
    iframe { flex: 1; border: 0; width: 100% }
    @media (max-width: 480px) {
      .box { position: fixed; inset: 0; width: auto; height: auto; border-radius: 0 }
    }
  `);

  const launch = document.createElement('button');
  launch.className = 'launch';
  launch.type = 'button';
  launch.textContent = options.label || words[0];
  launch.setAttribute('aria-expanded', 'false');
  launch.setAttribute('aria-haspopup', 'dialog');
  const box = document.createElement('div');
  box.className = 'box';
  box.hidden = true;
  box.setAttribute('role', 'dialog');
  box.setAttribute('aria-label', words[1]);
  const bar = document.createElement('div');
  bar.className = 'bar';
  const name = document.createElement('span');
  name.textContent = words[1];
  const shut = document.createElement('button');
  shut.className = 'close';
  shut.type = 'button';
  shut.textContent = '✕';
  shut.setAttribute('aria-label', words[2]);
  bar.append(name, shut);
  box.append(bar);
  root.append(launch, box);

  let inside = null;
  function open(question) {
    if (!inside) {
      // Only now: a page that nobody asks on loads nothing of ours but this script.
      inside = frame(question);
      box.append(inside);
    } else if (question) {
      inside.src = address(question);
    }
    box.hidden = false;
    launch.setAttribute('aria-expanded', 'true');
    inside.focus();
  }
  function close() {
    box.hidden = true;
    launch.setAttribute('aria-expanded', 'false');
    launch.focus();
  }

  launch.addEventListener('click', () => (box.hidden ? open() : close()));
  shut.addEventListener('click', close);
  root.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !box.hidden) close(); });
  // Keys that are pressed inside the frame are known only there; the chat tells when it wants to be closed.
  window.addEventListener('message', (event) => {
    if (event.origin === home.origin && event.source === inside?.contentWindow && event.data?.bulletins === 'close') close();
  });
  window.BulletinAssistant = { open, close };

  const show = () => document.body.append(host);
  if (document.body) show();
  else document.addEventListener('DOMContentLoaded', show);
})();
