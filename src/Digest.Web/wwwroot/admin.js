// Keeps the progress fresh. Without this script every number is still there, by "Look again".
'use strict';

const every = 2000;
const announceEvery = 15000;

// A message is said once: reloading the page does not repeat it.
if (document.querySelector('[data-said]')) {
  const url = new URL(location.href);
  url.searchParams.delete('said');
  history.replaceState(null, '', url);
}

for (const region of document.querySelectorAll('[data-refresh]')) {
  keepFresh(region, region.parentElement.querySelector('[data-refresh-note]'), region.parentElement.querySelector('[data-announce]'));
}

function keepFresh(region, note, announcer) {
  const first = region.querySelector('[data-live]');
  let lastSaid = { sentence: first.dataset.sentence, at: Date.now() };
  if (first.dataset.live !== 'true') {
    return;
  }

  note.textContent = 'Refreshes itself every 2 seconds.';
  const timer = setInterval(refresh, every);
  let isBusy = false;

  async function refresh() {
    if (document.hidden || isBusy) {
      return;
    }

    isBusy = true;
    try {
      const response = await fetch(region.dataset.refresh, {
        headers: { 'X-Requested-With': 'XMLHttpRequest' }, signal: AbortSignal.timeout(10000),
      });
      if (response.status === 401) {
        clearInterval(timer);
        note.textContent = 'You were signed out. Look again to sign in; the numbers above are old.';
        return;
      }

      if (!response.ok) {
        throw new Error(String(response.status));
      }

      show(await response.text());
    } catch {
      note.textContent = 'The server does not answer; the numbers above are old. Trying again.';
    } finally {
      isBusy = false;
    }
  }

  function show(html) {
    const hadFocus = region.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    const before = region.firstElementChild.dataset.issueState;
    region.innerHTML = html;
    const now = region.firstElementChild.dataset;
    note.textContent = 'Refreshes itself every 2 seconds.';
    if (hadFocus) {
      region.querySelector(`a[href="${CSS.escape(hadFocus)}"]`)?.focus();
    }

    announce(now.sentence, before !== now.issueState);
    if (before !== now.issueState && !isInUse()) {
      location.reload();
    } else if (now.live !== 'true') {
      clearInterval(timer);
      note.textContent = 'The issue has moved on; this page shows how it was.';
    }
  }

  // A screen reader hears what changed, but not every two seconds.
  function announce(sentence, isUrgent) {
    if (sentence !== lastSaid.sentence && (isUrgent || Date.now() - lastSaid.at > announceEvery)) {
      announcer.textContent = sentence;
      lastSaid = { sentence, at: Date.now() };
    }
  }

  // Reloading would throw away what somebody is typing, confirming or reading.
  function isInUse() {
    return document.activeElement?.matches('input, select, textarea') || document.querySelector('details[open]') !== null
      || document.querySelector('#address')?.value !== '';
  }
}
