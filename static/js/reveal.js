// A button beside every password box that shows what was typed, and hides it again. Without it the box stays masked.
"use strict";
(() => {
  for (const box of document.querySelectorAll("input[data-reveal]")) {
    const words = box.closest("form").dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-line btn-sm reveal";
    const show = (shown) => {
      box.type = shown ? "text" : "password";
      button.textContent = shown ? words.hidden : words.shown;
      button.setAttribute("aria-pressed", String(shown));
    };
    button.addEventListener("click", () => show(box.type === "password"));
    box.form.addEventListener("submit", () => show(false)); // a browser offers to keep only what is masked
    box.after(button);
    show(false);
  }
})();
