// Comfort for those who have scripts: keys, and news without a reload. Nothing here is needed to do the work.
"use strict";

(() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => Array.from(document.querySelectorAll(selector));

  const rows = all("[data-row]");

  const move = (by) => {
    if (rows.length === 0) return false;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const to = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
    rows[to].focus();
    rows[to].scrollIntoView({ block: "nearest" });
    return true;
  };

  const here = () => rows.find((row) => row.contains(document.activeElement));

  const tick = (row, on) => {
    const box = row && row.querySelector("input[type=checkbox]");
    if (!box) return false;
    box.checked = on === undefined ? !box.checked : on;
    return true;
  };

  const submit = (form) => {
    if (!form) return false;
    form.requestSubmit();
    return true;
  };

  // Opens the form that asks for more and puts the cursor into it.
  const unfold = (what) => {
    const form = one(`details form[data-do=${what}]`);
    if (!form) return false;
    form.closest("details").open = true;
    form.querySelector("textarea, input:not([type=hidden]), select").focus();
    return true;
  };

  const mine = () => {
    const button = one("button[name=do][value=mine]");
    if (!button) return submit(one("aside > form[data-do=assign], .actions > form[data-do=assign]"));
    const ticked = rows.some((row) => row.querySelector("input:checked"));
    if (!ticked && !tick(here(), true)) return false;
    button.form.requestSubmit(button);
    return true;
  };

  // Nothing is decided by a key before the evidence was on the screen: until then the key leads there.
  const evidence = one("main table.evidence");
  let isSeen = false;
  if (evidence) {
    const isEnough = (look) => look.intersectionRatio >= 0.5 || look.intersectionRect.height >= innerHeight / 2;
    new IntersectionObserver((looks) => {
      isSeen = isSeen || looks.some(isEnough);
    }, { threshold: [0.1, 0.2, 0.3, 0.4, 0.5, 1] }).observe(evidence);
  }
  const unseen = () => {
    if (!evidence || isSeen) return false;
    evidence.scrollIntoView({ block: "center" });
    return true;
  };

  // Says what Enter would do, and puts the cursor where Enter does it.
  const confirm = (form) => {
    const words = form.querySelector(".confirm");
    const chosen = form.querySelector("input[name=reason]:checked");
    if (words && words.dataset.text && chosen) {
      const reason = chosen.closest("label").querySelector("span").firstChild.textContent;
      const title = chosen.closest("fieldset").querySelector("legend").lastChild.textContent.trim();
      words.textContent = words.dataset.text.replace("{what}", `${title}: ${reason}`);
    }
    if (words) words.hidden = false;
    const button = form.querySelector("button.main");
    button.focus();
    button.scrollIntoView({ block: "nearest" });
    return true;
  };

  const takeBack = () => {
    const words = one(".confirm:not([hidden])");
    if (!words) return false;
    words.hidden = true;
    words.closest("form").reset();
    document.activeElement.blur();
    return true;
  };

  const outcome = (n) => {
    const choice = one(`form[data-do=propose] input[data-outcome="${n}"]`);
    if (!choice) return false;
    if (unseen()) return true;
    if ("ready" in choice.dataset) {
      choice.checked = true;
      return confirm(choice.form);
    }
    // The evidence gives no reason, so none is chosen.
    takeBack();
    choice.focus();
    choice.scrollIntoView({ block: "nearest" });
    return true;
  };

  const approve = () => {
    const form = one("form[data-do=approve]");
    if (!form) return false;
    return unseen() || confirm(form);
  };

  const go = (to) => {
    location.assign(to);
    return true;
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    Enter: () => {
      const at = document.activeElement;
      const row = at === document.body || at.id === "main" ? rows[0] : here();
      if (!row || (row.contains(at) && row !== at)) return false;
      const link = row.dataset.href || (row.querySelector("a") || {}).href;
      return link ? go(link) : false;
    },
    x: () => tick(here()),
    a: mine,
    p: () => outcome(1),
    1: () => outcome(1),
    2: () => outcome(2),
    3: () => outcome(3),
    4: () => outcome(4),
    y: approve,
    Escape: takeBack,
    r: () => unfold("reject"),
    n: () => unfold("note"),
    q: () => go("/queue"),
    "/": () => {
      const box = one("#q");
      if (!box) return go("/");
      box.focus();
      box.select();
      return true;
    },
    "?": () => {
      const help = one("#keys");
      if (!help || help.open) return false;
      help.showModal();
      return true;
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const within = event.target;
    const types = within instanceof HTMLElement && within.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
    if (types) {
      if (event.key === "Escape") within.blur();
      return;
    }
    // A key that is held down was meant for the page before.
    if (one("dialog[open]") || event.repeat) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (act && act()) event.preventDefault();
  });

  if (rows.length > 0) rows[0].classList.add("is-next");

  // A click anywhere in a row opens it, unless it was meant for something in it.
  for (const row of rows) {
    if (!row.dataset.href) continue;
    row.addEventListener("click", (event) => {
      const meant = event.target.closest("a, button, input, label, summary");
      if (!meant && String(getSelection()) === "") go(row.dataset.href);
    });
  }

  // How many alerts came since the page was made, and what runs.
  const news = one("[data-news]");
  if (news && "EventSource" in window) {
    const source = new EventSource(news.dataset.news);
    source.addEventListener("message", (event) => {
      const count = Number(event.data);
      const link = news.querySelector("a");
      if (!(count > 0) || !link || !news.dataset.text) return;
      news.hidden = false;
      link.textContent = `${news.dataset.text} (${count})`;
    });
    const running = one("#running");
    source.addEventListener("running", (event) => {
      const isOver = event.data === "-";
      if (!running || (isOver && running.hidden)) return;
      if (!isOver) {
        running.textContent = event.data;
      } else {
        const link = document.createElement("a");
        link.href = location.href;
        link.textContent = running.dataset.over;
        running.replaceChildren(link);
      }
      running.hidden = false;
    });
    addEventListener("pagehide", () => source.close());
  }

  const found = one("#found");
  if (found) found.focus();
})();
