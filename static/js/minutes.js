// The editor of minutes: keeps each section on the server while it is typed, and puts in the marks.
"use strict";
(() => {
  const WAIT = 2500; // ms from the first change that is not kept yet
  const AGAIN = 10000; // ms after which a failed saving is tried again
  const LEFT_BEHIND = 60000; // bytes; browsers finish no larger request of a page that is gone

  const form = document.querySelector("form[data-minutes]");
  if (!form) return;
  const sections = [...form.querySelectorAll("[data-section]")].map(watch);
  let sending = false;
  form.addEventListener("submit", () => { sending = true; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) for (const save of sections) save(); });

  function watch(place) {
    const box = place.querySelector("[data-text]"), seq = place.querySelector("[data-seq]"), said = place.querySelector("[data-saved]");
    const state = place.querySelector("[data-state]"), together = place.querySelector("[data-together]"), marks = place.querySelector("[data-marks]");
    let changed = false, underWay = false, next = false, stopped = false, timer = 0;

    function later(wait) {
      if (!timer) timer = setTimeout(save, wait);
    }

    function say(words, bad) {
      said.textContent = words;
      said.classList.toggle("bad", Boolean(bad));
    }

    async function save() {
      clearTimeout(timer);
      timer = 0;
      if (!changed || stopped || sending) return;
      next = underWay; // what is under way is answered first, so that two never overtake each other
      if (underWay) return;
      changed = false;
      underWay = true;
      const sent = box.value;
      say(form.dataset.waiting);
      try {
        const body = new URLSearchParams({ text: sent, seq: seq.value, window: form.elements.window.value, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
        const answer = await fetch(place.dataset.section, {
          method: "POST", body, keepalive: String(body).length < LEFT_BEHIND, redirect: "manual", headers: { Accept: "application/json" },
        });
        await read(answer, sent);
      } catch {
        changed = true;
        say(form.dataset.failed, true);
        later(AGAIN);
      } finally {
        underWay = false;
        if (next) save();
      }
    }

    async function read(answer, sent) {
      if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) {
        if (answer.status >= 500) throw new Error("try again");
        stopped = true;
        return say(form.dataset.lost, true);
      }
      const got = await answer.json();
      if (!answer.ok) return say(got.detail, true);
      // Whoever goes on typing keeps the old number: the server knows what this page wrote, and puts both together.
      if (box.value === sent) take(got);
      say(got.words);
      state.innerHTML = got.state;
      if (got.together.trim()) together.innerHTML = got.together;
    }

    function take(got) {
      seq.value = got.seq;
      if (got.text === box.value) return;
      const start = moved(box.value, got.text, box.selectionStart), end = moved(box.value, got.text, box.selectionEnd), top = box.scrollTop;
      box.value = got.text;
      if (document.activeElement === box) box.setSelectionRange(start, end);
      box.scrollTop = top;
    }

    // The same place in the other text, where a line has got its number or others stand before it.
    function moved(before, after, at) {
      const bare = (line) => line.replace(/^\s*【任务\d*】/, "【任务】");
      const head = before.slice(0, at).split("\n"), row = head.length - 1, line = before.split("\n")[row], rest = line.length - head[row].length;
      const lines = after.split("\n");
      let best = -1;
      lines.forEach((other, n) => {
        if (bare(other) === bare(line) && (best < 0 || Math.abs(n - row) < Math.abs(best - row))) best = n;
      });
      if (best < 0) return Math.min(at, after.length);
      return Math.max(0, lines.slice(0, best + 1).join("\n").length - rest);
    }

    function mark(button) {
      const start = box.value.lastIndexOf("\n", box.selectionStart - 1) + 1;
      let end = box.value.indexOf("\n", box.selectionStart);
      if (end < 0) end = box.value.length;
      const rest = button.dataset.rest || "", line = box.value.slice(start, end);
      const words = line.replace(/^\s*【(议定|任务\d*)】/, "");
      box.focus();
      box.setSelectionRange(start, end);
      const put = button.dataset.mark + words + (words.includes("｜") ? "" : rest);
      if (!document.execCommand("insertText", false, put)) box.setRangeText(put); // the first can be undone by the person
      const at = start + button.dataset.mark.length + words.split("｜", 1)[0].length;
      box.setSelectionRange(at, at);
      touched();
    }

    function touched() {
      changed = true;
      later(WAIT);
    }

    box.addEventListener("input", touched);
    box.addEventListener("blur", save);
    if (marks) {
      marks.hidden = false;
      for (const button of marks.querySelectorAll("[data-mark]")) button.addEventListener("click", () => mark(button));
    }
    window.addEventListener("pageshow", (event) => { if (event.persisted) { stopped = false; sending = false; } });
    return save;
  }
})();
