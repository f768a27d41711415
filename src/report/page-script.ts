/**
 * The script of a report: beside the pointer, and by the arrow keys, it tells what was at that time, in all charts of a
 * trace at once. It only ever sets text, never markup. Without it the page says the same in its tables.
 */
export const PAGE_SCRIPT = `
'use strict';
for (const trace of document.querySelectorAll('[data-times]')) {
  const times = trace.dataset.times.split(' ').map(Number);
  const tips = trace.dataset.tips.split('\\n\\n');
  const plots = [...trace.querySelectorAll('.plot')];
  const cursors = plots.map((plot) => plot.querySelector('.cursor'));
  let shown = -1;
  for (const title of trace.querySelectorAll('.plot title')) title.remove();
  const hide = () => {
    shown = -1;
    for (const cursor of cursors) cursor.classList.remove('on');
    for (const tip of trace.querySelectorAll('.tip')) tip.hidden = true;
  };
  const show = (plot, at) => {
    if (times.length === 0) return;
    shown = Math.max(0, Math.min(times.length - 1, at));
    for (const cursor of cursors) {
      cursor.setAttribute('x1', times[shown] + '%');
      cursor.setAttribute('x2', times[shown] + '%');
      cursor.classList.add('on');
    }
    const frame = plot.closest('.frame');
    for (const tip of trace.querySelectorAll('.tip')) tip.hidden = tip.parentElement !== frame;
    const tip = frame.querySelector('.tip');
    tip.textContent = tips[shown];
    const box = plot.getBoundingClientRect();
    const left = box.left - frame.getBoundingClientRect().left;
    const x = left + (box.width * times[shown]) / 100;
    const isRight = x + 14 + tip.offsetWidth > left + box.width;
    tip.style.left = Math.max(0, isRight ? x - 14 - tip.offsetWidth : x + 14) + 'px';
  };
  const nearest = (percent) => {
    let best = 0;
    times.forEach((time, at) => {
      if (Math.abs(time - percent) < Math.abs(times[best] - percent)) best = at;
    });
    return best;
  };
  for (const plot of plots) {
    const follow = (event) => {
      const box = plot.getBoundingClientRect();
      show(plot, nearest(((event.clientX - box.left) / box.width) * 100));
    };
    plot.addEventListener('pointermove', follow);
    plot.addEventListener('pointerdown', follow);
    plot.addEventListener('pointerleave', hide);
    plot.addEventListener('blur', hide);
    plot.addEventListener('keydown', (event) => {
      const to = { ArrowLeft: shown - 1, ArrowRight: shown + 1, Home: 0, End: times.length - 1 }[event.key];
      if (event.key === 'Escape') hide();
      if (to === undefined) return;
      event.preventDefault();
      show(plot, to);
    });
  }
}
`;
