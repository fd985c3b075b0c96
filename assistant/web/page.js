// What the page does without asking the server: chips lead to marks, views switch, text is copied.
// Gradio runs this once for each of the page's three parts with `element`, `trigger` and `watch`;
// `element` stays, what is inside it is replaced whenever its value changes.

const calm = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
const panel = () => document.querySelector('#panel .panel');

// Scroll one box, not every box around it as scrollIntoView would.
function bring(box, target, behavior) {
  const top = target.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
  box.scrollTo({ top: Math.max(0, top - box.clientHeight / 3), behavior });
}

function scroller(from) {
  for (let node = from; node && node !== document.body; node = node.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(node).overflowY) && node.scrollHeight > node.clientHeight) return node;
  }
  return document.scrollingElement;
}

function shown(selector, within) {
  return [...within.querySelectorAll(selector)].filter((node) => node.offsetParent !== null);
}

function focusMark(number) {
  const [mark] = shown(`mark[data-n~="${number}"]`, panel());
  if (!mark) return;
  panel().querySelectorAll('.now').forEach((node) => node.classList.remove('now'));
  shown(`mark[data-n~="${number}"]`, panel()).forEach((node) => node.classList.add('now'));
  bring(mark.closest('.excerpt'), mark, 'auto');
  const card = mark.closest('.card');
  const outer = scroller(card.parentElement);
  const top = card.getBoundingClientRect().top - (outer === document.scrollingElement ? 0 : outer.getBoundingClientRect().top);
  outer.scrollTo({ top: outer.scrollTop + top - 12, behavior: calm });
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

function view(name) {
  document.getElementById('panel').classList.toggle('view-clean', name === 'clean');
  panel()?.querySelectorAll('[data-view]').forEach((button) => {
    button.setAttribute('aria-pressed', String(button.dataset.view === name));
  });
}

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
  const before = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = before; }, 1500);
}

element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  const { question, language, clear, number, turn, show, view: name } = button.dataset;
  if (question) trigger('ask', { question });
  else if (language) trigger('language', { language });
  else if (clear) trigger('clear_all', {});
  else if (name) { view(name); settlePanel(); }
  else if (button.dataset.copy) copy(button);
  else if (number && (turn === undefined || turn === panel()?.dataset.turn)) focusMark(number);
  else if (number || show) trigger('show', { turn: Number(turn ?? show), number: Number(number ?? 1) });
});

watch('value', () => {
  if (element.closest('#panel')) {
    view(document.getElementById('panel').classList.contains('view-clean') ? 'clean' : 'raw');
    requestAnimationFrame(settlePanel);
  } else if (element.closest('#chat')) {
    const last = element.querySelector('.turn:last-of-type');
    if (!last) return;
    const box = scroller(last);
    // The newest question stays at the top while its answer grows under it.
    const edge = box === document.scrollingElement ? 0 : box.getBoundingClientRect().top;
    box.scrollTo({ top: box.scrollTop + last.getBoundingClientRect().top - edge - 16, behavior: 'auto' });
  }
});

// A keyboard is ready where there is room; on a phone it would cover the page and scroll it away.
if (element.closest('#chat') && matchMedia('(min-width: 900px)').matches) {
  document.querySelector('#question textarea')?.focus({ preventScroll: true });
}
