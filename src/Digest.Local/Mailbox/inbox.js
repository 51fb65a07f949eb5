// The list draws itself again every two seconds while somebody looks at it. Without this script, reload the page.
const list = document.querySelector("[data-live]");
const lost = document.querySelector("[data-lost]");

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    lost.hidden = true;
    if (fresh === null || fresh.innerHTML === list.innerHTML) return;
    const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    list.replaceChildren(...fresh.childNodes);
    if (focused !== null) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  } catch {
    lost.hidden = false;
  }
}

if (list !== null) setInterval(refresh, 2000);
