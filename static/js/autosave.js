// Keeps on the server what is typed: within five seconds, and at once when a box or the page is left.
"use strict";
(() => {
  const WAIT = 3000; // ms from the first change that is not kept yet; with the request itself well below 5 s
  const AGAIN = 10000; // ms after which a failed saving is tried again
  const LEFT_BEHIND = 60000; // bytes; browsers finish no larger request of a page that is gone

  for (const place of document.querySelectorAll("[data-autosave]")) {
    const form = place.closest("form");
    if (form) watch(form, place);
  }

  function watch(form, place) {
    let changed = false, underWay = false, next = false, stopped = false, timer = 0;

    function later(wait) {
      if (!timer) timer = setTimeout(save, wait);
    }

    function say(words, bad) {
      place.replaceChildren(words);
      place.classList.toggle("bad", Boolean(bad));
    }

    function body() {
      const data = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (typeof value === "string") data.append(name, value); // files are not kept
      }
      return data;
    }

    async function save() {
      clearTimeout(timer);
      timer = 0;
      if (!changed || stopped) return;
      next = underWay; // what is under way is answered first, so that two never overtake each other
      if (underWay) return;
      changed = false;
      underWay = true;
      try {
        const sent = body();
        const answer = await fetch(place.dataset.autosave, {
          method: "POST", body: sent, keepalive: String(sent).length < LEFT_BEHIND, redirect: "manual", headers: { Accept: "application/json" },
        });
        await read(answer);
      } catch {
        changed = true;
        say(place.dataset.failed, true);
        later(AGAIN);
      } finally {
        underWay = false;
        if (next) save();
      }
    }

    async function read(answer) {
      const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (!json) {
        if (answer.status >= 500) throw new Error("try again");
        return lost(place.dataset.lost);
      }
      const said = await answer.json();
      if (answer.ok) {
        for (const [name, value] of Object.entries(said.fields)) form.elements[name].value = value;
        say(said.words);
      } else if (answer.status === 409) {
        conflict(said);
      } else if (answer.status === 403) {
        lost(said.detail || place.dataset.lost);
      } else {
        say(said.detail, true);
      }
    }

    function lost(words) {
      stopped = true;
      say(words, true);
    }

    function conflict(said) {
      stopped = true;
      const other = document.createElement("a");
      other.href = said.url;
      other.target = "_blank";
      other.className = "btn btn-line btn-sm";
      other.textContent = place.dataset.other;
      const mine = document.createElement("button");
      mine.type = "button";
      mine.className = "btn btn-line btn-sm";
      mine.textContent = place.dataset.mine;
      mine.addEventListener("click", () => {
        form.elements._seq.value = said.seq;
        stopped = false;
        changed = true;
        save();
      });
      place.replaceChildren(said.detail, " ", other, " ", mine);
      place.classList.add("bad");
    }

    function touched() {
      changed = true;
      later(WAIT);
    }

    form.addEventListener("input", touched);
    form.addEventListener("focusout", save);
    form.addEventListener("submit", () => { stopped = true; });
    window.addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  }
})();
