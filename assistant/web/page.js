// What the page does without asking the server: chips lead to marks, readings switch, text is copied, files are saved.
// Gradio runs this once for each of the page's parts with `element`, `trigger`, `watch` and `upload`;
// `element` stays, what is inside it is replaced whenever its value changes.

const part = element.closest('#head, #chat, #filters, #panel, #file')?.id;
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
const wide = matchMedia('(min-width: 900px)');
const panel = () => document.querySelector('#panel .panel');
const box = () => document.querySelector('#question textarea');

// ---- once for the page

if (part === 'head') {
  const asked = new URLSearchParams(location.search);
  const theme = asked.get('theme');
  if (theme === 'dark' || theme === 'light') document.body.classList.toggle('dark', theme === 'dark');
  const accent = asked.get('accent') ?? '';
  if (/^#[0-9a-f]{6}$/i.test(accent)) {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const value = parseInt(accent.slice(at, at + 2), 16) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const style = document.querySelector('.gradio-container').style;
    style.setProperty('--seal', accent);
    style.setProperty('--on-seal', light > 0.179 ? '#000000' : '#ffffff');
  }
  // What is spoken stands outside of what is replaced, so that screen readers notice it.
  const spoken = document.createElement('div');
  spoken.id = 'spoken';
  spoken.setAttribute('role', 'status');
  const preview = document.createElement('div');
  preview.id = 'preview';
  preview.setAttribute('role', 'tooltip');
  preview.hidden = true;
  document.querySelector('.gradio-container').append(spoken, preview);
  preview.addEventListener('mouseleave', hidePreview);
  const closeForm = () => document.querySelector('.filters details')?.removeAttribute('open');
  document.addEventListener('click', (event) => { if (!event.target.closest('.filters')) closeForm(); });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    hidePreview();
    if (event.target.closest('.filters')) { closeForm(); document.querySelector('.filters summary').focus(); }
  });
  document.addEventListener('scroll', hidePreview, true);
}

// ---- marks in the text

// Scroll one box, not every box around it as scrollIntoView would.
function bring(around, target, behavior) {
  const top = target.getBoundingClientRect().top - around.getBoundingClientRect().top + around.scrollTop;
  around.scrollTo({ top: Math.max(0, top - around.clientHeight / 3), behavior });
}

function scroller(from) {
  for (let node = from; node && node !== document.body; node = node.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(node).overflowY) && node.scrollHeight > node.clientHeight) return node;
  }
  return document.scrollingElement;
}

function scrollTop(around, target, gap, behavior) {
  const edge = around === document.scrollingElement ? 0 : around.getBoundingClientRect().top;
  around.scrollTo({ top: around.scrollTop + target.getBoundingClientRect().top - edge - gap, behavior });
}

function shown(selector, within) {
  return [...within.querySelectorAll(selector)].filter((node) => node.offsetParent !== null);
}

function focusMark(number) {
  const [mark] = shown(`mark[data-n~="${number}"]`, panel());
  if (!mark) return false;
  panel().querySelectorAll('.now').forEach((node) => node.classList.remove('now'));
  shown(`mark[data-n~="${number}"]`, panel()).forEach((node) => node.classList.add('now'));
  bring(mark.closest('.excerpt'), mark, 'auto');
  const card = mark.closest('.card');
  scrollTop(scroller(card.parentElement), card, 12, calm);
  return true;
}

// Every excerpt begins at its first mark, or at the one that the answer rests on; the one asked for is brought into view.
function settlePanel() {
  if (!panel()) return;
  for (const excerpt of shown('.excerpt', panel())) {
    const mark = excerpt.querySelector(`mark[data-n~="${panel().dataset.first}"]`) ?? excerpt.querySelector('mark');
    if (mark) bring(excerpt, mark, 'auto');
  }
  if (panel().dataset.focus) focusMark(panel().dataset.focus);
}

function read(name) {
  document.getElementById('panel').classList.toggle('read-clean', name === 'clean');
  panel()?.querySelectorAll('[data-reading]').forEach((button) => {
    button.setAttribute('aria-pressed', String(button.dataset.reading === name));
  });
}

// ---- previews of citations

function showPreview(chip) {
  const answer = chip.closest('.answer');
  const told = answer?.querySelector(`.previews [data-preview="${chip.dataset.number}"]`);
  const preview = document.getElementById('preview');
  if (!told || !preview) return;
  preview.replaceChildren(...told.cloneNode(true).childNodes);
  preview.lang = answer.lang;
  preview.hidden = false;
  const at = chip.getBoundingClientRect();
  const size = preview.getBoundingClientRect();
  const below = at.bottom + 4;
  preview.style.left = `${Math.max(8, Math.min(at.left - 12, innerWidth - size.width - 8))}px`;
  preview.style.top = `${below + size.height > innerHeight ? Math.max(8, at.top - size.height - 4) : below}px`;
  chip.setAttribute('aria-describedby', 'preview');
}

function hidePreview() {
  const preview = document.getElementById('preview');
  if (preview) preview.hidden = true;
}

if (part === 'chat') {
  const chipOf = (event) => event.target.closest?.('.answer .chip');
  // On a touch screen a touch opens the source itself.
  element.addEventListener('pointerover', (event) => {
    if (event.pointerType !== 'touch' && chipOf(event)) showPreview(chipOf(event));
  });
  element.addEventListener('pointerout', (event) => {
    if (chipOf(event) && !event.relatedTarget?.closest?.('#preview')) hidePreview();
  });
  element.addEventListener('focusin', (event) => {
    if (chipOf(event)?.matches(':focus-visible')) showPreview(chipOf(event));
  });
  element.addEventListener('focusout', hidePreview);
}

