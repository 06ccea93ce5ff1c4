// Keys of a list: j k move along the rows, Enter opens, x picks, / goes to the search, ? says so.
// Whatever it does can be done without it, by links and boxes; while somebody types it does nothing.
(() => {
  "use strict";
  const rows = [...document.querySelectorAll("[data-rows] > *")];
  const help = document.getElementById("keys");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let at = -1;

  const typing = (target) =>
    target.isContentEditable ||
    (target.matches("input, textarea, select") && !target.matches("[type=checkbox], [type=radio]"));

  const go = (to) => {
    if (!rows.length) return;
    rows[at]?.classList.remove("cur");
    at = Math.max(0, Math.min(rows.length - 1, to));
    const row = rows[at];
    row.classList.add("cur");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
  };

  const box = () => rows[at]?.querySelector("input[name=row]");
  const keys = {
    j: () => go(at + 1),
    k: () => go(at < 0 ? 0 : at - 1),
    x: () => box()?.click(),
    "/": () => ["main input[name=q]", ".top-search input[name=q]"]
      .flatMap((where) => [...document.querySelectorAll(where)])
      .find((field) => field.checkVisibility())?.focus(),
    "?": () => help?.showModal(),
    Enter: () => rows[at]?.querySelector("a.t")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || help?.open || !Object.hasOwn(keys, event.key)) return;
    if (event.key === "Enter" && document.activeElement !== rows[at]) return; // a link or button opens itself
    event.preventDefault();
    keys[event.key]();
  });

  // A click or the tab key moves the place from which j and k go on.
  document.querySelector("[data-rows]")?.addEventListener("focusin", (event) => {
    const here = rows.findIndex((row) => row.contains(event.target));
    if (here < 0 || here === at) return;
    rows[at]?.classList.remove("cur");
    at = here;
    rows[at].classList.add("cur");
  });

  if (help) {
    document.querySelectorAll("[data-keys]").forEach((link) =>
      link.addEventListener("click", (event) => {
        event.preventDefault();
        help.showModal();
      }),
    );
  }

  // How many rows are picked, and the row's look.
  const batch = document.querySelector("[data-batch]");
  const told = batch?.querySelector("[data-picked]");
  batch?.addEventListener("change", () => {
    const picked = batch.querySelectorAll("input[name=row]:checked");
    rows.forEach((row) => row.classList.toggle("sel", row.querySelector("input[name=row]")?.checked ?? false));
    told.textContent = `${told.dataset.picked} ${picked.length}`;
  });
})();