// ---- copying and saving

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    // Without https the clipboard is closed to pages; the old way still works.
    const area = document.createElement('textarea');
    area.value = button.dataset.copy;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  say(button.dataset.copied);
  button.classList.add('done');
  setTimeout(() => button.classList.remove('done'), 1500);
}

function save() {
  const made = element.querySelector('[data-file]');
  if (!made) return;
  const bytes = Uint8Array.from(atob(made.dataset.file), (char) => char.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = made.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function say(text) {
  const spoken = document.getElementById('spoken');
  if (spoken) spoken.textContent = text;
}

// ---- clicks and forms

const act = (data) => trigger('act', data);

function edit(button) {
  const question = button.closest('.question');
  const text = question.querySelector('p');
  const area = document.createElement('textarea');
  area.value = text.textContent;
  area.rows = Math.min(6, 1 + Math.floor(area.value.length / 50));
  area.setAttribute('aria-label', button.getAttribute('aria-label'));
  const leave = () => { area.replaceWith(text); button.hidden = false; button.focus(); };
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leave();
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (area.value.trim()) trigger('ask', { do: 'edit', question: area.value });
    }
  });
  button.hidden = true;
  text.replaceWith(area);
  area.focus();
}

element.addEventListener('click', (event) => {
  const button = event.target.closest('button, [role="button"]');
  if (!button) return;
  hidePreview();
  const data = { ...button.dataset };
  const { number, turn } = data;
  if (data.ask) trigger('ask', { do: 'ask', question: data.ask });
  else if (data.reading) { read(data.reading); settlePanel(); }
  else if (button.classList.contains('chip')) {
    const here = turn === undefined || turn === panel()?.dataset.turn;
    if (!(here && focusMark(number))) act({ do: 'show', turn, number });
    if (!wide.matches) panel()?.scrollIntoView({ behavior: calm });
  } else if (data.do === 'copy') copy(button);
  else if (data.do === 'edit') edit(button);
  else if (data.do === 'report') {
    const form = element.querySelector(`form.report[data-turn="${turn}"]`);
    form.hidden = !form.hidden;
    if (!form.hidden) form.querySelector('textarea').focus();
  } else if (data.do === 'again' || data.do === 'wider') trigger('ask', data);
  else if (data.do === 'stop') { button.disabled = true; trigger('stop_answer', {}); }
  else if (data.do) {
    act(data);
    if (!wide.matches && ['show', 'why', 'open'].includes(data.do)) panel()?.scrollIntoView({ behavior: calm });
  }
});

element.addEventListener('keydown', (event) => {
  // Dots of the timeline are no buttons of HTML.
  if ((event.key === 'Enter' || event.key === ' ') && event.target.matches('g[role="button"]')) {
    event.preventDefault();
    event.target.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  }
});

element.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.classList.contains('who')) return;
  event.preventDefault();
  const values = Object.fromEntries(new FormData(form));
  if (form.classList.contains('filter-form')) act({ do: 'filter', ...values });
  else if (form.classList.contains('browse-search')) act({ do: 'browse', ...values });
  else if (form.classList.contains('report')) act({ do: 'report', turn: form.dataset.turn, ...values });
});

element.addEventListener('change', async (event) => {
  if (!event.target.matches('.upload input[type="file"]')) return;
  const files = [];
  for (const file of event.target.files) files.push({ path: (await upload(file)).path, name: file.name });
  act({ do: 'add', files });
});

// ---- after the server has answered

// What was focused is focused again when it is still there: a replaced element would lose the keyboard's place.
let focused = null;
element.addEventListener('focusin', (event) => {
  const node = event.target;
  const data = Object.entries(node.dataset ?? {}).filter(([key]) => !['copy', 'copied', 'made'].includes(key));
  focused = node.id ? `#${CSS.escape(node.id)}`
    : data.length ? data.map(([key, value]) => `[data-${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}="${CSS.escape(value)}"]`).join('')
    : null;
});
element.addEventListener('focusout', (event) => { if (event.relatedTarget) focused = null; });

let busy = false;
let asked = 0;
let settled = 0;  // until when the newest question is kept at the top
watch('value', () => {
  if (focused && document.activeElement === document.body) element.querySelector(focused)?.focus({ preventScroll: true });
  if (part === 'file') save();
  if (part === 'panel') {
    read(document.getElementById('panel').classList.contains('read-clean') ? 'clean' : 'raw');
    requestAnimationFrame(settlePanel);
  }
  if (part !== 'chat') return;
  const turns = element.querySelectorAll('.turn');
  const last = turns[turns.length - 1];
  const now = Boolean(element.querySelector('[aria-busy]'));
  if (busy && !now) say(last?.querySelector('.answer')?.innerText.split('\n').slice(0, 12).join('\n') ?? '');
  if (now || busy) settled = Date.now() + 1500;
  busy = now;
  if (!last) asked = 0;
  // The newest question stays at the top while its answer grows under it; a reader who went elsewhere is left there.
  else if (turns.length !== asked || Date.now() < settled) scrollTop(scroller(last), last, 16, 'auto');
  asked = turns.length;
});

// A keyboard is ready where there is room; on a phone it would cover the page and scroll it away. The box takes no focus
// until the visitor's language is known; and a frame takes it from nobody who is at work in the portal around it.
function focusBox(tries) {
  if (document.activeElement !== document.body || !(window === window.top || document.hasFocus())) return;
  if (box() && !box().disabled) box().focus({ preventScroll: true });
  else if (tries) setTimeout(focusBox, 50, tries - 1);
}
if (part === 'chat' && wide.matches) focusBox(200);
if (part === 'head') {
  element.addEventListener('click', (event) => {
    if (event.target.closest('.skip')) { event.preventDefault(); box()?.focus(); }
  });
}
